import ArgumentParser
import Foundation
import KafkaClient
import RecordFormat
import Testing

@testable import millrace

@Suite struct ReassignmentPlanTests {
    private func plan(_ json: String) throws -> ReassignmentPlan { try ReassignmentPlan(json: Data(json.utf8)) }

    @Test func theFileOfKafkasToolIsRead() throws {
        let plan = try plan(
            """
            {"version": 1, "partitions": [
                {"topic": "t", "partition": 1, "replicas": [3, 1], "log_dirs": ["any", "any"]},
                {"topic": "t", "partition": 0, "replicas": [1, 2]}]}
            """)
        #expect(plan.replicas == [TopicPartition("t", 0): [1, 2], TopicPartition("t", 1): [3, 1]])
        #expect(plan.partitions == [TopicPartition("t", 0), TopicPartition("t", 1)])
        let written = try plan.json
        #expect(
            written
                == #"{"partitions":[{"partition":0,"replicas":[1,2],"topic":"t"},{"partition":1,"replicas":[3,1],"topic":"t"}],"version":1}"#
        )
        #expect(try self.plan(written) == plan)
    }

    @Test(arguments: [
        ("[]", "cannot be read"),
        ("{", "cannot be read"),
        (#"{"version":1,"partitions":[{"topic":"t","partition":0}]}"#, ".partitions[0]"),
        (#"{"version":2,"partitions":[]}"#, "version 2"),
        (#"{"version":1,"partitions":[]}"#, "names no partition"),
        (#"{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[]}]}"#, "no broker for t-0"),
        (#"{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1,1]}]}"#, "or one twice"),
        (
            #"{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1]},{"topic":"t","partition":0,"replicas":[2]}]}"#,
            "has t-0 twice"
        ),
    ])
    func anotherFileIsRefused(json: String, reason: String) {
        let error = #expect(throws: ValidationError.self) { try plan(json) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test func leadersGoRound() {
        let partitions = (0..<4).map { TopicPartition("t", $0) }
        let plan = ReassignmentPlan(partitions.reversed(), on: [5, 6, 7])
        #expect(partitions.map { plan.replicas[$0] } == [[5, 6, 7], [6, 7, 5], [7, 5, 6], [5, 6, 7]])
    }

    @Test func aThrottleIsForWhatIsCopied() {
        func plan(_ replicas: [Int32: [Int32]]) -> ReassignmentPlan {
            ReassignmentPlan(
                Dictionary(uniqueKeysWithValues: replicas.map { (TopicPartition("t", $0.key), $0.value) }))
        }
        let present = plan([0: [1, 2], 1: [2, 3], 2: [4, 5]])
        let throttle = ReplicationThrottle(for: plan([0: [2, 3], 1: [3, 2], 2: [4]]), from: present)
        // Partition 1 changes its preferred leader only, and 2 gives a replica up.
        #expect(throttle.leaders == ["t": ["0:1", "0:2"]])
        #expect(throttle.followers == ["t": ["0:3"]])
        #expect(throttle.brokers == [1, 2, 3])
        #expect(ReplicationThrottle(for: present, from: present).brokers == [])
    }
}

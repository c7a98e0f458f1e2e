import JSON
import KafkaClient
import RecordFormat
import Testing

@testable import RESTProxy

@Suite(.timeLimit(.minutes(1))) struct V3GroupTests {
    /// A consumer that has read two of five records of one of two partitions.
    private func withConsumer(
        _ body: (V3Fixture, _ path: String, _ memberID: String) async throws -> Void
    ) async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t", partitions: 2)
            try await proxy.write(["a", "b", "c", "d", "e"], to: "t")
            try await proxy.write(["f"], to: "t", partition: 1)
            let consumer = try KafkaConsumer(
                client: proxy.client,
                configuration: ConsumerConfiguration(
                    groupID: "g", groupInstanceID: "i", autoOffsetReset: .earliest, isAutoCommitEnabled: false))
            try await consumer.subscribe(to: ["t"])
            while consumer.assignment.count < 2 { _ = try await consumer.poll(timeout: .milliseconds(50)) }
            try await consumer.commit([
                TopicPartition("t", 0): OffsetAndMetadata(LogOffset(2)),
                TopicPartition("t", 1): OffsetAndMetadata(LogOffset(1)),
            ])
            let memberID = try #require(consumer.membership?.memberID)
            try await body(proxy, "/consumer-groups/g", memberID)
            await consumer.close()
        }
    }

    @Test func groupsAndTheirConsumersAreDescribed() async throws {
        try await withConsumer { proxy, path, memberID in
            let url = proxy.base + path
            let group = try await proxy.send("GET", path).json
            #expect(
                group == [
                    "kind": "KafkaConsumerGroup",
                    "metadata": [
                        "self": .string(url),
                        "resource_name": .string("crn:///kafka=\(proxy.clusterID)/consumer-group=g"),
                    ], "cluster_id": .string(proxy.clusterID), "consumer_group_id": "g", "is_simple": false,
                    "partition_assignor": "range", "state": "STABLE", "type": "CLASSIC",
                    "is_mixed_consumer_group": false,
                    "coordinator": ["related": .string("\(proxy.base)/brokers/\(proxy.brokerID)")],
                    "consumers": ["related": .string(url + "/consumers")],
                    "lag_summary": ["related": .string(url + "/lag-summary")],
                ])
            let groups = try await proxy.send("GET", "/consumer-groups").json
            #expect(groups["kind"] == "KafkaConsumerGroupList" && groups["data"] == [group])
            let consumer = try await proxy.send("GET", "\(path)/consumers/\(memberID)").json
            #expect(consumer["kind"] == "KafkaConsumer" && consumer["consumer_id"] == .string(memberID))
            #expect(consumer["instance_id"] == "i")
            #expect(try await proxy.send("GET", path + "/consumers").json["data"] == [consumer])
        }
    }

    @Test func assignmentsAreDescribed() async throws {
        try await withConsumer { proxy, path, memberID in
            let consumer = "\(path)/consumers/\(memberID)"
            let list = try await proxy.send("GET", consumer + "/assignments").json
            #expect(list["kind"] == "KafkaConsumerAssignmentList")
            #expect(list["data"]?.array?.map { $0["partition_id"] } == [0, 1])
            let one = try await proxy.send("GET", consumer + "/assignments/t/partitions/1").json
            #expect(one == list["data"]?.array?.last)
            #expect(one["lag"] == ["related": .string("\(proxy.base)\(path)/lags/t/partitions/1")])
            #expect(try await proxy.send("GET", consumer + "/assignments/t/partitions/2").status == 404)
            #expect(try await proxy.send("GET", "\(path)/consumers/nobody").status == 404)
            #expect(try await proxy.send("GET", "\(path)/consumers/nobody/assignments").status == 404)
        }
    }

    @Test func lagsAreTold() async throws {
        try await withConsumer { proxy, path, memberID in
            let lags = try await proxy.send("GET", path + "/lags").json
            #expect(lags["kind"] == "KafkaConsumerLagList")
            #expect(lags["data"]?.array?.map { $0["lag"] } == [3, 0])
            let lag = try await proxy.send("GET", path + "/lags/t/partitions/0").json
            #expect(lag == lags["data"]?.array?.first)
            #expect(lag["current_offset"] == 2 && lag["log_end_offset"] == 5)
            #expect(lag["consumer_id"] == .string(memberID) && lag["instance_id"] == "i")
            let summary = try await proxy.send("GET", path + "/lag-summary").json
            #expect(summary["kind"] == "KafkaConsumerGroupLagSummary")
            #expect(
                summary["metadata"]?["resource_name"]
                    == .string("crn:///kafka=\(proxy.clusterID)/consumer-group=g/lag-summary"))
            #expect(summary["max_lag"] == 3 && summary["total_lag"] == 3)
            #expect(summary["max_lag_topic_name"] == "t" && summary["max_lag_partition_id"] == 0)
            #expect(summary["max_lag_consumer_id"] == .string(memberID))
            #expect(try await proxy.send("GET", path + "/lags/t/partitions/7").status == 404)
        }
    }

    @Test(arguments: [
        ("/consumer-groups/none", "HTTP 404 Not Found"), ("/consumer-groups/none/consumers", "HTTP 404 Not Found"),
        ("/consumer-groups/none/lags", "Consumer Group none could not be found."),
        ("/consumer-groups/none/lag-summary", "Consumer Group none could not be found."),
    ])
    func aGroupThatIsNotThereIsNotFound(path: String, message: String) async throws {
        try await V3Fixture.with { proxy in
            let answer = try await proxy.send("GET", path)
            #expect(answer.status == 404)
            #expect(answer.json == ["error_code": 404, "message": .string(message)])
        }
    }

    @Test(arguments: [
        ("Stable", "STABLE"), ("PreparingRebalance", "PREPARING_REBALANCE"), ("", "UNKNOWN"), ("Dead", "DEAD"),
    ])
    func statesAreWrittenInCapitals(state: String, name: String) {
        #expect(ClusterResources.stateName(state) == name)
    }
}

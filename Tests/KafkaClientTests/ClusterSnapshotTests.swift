import KafkaProtocol
import RecordFormat
import Testing

@testable import KafkaClient

@Suite struct ClusterSnapshotTests {
    private let now = ContinuousClock.now

    private func response(
        leader: Int32, epoch: Int32, topicID: TopicID = TopicID(high: 1, low: 1), error: ErrorCode = .none
    ) -> MetadataResponse {
        MetadataResponse(
            brokers: [.init(nodeID: 1, host: "a", port: 1), .init(nodeID: 2, host: "b", port: 2)],
            topics: [
                .init(
                    errorCode: error.rawValue, name: "t", topicID: topicID,
                    partitions: [.init(partitionIndex: 0, leaderID: leader, leaderEpoch: epoch)])
            ])
    }

    @Test func anOlderLeaderEpochIsNotBelieved() {
        var snapshot = ClusterSnapshot()
        snapshot.merge(response(leader: 2, epoch: 5), isComplete: false, at: now)
        snapshot.merge(response(leader: 1, epoch: 4), isComplete: false, at: now)
        #expect(snapshot.leader(of: TopicPartition("t", 0)) == 2)
        snapshot.merge(response(leader: 1, epoch: 6), isComplete: false, at: now)
        #expect(snapshot.leader(of: TopicPartition("t", 0)) == 1)
        // A topic of the same name that was created anew starts over.
        snapshot.merge(response(leader: 2, epoch: 0, topicID: TopicID(high: 2, low: 2)), isComplete: false, at: now)
        #expect(snapshot.leader(of: TopicPartition("t", 0)) == 2)
    }

    @Test func freshnessEndsWithAgeErrorsAndContradiction() {
        var snapshot = ClusterSnapshot()
        snapshot.merge(response(leader: 1, epoch: 1), isComplete: false, at: now)
        #expect(snapshot.topics["t"]?.isFresh(at: now, maximumAge: .seconds(1)) == true)
        #expect(snapshot.topics["t"]?.isFresh(at: now.advanced(by: .seconds(1)), maximumAge: .seconds(1)) == false)
        snapshot.topics["t"]?.isStale = true
        #expect(snapshot.topics["t"]?.isFresh(at: now, maximumAge: .seconds(1)) == false)
        snapshot.merge(response(leader: 1, epoch: 1, error: .leaderNotAvailable), isComplete: false, at: now)
        #expect(snapshot.topics["t"]?.isFresh(at: now, maximumAge: .seconds(1)) == false)
    }

    @Test func aCompleteAnswerDropsTopicsThatAreGone() {
        var snapshot = ClusterSnapshot()
        snapshot.merge(response(leader: 1, epoch: 1), isComplete: false, at: now)
        snapshot.merge(MetadataResponse(), isComplete: false, at: now)
        #expect(snapshot.topics.count == 1)
        snapshot.merge(MetadataResponse(), isComplete: true, at: now)
        #expect(snapshot.topics.isEmpty)
    }

    @Test func recordsWithoutKeyStayInAPartitionForABatch() throws {
        var snapshot = ClusterSnapshot()
        snapshot.merge(
            MetadataResponse(
                topics: [
                    .init(
                        name: "t",
                        partitions: (0..<4).map { .init(partitionIndex: $0, leaderID: $0 == 3 ? -1 : 1) })
                ]), isComplete: true, at: now)
        let topic = try #require(snapshot.topics["t"])
        let record = ProducerRecord(topic: "t", value: nil)
        var chooser = PartitionChooser(batchSize: 10 * record.sizeBound)
        // In calls of one record each, and of several.
        var chosen: [Int32] = []
        for count in [Int](repeating: 1, count: 20) + [7, 13] {
            let records = [ProducerRecord](repeating: record, count: count)
            let (runs, problem) = chooser.runs(
                of: records[...], isWholeCall: true, in: topic, at: .none, sizeLimit: 1000)
            #expect(problem == nil)
            for run in runs { chosen += [Int32](repeating: run.partition.partition, count: run.count) }
        }
        for batch in stride(from: 0, to: 40, by: 10) { #expect(Set(chosen[batch..<batch + 10]).count == 1) }
        for batch in stride(from: 10, to: 40, by: 10) { #expect(chosen[batch] != chosen[batch - 1]) }
        #expect(!chosen.contains(3), "a partition without a leader was chosen")
        let unknown = ProducerRecord(topic: "t", partition: 4, value: nil)
        let (runs, problem) = chooser.runs(
            of: [record, unknown, record], isWholeCall: true, in: topic, at: .none, sizeLimit: 1000)
        #expect(runs.map(\.count) == [1] && problem?.code == .invalidArgument)
        let large = chooser.runs(of: [record], isWholeCall: true, in: topic, at: .none, sizeLimit: 10)
        #expect(large.runs.isEmpty && large.problem?.code == .recordTooLarge)
    }
}

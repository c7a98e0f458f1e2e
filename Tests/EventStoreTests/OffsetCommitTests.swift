import EventStore
import LogCore
import RecordFormat
import ServerHarness
import Testing

@Suite struct OffsetCommitTests {
    private let directory: TestDirectory
    private let first = TopicPartition("orders", 0)
    private let second = TopicPartition("orders", 1)

    init() throws { directory = try TestDirectory() }

    @Test func offsetsAreDurableOnReturnAndOutliveACrash() async throws {
        let store = try EventStore.open(directory)
        let billing = try store.offsets(group: "billing")
        try await billing.commit([first: LogOffset(7), second: LogOffset(8)], metadata: "note")
        try await billing.commit([first: LogOffset(9)])
        let crashed = try directory.copy()
        #expect(try store.topic("orders", partitions: 2).partitionCount == 2)
        try store.close()

        let again = try EventStore.open(crashed)
        let recovered = try again.offsets(group: "billing")
        #expect(recovered.all.mapValues(\.offset) == [first: LogOffset(9), second: LogOffset(8)])
        #expect(recovered.committed(second)?.metadata == "note")
        #expect(recovered.committed(second)?.commitTimestamp == EventStore.now)
        #expect(recovered.committed(TopicPartition("other", 0)) == nil)
        #expect(try again.groups() == ["billing"])
        #expect(again.topicNames.isEmpty, "the topic of the offsets is the store's own")
        try again.close()
    }

    /// A Kafka coordinator could read them: the layout has one home, and this is it.
    @Test func recordsAreThoseOfKafka() throws {
        let store = try EventStore.open(directory)
        try store.offsets(group: "group").commitAndWait([TopicPartition("topic", 3): LogOffset(42)], metadata: "note")
        let log = try #require(store.openLogs.first { $0.partition == TopicPartition("__consumer_offsets", 0) })
        #expect(log.log.configuration.cleanupPolicy == .compact)
        let read = try log.log.read(from: .zero, upTo: .highWatermark, limit: 1000, mustProgress: true)
        let slice = try #require(read.slice)
        let record = try #require(try RecordBatch(validating: slice.readBytes()).records().first)
        #expect(record.key == OffsetCommitKey(group: "group", partition: TopicPartition("topic", 3)).encoded())
        let value = try OffsetCommitValue(decoding: try #require(record.value))
        #expect(value.offset == LogOffset(42) && value.metadata == "note" && value.leaderEpoch == .none)
        try store.close()
    }

    @Test func deletedOffsetsStayDeleted() async throws {
        let store = try EventStore.open(directory)
        let billing = try store.offsets(group: "billing")
        try await billing.commit([first: LogOffset(7), second: LogOffset(8)])
        try await billing.delete([first, TopicPartition("none", 0)])
        #expect(billing.all.mapValues(\.offset) == [second: LogOffset(8)])
        let other = try store.offsets(group: "other")
        try await other.commit([first: LogOffset(1)])
        try await other.delete()
        try store.close()
        let again = try EventStore.open(directory)
        #expect(try again.groups() == ["billing"])
        #expect(try again.offsets(group: "billing").all.mapValues(\.offset) == [second: LogOffset(8)])
        try again.close()
    }

    @Test func whatDoesNotFitTheFormatIsRefused() throws {
        let store = try EventStore.open(directory)
        let offsets = try store.offsets(group: "group")
        let error = #expect(throws: LogError.self) {
            try offsets.commitAndWait([first: .zero], metadata: String(repeating: "x", count: 32_768))
        }
        #expect(error?.code == .invalidRecord)
        try offsets.commitAndWait([:])
        #expect(try store.groups().isEmpty)
        try store.close()
    }

    /// Of many commits at once, the one behind all others in the log counts, before and after a restart.
    @Test func commitsAtOnceEndAsTheLogSays() async throws {
        let store = try EventStore.open(directory)
        let offsets = try store.offsets(group: "group")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 { group.addTask { try await offsets.commit([first: LogOffset(Int64(index))]) } }
            try await group.waitForAll()
        }
        let last = offsets.committed(first)
        try store.close()
        let again = try EventStore.open(directory)
        #expect(try again.offsets(group: "group").committed(first) == last)
        try again.close()
    }
}

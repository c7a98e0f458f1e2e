import EventStore
import Foundation
import LogCore
import RecordFormat
import ServerHarness
import Testing

@Suite struct TopicTests {
    @Test func topicIsOpenedAgainByItsNameAlone() throws {
        let directory = try TestDirectory()
        var configuration = LogConfiguration()
        configuration.cleanupPolicy = [.compact, .delete]
        configuration.segmentBytes = 1 << 20
        configuration.segmentDuration = .seconds(60)
        configuration.indexMaxBytes = 4096
        configuration.indexIntervalBytes = 512
        configuration.retention = nil
        configuration.retentionBytes = 1 << 30
        configuration.maxMessageBytes = 5000
        configuration.timestampType = .logAppendTime
        configuration.timestampBeforeMax = .seconds(7)
        configuration.timestampAfterMax = nil
        configuration.flushesEveryAppend = false
        configuration.flushInterval = .seconds(9)
        configuration.producerExpiration = .seconds(11)
        let first = try EventStore.open(directory)
        let topic = try first.topic("orders", partitions: 3, configuration: configuration)
        let id = topic.id
        try topic.appendAndWait(NewRecord(key: "k", value: "v"), requiring: .device)
        try first.close()

        let second = try EventStore.open(directory)
        #expect(second.topicNames == ["orders"])
        let again = try second.topic("orders")
        #expect(again.partitionCount == 3 && again.id == id && again.configuration == configuration)
        #expect(try again.log(of: 2).log.configuration == configuration)
        #expect(try again.records(of: again.partition(ofKey: ByteSlice("k"))).count == 1)
        try second.close()
    }

    @Test func fileIsAsDrawn() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let topic = try store.topic("orders", partitions: 3)
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/format/topic-descriptor.md"), encoding: .utf8)
        let drawn = try #require(page.firstMatch(of: /```properties\n([\s\S]*?)```/)).1
        let text = try directory.text("\(topic.id).topic")
        #expect(text.replacing("\(topic.id)", with: "AAAAAAAAAAcAAAAAAAAACQ") == drawn)
        try store.close()
    }

    @Test func handlesToOneTopicAreTheSameTopic() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        try store.topic("orders").appendAndWait("a", requiring: .device)
        try store.topic("orders").appendAndWait("b", requiring: .device)
        #expect(try store.topic("orders").values() == ["a", "b"])
        try store.close()
    }

    @Test func newSettingsReplaceTheOldOnes() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let topic = try store.topic("orders")
        var configuration = LogConfiguration()
        configuration.maxMessageBytes = 100
        #expect(try store.topic("orders", configuration: configuration).configuration == configuration)
        let error = #expect(throws: LogError.self) {
            try topic.appendAndWait(NewRecord(value: String(repeating: "x", count: 200)), requiring: .pageCache)
        }
        #expect(error?.code == .recordTooLarge)
        try store.close()
        let again = try EventStore.open(directory)
        #expect(try again.topic("orders").configuration == configuration)
        try again.close()
    }

    @Test(arguments: ["", ".", "..", "a/b", "ä", String(repeating: "n", count: 250), "__consumer_offsets"])
    func namesThatCannotBeAreRefused(name: String) throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let before = try directory.names()
        let error = #expect(throws: LogError.self) { try store.topic(name) }
        #expect(error?.code == .invalidConfiguration)
        #expect(try directory.names() == before)
        try store.close()
    }

    @Test func longestNameIsATopicLikeAnyOther() throws {
        let directory = try TestDirectory()
        let name = String(repeating: "n", count: 249)
        let store = try EventStore.open(directory)
        try store.topic(name, partitions: 2).appendAndWait("a", requiring: .device)
        #expect(try store.deleteTopic(name))
        #expect(try directory.names().allSatisfy { !$0.hasPrefix("n") && !$0.contains(".topic") })
        try store.close()
    }

    @Test func numberOfPartitionsDoesNotChangeUnasked() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        _ = try store.topic("orders", partitions: 3)
        #expect(throws: LogError.self) { try store.topic("orders", partitions: 4) }
        #expect(throws: LogError.self) { try store.topic("none", partitions: 0) }
        #expect(try store.topic("orders", partitions: 3).partitionCount == 3)
        try store.close()
    }

    /// Keys go where Java's client would put them; the numbers are its own.
    @Test func keysAreSpreadAsKafkasClientsDo() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let topic = try store.topic("orders", partitions: 7)
        #expect(topic.partition(ofKey: ByteSlice("21")) == Int32((-973_932_308 & 0x7fff_ffff) % 7))
        let places = try topic.appendAndWait(
            (0..<100).map { NewRecord(key: "key \($0)", value: "\($0)") }, requiring: .device)
        #expect(places.map(\.partition.partition) == places.map(\.partition.partition).sorted())
        var seen = 0
        for partition in 0..<Int32(7) {
            for record in try topic.records(of: partition) {
                #expect(topic.partition(ofKey: try #require(record.key)) == partition)
                seen += 1
            }
        }
        #expect(seen == 100)
        try store.close()
    }

    @Test func recordsWithoutAKeyTakeThePartitionsInTurn() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let topic = try store.topic("orders", partitions: 3)
        for index in 0..<6 {
            try topic.appendAndWait(["\(index)", "and more"].map { NewRecord(value: $0) }, requiring: .device)
        }
        for partition in 0..<Int32(3) { #expect(try topic.values(of: partition).count == 4) }
        let place = try topic.appendAndWait(NewRecord(value: ByteSlice("x"), partition: 2), requiring: .pageCache)
        #expect(place.partition == TopicPartition("orders", 2) && place.firstOffset == LogOffset(4))
        try store.close()
    }

    @Test func moreThanOneBatchTakesIsSplit() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        var configuration = LogConfiguration()
        configuration.maxMessageBytes = 1000
        let topic = try store.topic("orders", configuration: configuration)
        let values = (0..<100).map { "\($0) " + String(repeating: "x", count: 50) }
        let places = try topic.appendAndWait(values.map { NewRecord(value: $0) }, requiring: .device)
        #expect(places.count > 4)
        #expect(places.first?.firstOffset == .zero && places.last?.nextOffset == LogOffset(100))
        #expect(try topic.values() == values)
        #expect(try topic.appendAndWait([], requiring: .device).isEmpty)
        try store.close()
    }

    @Test func compactedTopicNeedsKeys() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        var configuration = LogConfiguration()
        configuration.cleanupPolicy = .compact
        let topic = try store.topic("table", configuration: configuration)
        let error = #expect(throws: LogError.self) { try topic.appendAndWait("no key", requiring: .device) }
        #expect(error?.code == .invalidRecord)
        try topic.appendAndWait(NewRecord(key: "k", value: nil), requiring: .device)
        try store.close()
    }

    @Test func deletedTopicIsGoneAndItsNameFree() async throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let topic = try store.topic("orders", partitions: 2)
        try await topic.append("old", requiring: .device)
        let offsets = try store.offsets(group: "billing")
        try await offsets.commit([TopicPartition("orders", 0): LogOffset(1), TopicPartition("other", 0): LogOffset(5)])
        #expect(try store.deleteTopic("orders"))
        #expect(try !store.deleteTopic("orders"))
        let error = await #expect(throws: LogError.self) { try await topic.append("late", requiring: .device) }
        #expect(error?.code == .closed)
        #expect(store.topicNames.isEmpty)
        #expect(offsets.all.keys.map(\.topic) == ["other"])
        let again = try store.topic("orders", partitions: 1)
        #expect(again.id != topic.id)
        #expect(try again.values().isEmpty)
        try store.close()
    }

    /// A crash between the mark and the removal of the last file.
    @Test func interruptedDeletionIsFinishedByTheNextStart() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let topic = try store.topic("orders", partitions: 2)
        try topic.appendAndWait("old", requiring: .device)
        try store.offsets(group: "billing").commitAndWait([TopicPartition("orders", 0): LogOffset(1)])
        try store.close()
        try FileManager.default.moveItem(
            atPath: directory.path + "/\(topic.id).topic", toPath: directory.path + "/\(topic.id).topic-deleted")
        let next = try EventStore.open(directory)
        #expect(next.topicNames.isEmpty)
        #expect(try directory.names().allSatisfy { !$0.hasPrefix("orders") && !$0.contains("deleted") })
        #expect(try next.offsets(group: "billing").all.isEmpty)
        try next.close()
    }

    @Test func damagedDescriptorIsReportedAndNothingIsOverwritten() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let id = try store.topic("orders").id
        _ = try store.topic("other")
        try store.close()
        let path = directory.path + "/\(id).topic"
        try "version=1\nname=orders\n".write(toFile: path, atomically: false, encoding: .utf8)
        let observer = RecordingObserver()
        let again = try EventStore.open(directory, observer: observer)
        #expect(observer.damage.contains { $0.contains("\(id).topic") })
        #expect(again.topicNames == ["other"])
        let error = #expect(throws: LogError.self) { try again.topic("orders") }
        #expect(error?.message.contains("orders-0") == true)
        try again.close()
    }

    @Test func damagedPartitionIsOfflineAndTheOthersAreNot() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let topic = try store.topic("orders", partitions: 2)
        try topic.appendAndWait(NewRecord(value: ByteSlice("a"), partition: 1), requiring: .device)
        try store.close()
        try "topic_id\n".write(
            toFile: directory.path + "/orders-0/partition.metadata", atomically: false, encoding: .utf8)
        let observer = RecordingObserver()
        let again = try EventStore.open(directory, observer: observer)
        let opened = try again.topic("orders")
        #expect(observer.damage.contains { $0.contains("orders-0/partition.metadata") })
        #expect(try opened.values(of: 1) == ["a"])
        try opened.appendAndWait(NewRecord(value: ByteSlice("b"), partition: 1), requiring: .device)
        #expect(throws: LogError.self) {
            try opened.appendAndWait(NewRecord(value: ByteSlice("b"), partition: 0), requiring: .device)
        }
        try again.close()
    }
}

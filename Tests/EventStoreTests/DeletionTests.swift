import EventStore
import Foundation
import LogCore
import RecordFormat
import Testing

@Suite struct DeletionTests {
    private let partition = TopicPartition("topic", 0)

    @Test func deletedPartitionLeavesNothingBehind() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let id = TopicID.random()
        let log = try store.open(partition, topicID: id, configuration: LogConfiguration())
        try log.append(["a"])
        try store.delete([partition, TopicPartition("topic", 1)], topicID: id)
        #expect(!directory.exists("topic-0"))
        #expect(try directory.names().allSatisfy { !$0.hasSuffix("-delete") })
        let error = try #require(throws: LogError.self) { try log.append(["b"]) }
        #expect(error.code == .closed)
        try store.close()
    }

    /// The checkpoints of the deleted topic must not be taken for those of the new one, neither by this process nor by
    /// the next.
    @Test func sameNameStartsAgainAtOffsetZero() throws {
        let directory = try TestDirectory()
        let old = TopicID.random()
        let first = try EventStore.open(directory)
        try first.open(partition, topicID: old, configuration: LogConfiguration()).append(["a", "b", "c"])
        try first.close()

        let second = try EventStore.open(directory)
        _ = try second.open(partition, topicID: old, configuration: LogConfiguration())
        try second.delete([partition], topicID: old)
        let new = TopicID.random()
        let log = try second.open(partition, topicID: new, configuration: LogConfiguration())
        #expect(log.log.watermarks.logEndOffset == .zero)
        try log.append(["new"])
        let crashed = try directory.copy()
        try second.close()

        let observer = RecordingObserver()
        let third = try EventStore.open(crashed, observer: observer)
        let recovered = try third.open(partition, topicID: new, configuration: LogConfiguration())
        #expect(recovered.log.watermarks.logEndOffset == LogOffset(1))
        #expect(observer.findings.isEmpty)
        try third.close()
    }

    @Test func partitionThatIsNotOpenIsDeletedByItsIdentity() throws {
        let directory = try TestDirectory()
        let id = TopicID.random()
        let first = try EventStore.open(directory)
        try first.open(partition, topicID: id, configuration: LogConfiguration()).append(["a"])
        try first.close()
        let second = try EventStore.open(directory)
        try second.delete([partition], topicID: .random())
        #expect(directory.exists("topic-0"))
        try second.delete([partition], topicID: id)
        #expect(!directory.exists("topic-0"))
        try second.close()
        #expect(try directory.text("recovery-point-offset-checkpoint") == "0\n0\n")
    }

    @Test func interruptedRemovalIsFinishedAtTheNextStart() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        _ = try store.open(partition, topicID: .random(), configuration: LogConfiguration())
        try store.close()
        let names = ["topic-0.\(TopicID.random())-delete", "topic-0.0123456789abcdef0123456789ABCDEF-delete"]
        let kept = ["backup-delete", "topic-0.abc-delete", "topic.0123456789abcdef0123456789abcdef-delete", "t-01"]
        let files = FileManager.default
        try files.moveItem(atPath: directory.path + "/topic-0", toPath: directory.path + "/" + names[0])
        for name in names.dropFirst() + kept {
            try files.createDirectory(atPath: directory.path + "/" + name, withIntermediateDirectories: false)
        }
        let again = try EventStore.open(directory)
        let left = try directory.names()
        #expect(names.allSatisfy { !left.contains($0) })
        #expect(kept.allSatisfy { left.contains($0) }, "only what a deletion has named is swept away")
        #expect(try again.storedPartitions().isEmpty)
        try again.close()
    }

    @Test func whatIsSetAsideKeepsItsFilesAndCanBePutBack() throws {
        let directory = try TestDirectory()
        let id = TopicID.random()
        let store = try EventStore.open(directory)
        try store.open(partition, topicID: id, configuration: LogConfiguration()).append(["a"])
        try store.setAside([partition], topicID: id)
        // Another one of the same topic comes and goes the same way.
        try store.open(partition, topicID: id, configuration: LogConfiguration()).append(["b", "c"])
        try store.setAside([partition, TopicPartition("none", 0)], topicID: id)
        #expect(try store.storedPartitions().isEmpty)
        try store.close()
        #expect(try directory.text("recovery-point-offset-checkpoint") == "0\n0\n")

        try EventStore.open(directory).close()
        let strays = try directory.names().filter { $0.hasPrefix("topic-0.") && $0.hasSuffix("-stray") }
        #expect(strays.count == 2, "a start leaves them alone")
        try FileManager.default.moveItem(
            atPath: directory.path + "/" + strays[0], toPath: directory.path + "/topic-0")
        let again = try EventStore.open(directory)
        let stored = try again.open(partition, topicID: id, configuration: LogConfiguration())
        #expect([1, 2].contains(stored.log.watermarks.logEndOffset.rawValue))
        try again.close()
    }

    @Test func longestNamesHaveRoomForTheMark() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let id = TopicID.random()
        let name = String(repeating: "n", count: 249)
        let partitions = (0..<20).map { TopicPartition(name, $0) }
        for partition in partitions { _ = try store.open(partition, topicID: id, configuration: LogConfiguration()) }
        try store.setAside(Array(partitions.prefix(10)), topicID: id)
        #expect(try directory.names().count { $0.hasSuffix("-stray") && $0.utf8.count == 255 } == 10)
        try store.delete(partitions, topicID: id)
        #expect(try directory.names().allSatisfy { !$0.hasPrefix("n") || $0.hasSuffix("-stray") })
        try store.close()
    }

    @Test func aStoreThatIsClosedDeletesNothing() throws {
        let directory = try TestDirectory()
        let id = TopicID.random()
        let store = try EventStore.open(directory)
        _ = try store.open(partition, topicID: id, configuration: LogConfiguration())
        try store.close()
        let error = try #require(throws: LogError.self) { try store.delete([partition], topicID: id) }
        #expect(error.code == .closed)
        #expect(directory.exists("topic-0"))
    }

    /// Whoever comes first: the log is closed with its files, or they are gone with the log.
    @Test func deletingBesideClosingLeavesTheLogOrNothing() async throws {
        for _ in 0..<200 {
            let directory = try TestDirectory()
            let id = TopicID.random()
            let store = try EventStore.open(directory)
            _ = try store.open(partition, topicID: id, configuration: LogConfiguration())
            async let deleting: LogError? = {
                do throws(LogError) { try store.delete([partition], topicID: id) } catch { return error }
                return nil
            }()
            try store.close()
            let error = await deleting
            #expect(error == nil || error?.code == .closed)
            #expect(directory.exists("topic-0") == (error != nil))
            #expect(directory.exists(".kafka_cleanshutdown"))
        }
    }
}

import EventStore
import Foundation
import LogCore
import RecordFormat
import ServerHarness
import Testing

/// A store's life: what is refused before, twice, and after.
@Suite struct LifecycleTests {
    private let topicID = TopicID(high: 7, low: 9)
    private let partition = TopicPartition("topic", 0)

    @Test func partitionIsOpenedOnce() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let log = try store.open(partition, topicID: topicID, configuration: LogConfiguration())
        let error = #expect(throws: LogError.self) {
            try store.open(partition, topicID: topicID, configuration: LogConfiguration())
        }
        #expect(error?.code == .directoryLocked)
        try log.append(["a"])
        try store.close()
        #expect(log.log.watermarks.logEndOffset == LogOffset(1))
    }

    /// A partition that could not be opened can be tried again.
    @Test func failedOpeningGivesItsPlaceBack() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        var configuration = LogConfiguration()
        configuration.segmentBytes = 1
        #expect(throws: LogError.self) { try store.open(partition, topicID: topicID, configuration: configuration) }
        _ = try store.open(partition, topicID: topicID, configuration: LogConfiguration())
        try store.close()
    }

    @Test func manyWhoOpenAtOnceGetOneLog() async throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let opened = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    (try? store.open(partition, topicID: topicID, configuration: LogConfiguration())) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(opened == 1)
        try store.close()
    }

    @Test func nothingIsOpenedOrWrittenAfterTheEnd() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        try topic.appendAndWait("a", requiring: .device)
        try store.close()
        let codes = [
            #expect(throws: LogError.self) {
                try store.open(partition, topicID: topicID, configuration: LogConfiguration())
            },
            #expect(throws: LogError.self) { try topic.appendAndWait("b", requiring: .device) },
            #expect(throws: LogError.self) { try store.topic("more") },
            #expect(throws: LogError.self) { try store.offsets(group: "group") },
        ].map { $0?.code }
        #expect(codes == Array(repeating: .closed, count: 4))
        #expect(!directory.exists("topic-0"))
    }

    /// A second close by another owner of the store must not mark a directory as clean that someone else has opened.
    @Test func secondCloseDoesNothing() throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory)
        try store.close()
        let next = try EventStore.open(directory)
        try store.close()
        #expect(!directory.exists(".kafka_cleanshutdown"))
        try next.close()
    }

    @Test func droppedStoreEndsItsThreadsAndGivesTheDirectoryFree() async throws {
        let directory = try TestDirectory()
        do {
            let store = try EventStore.open(directory)
            try await store.topic("events").append("a", requiring: .device)
        }
        try await wait(for: "the lock") { (try? EventStore.open(directory).close()) != nil }
        let store = try EventStore.open(directory)
        #expect(try store.topic("events").values() == ["a"])
        try store.close()
    }

    /// Who holds a log can write to it, whether or not the store is still there.
    @Test func logThatIsHeldKeepsTheDirectoryLocked() async throws {
        let directory = try TestDirectory()
        var log: StoredLog? = try EventStore.open(directory).open(
            partition, topicID: topicID, configuration: LogConfiguration())
        #expect(throws: LogError.self) { try EventStore.open(directory) }
        try log?.append(["a"])
        log = nil
        try await wait(for: "the lock") { (try? EventStore.open(directory).close()) != nil }
    }

    /// What a running Apache Kafka has on its data directory.
    @Test func lockOfFcntlsKindIsRespected() async throws {
        let directory = try TestDirectory()
        let script = """
            import fcntl, sys
            lock = open(sys.argv[1] + "/.lock", "a+")
            fcntl.lockf(lock, fcntl.LOCK_EX)
            open(sys.argv[1] + "/held", "w").close()
            sys.stdin.read()
            """
        let input = directory.path + "/input"
        try #require(mkfifo(input, 0o600) == 0)
        // Open for reading and writing, so that neither side waits for the other; closing it ends the script.
        let pipe = open(input, O_RDWR)
        let holder = try await ChildProcess.start("python3", ["-c", script, directory.path], input: input)
        try await wait(for: "the other's lock") { directory.exists("held") }
        let error = #expect(throws: LogError.self) { try EventStore.open(directory) }
        #expect(error?.code == .directoryLocked)
        holder.signal(SIGKILL)
        _ = try await holder.result(within: .seconds(30))
        close(pipe)
        try EventStore.open(directory).close()
    }

    /// One log that cannot be written to must not take the others' recovery points with it.
    @Test func failingLogLeavesTheOthersTheirCheckpoints() async throws {
        let directory = try TestDirectory()
        let observer = RecordingObserver()
        let store = try EventStore.open(directory, observer: observer, checkpoints: .zero)
        let bad = try store.open(partition, topicID: topicID, configuration: LogConfiguration())
        let good = try store.open(TopicPartition("good", 0), topicID: topicID, configuration: LogConfiguration())
        try bad.append(["a"])
        try bad.breakSyncs()
        store.requestFlush(of: bad)
        try await wait(for: "the failure") { bad.log.failure != nil }
        try good.append(["a", "b"])
        store.requestFlush(of: good)
        try await wait(for: "the checkpoint") {
            (try? directory.text("recovery-point-offset-checkpoint"))?.contains("good 0 2\n") == true
        }
        let error = #expect(throws: LogError.self) { try store.close() }
        #expect(error?.code == .io, "the first failure is the one to hear of")
        #expect(!directory.exists(".kafka_cleanshutdown"))
    }

    @Test func checkpointsAreWrittenOnlyWhenSomethingHasChanged() async throws {
        let directory = try TestDirectory()
        let store = try EventStore.open(directory, checkpoints: .zero)
        let name = "recovery-point-offset-checkpoint"
        let log = try store.open(partition, topicID: topicID, configuration: LogConfiguration())
        try log.append(["a"])
        try log.log.flush()
        try await wait(for: "a checkpoint") { (try? directory.text(name)) == "0\n1\ntopic 0 1\n" }
        // Whatever stands there stays until an offset moves.
        try "mark".write(toFile: directory.path + "/" + name, atomically: false, encoding: .utf8)
        let other = try store.open(TopicPartition("other", 0), topicID: topicID, configuration: LogConfiguration())
        try other.append(["a"])
        try other.log.flush()
        try await wait(for: "the next checkpoint") { (try? directory.text(name)) == "0\n2\nother 0 1\ntopic 0 1\n" }
        try store.close()
    }
}

import EventStore
import LogCore
import RecordFormat
import StorageHarness
import Testing

/// The journal's files as a start finds them.
@Suite struct JournalFileTests {
    /// A file system as a kill leaves it, and what was acknowledged by then.
    private func killed() async throws -> (files: CrashFileSystem, acknowledged: JournaledStore.Acknowledged) {
        let journaled = try JournaledStore(CrashFileSystem(seed: 5))
        let acknowledged = try await journaled.appendThroughJournal("a", rounds: 4)
        let files = journaled.files.killed()
        try journaled.store.close()
        return (files, acknowledged)
    }

    private func change(_ name: String, in files: CrashFileSystem, _ body: (inout [UInt8]) -> Void) throws {
        var bytes = try #require(files.content("/data/" + name))
        body(&bytes)
        files.replace("/data/" + name, with: bytes)
    }

    @Test func noPartitionHasItsName() throws {
        for name in JournaledStore.names { #expect(TopicPartition(directoryName: name) == nil) }
    }

    @Test func aFileOfAnotherVersionIsLeftAlone() async throws {
        let (files, _) = try await killed()
        try change(JournaledStore.names[0], in: files) { $0[7] = UInt8(ascii: "9") }
        let error = #expect(throws: LogError.self) { _ = try JournaledStore(files) }
        #expect(error?.code == .unsupportedFormat)
        #expect(error?.message.contains("/data/commit-journal.a") ?? false)
        #expect(files.names("/data").contains(JournaledStore.names[0]))
    }

    @Test func aDamagedFirstPageIsTold() async throws {
        let (files, acknowledged) = try await killed()
        try change(JournaledStore.names[0], in: files) { $0[17] ^= 1 }
        let next = try JournaledStore(files)
        #expect(next.observer.damage.contains { $0.contains("commit-journal.a") })
        // A kill takes nothing from the logs' own files.
        #expect(try next.missing(of: acknowledged) == 0)
        try next.store.close()
    }

    @Test func anUnfinishedFileIsNone() async throws {
        let (files, acknowledged) = try await killed()
        files.replace("/data/" + JournaledStore.names[0], with: [UInt8](repeating: 0, count: 100))
        files.replace("/data/" + JournaledStore.names[1], with: [])
        let next = try JournaledStore(files)
        #expect(next.observer.damage.isEmpty)
        #expect(try next.missing(of: acknowledged) == 0)
        try next.store.close()
    }

    @Test func randomDamageBehindTheFirstPageHarmsNoLog() async throws {
        let (files, acknowledged) = try await killed()
        for seed in UInt64(0)..<40 {
            var generator = SeededGenerator(seed: seed)
            let copy = files.killed()
            try change(JournaledStore.names[Int(seed % 2)], in: copy) { bytes in
                let place = Int.random(in: 4096..<min(bytes.count, 9000), using: &generator)
                bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
            }
            let next = try JournaledStore(copy)
            #expect(try next.missing(of: acknowledged) == 0, "seed \(seed)")
            try next.store.close()
        }
    }
}

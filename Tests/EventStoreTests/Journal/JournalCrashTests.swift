import EventStore
import LogCore
import RecordFormat
import ServerHarness
import StorageHarness
import Testing

/// What was acknowledged by way of the journal outlives whatever ends the process; what was taken back does not return.
@Suite struct JournalCrashTests {
    @Test func whatIsAcknowledgedOutlivesAPowerCut() async throws {
        var lostWithoutJournal = 0
        for seed in UInt64(0)..<20 {
            let files = CrashFileSystem(seed: seed)
            let journaled = try JournaledStore(files)
            let acknowledged = try await journaled.appendThroughJournal("a", rounds: 5 + Int(seed) * 3)
            var generator = StorageHarness.SeededGenerator(seed: seed)
            let next = try journaled.afterPowerCut(&generator)
            #expect(try next.missing(of: acknowledged) == 0, "seed \(seed)")
            #expect(next.observer.damage.isEmpty)
            // It goes on as before, and what the last process left is not read once more.
            let more = try await next.appendThroughJournal("b")
            let third = try next.afterPowerCut(&generator)
            #expect(try third.missing(of: acknowledged) + third.missing(of: more) == 0, "seed \(seed)")
            try third.store.close()
            try next.store.close()

            // The test is worth something: the logs alone would not have it all.
            let bare = files.crashed(&generator)
            let directory = try LogDirectory.open("/data", in: bare)
            for name in JournaledStore.names { try directory.removeFile(name) }
            let poorer = try JournaledStore(bare)
            // Records that are not there, or damage where they were.
            lostWithoutJournal += (try? poorer.missing(of: acknowledged)) ?? 1
            try poorer.store.close()
            try journaled.store.close()
        }
        #expect(lostWithoutJournal > 0)
    }

    @Test func aKillLosesNothing() async throws {
        let journaled = try JournaledStore(CrashFileSystem(seed: 3))
        let acknowledged = try await journaled.appendThroughJournal("a", rounds: 30)
        let next = try JournaledStore(journaled.files.killed())
        #expect(try next.missing(of: acknowledged) == 0)
        #expect(next.files.names("/data").allSatisfy { !JournaledStore.names.contains($0) })
        try next.store.close()
        try journaled.store.close()
    }

    @Test func aClosedStoreNeedsNoJournal() async throws {
        for seed in UInt64(0)..<10 {
            let journaled = try JournaledStore(CrashFileSystem(seed: seed))
            let acknowledged = try await journaled.appendThroughJournal("a", rounds: 10)
            #expect(journaled.files.names("/data").contains(JournaledStore.names[0]))
            try journaled.store.close()
            #expect(journaled.files.names("/data").allSatisfy { !JournaledStore.names.contains($0) })
            var generator = StorageHarness.SeededGenerator(seed: seed)
            let next = try journaled.afterPowerCut(&generator)
            #expect(next.store.wasCleanlyClosed)
            #expect(try next.missing(of: acknowledged) == 0)
            try next.store.close()
        }
    }

    @Test func whatWasTruncatedDoesNotComeBack() async throws {
        for seed in UInt64(0)..<30 {
            var generator = StorageHarness.SeededGenerator(seed: seed)
            let journaled = try JournaledStore(CrashFileSystem(seed: seed))
            var expected = try await journaled.appendThroughJournal("a", rounds: 1 + Int(seed % 9))
            for partition in 0..<JournaledStore.partitions where Bool.random(using: &generator) {
                let stored = try journaled.topic.log(of: partition)
                let end = LogOffset(
                    Int64.random(in: 0...stored.log.watermarks.logEndOffset.rawValue, using: &generator))
                if Bool.random(using: &generator) {
                    try journaled.store.truncate(stored, to: end)
                    expected[partition] = expected[partition]?.filter { $0.key < end }
                } else {
                    try journaled.store.truncateFully(stored, startingAt: end)
                    expected[partition] = [:]
                }
            }
            // Sometimes the cut comes right behind, sometimes behind what took the place.
            if seed % 3 > 0 {
                let more = try await journaled.appendThroughJournal("b", rounds: Int(seed % 3))
                for (partition, values) in more { expected[partition, default: [:]].merge(values) { $1 } }
            }
            let next = try journaled.afterPowerCut(&generator)
            #expect(try next.missing(of: expected) == 0, "seed \(seed)")
            #expect(next.observer.damage.isEmpty, "seed \(seed)")
            for partition in 0..<JournaledStore.partitions {
                let old = try next.topic.records(of: partition).filter { $0.value?.string.hasPrefix("a ") ?? false }
                let known = expected[partition] ?? [:]
                #expect(
                    old.allSatisfy { known[$0.offset] == $0.value?.string }, "seed \(seed): what was dropped is back")
            }
            try next.store.close()
            try journaled.store.close()
        }
    }

    @Test func aPartitionThatWasDeletedComesBackEmpty() async throws {
        for seed in UInt64(0)..<10 {
            var generator = StorageHarness.SeededGenerator(seed: seed)
            let journaled = try JournaledStore(CrashFileSystem(seed: seed))
            let acknowledged = try await journaled.appendThroughJournal("a", rounds: 3)
            let old = try journaled.topic.log(of: 3)
            try journaled.store.delete([old.partition], topicID: old.topicID)
            let new = try journaled.store.open(
                old.partition, topicID: old.topicID, configuration: LogConfiguration())
            try new.append(["new"])
            try new.log.flush()
            let next = try journaled.afterPowerCut(&generator)
            #expect(try next.topic.values(of: 3) == ["new"], "seed \(seed)")
            #expect(try next.missing(of: acknowledged.filter { $0.key != 3 }) == 0)
            try next.store.close()
            try journaled.store.close()
        }
    }

    @Test func whatIsSetAsideIsWhole() async throws {
        for seed in UInt64(0)..<10 {
            var generator = StorageHarness.SeededGenerator(seed: seed)
            let journaled = try JournaledStore(CrashFileSystem(seed: seed))
            let acknowledged = try await journaled.appendThroughJournal("a", rounds: 3)
            let old = try journaled.topic.log(of: 3)
            try journaled.store.setAside([old.partition], topicID: old.topicID)
            let crashed = journaled.files.crashed(&generator)
            let stray = try #require(crashed.names("/data").first { $0.hasSuffix("-stray") })
            let directory = try LogDirectory.open("/data", in: crashed)
            try directory.rename(stray, to: old.partition.directoryName)
            let next = try JournaledStore(crashed)
            #expect(try next.missing(of: acknowledged) == 0, "seed \(seed)")
            try next.store.close()
            try journaled.store.close()
        }
    }

    @Test func aCompactedSegmentIsNotWrittenOver() async throws {
        for seed in UInt64(0)..<10 {
            var generator = StorageHarness.SeededGenerator(seed: seed)
            var configuration = LogConfiguration()
            configuration.cleanupPolicy = .compact
            configuration.segmentBytes = 600
            let journaled = try JournaledStore(CrashFileSystem(seed: seed), configuration: configuration)
            let acknowledged = try await journaled.appendThroughJournal("a", rounds: 20, keys: 3)
            journaled.store.cleanNow()
            try await wait(for: "a compaction") { !journaled.observer.compacted.isEmpty }
            let next = try JournaledStore(journaled.files.crashed(&generator), configuration: configuration)
            #expect(next.observer.damage.isEmpty, "seed \(seed)")
            for (partition, values) in acknowledged {
                let found = try next.topic.records(of: partition)
                // Each value says which round it is of, and so its key: the latest of each has to be there.
                for key in 0..<3 {
                    let latest = values.filter { Self.round(of: $0.value) % 3 == key }.max { $0.key < $1.key }
                    guard let latest else { continue }
                    #expect(
                        found.contains { $0.offset >= latest.key && $0.key?.string == "\(key)" }, "seed \(seed)")
                }
            }
            try next.store.close()
            try journaled.store.close()
        }
    }

    private static func round(of value: String) -> Int { Int(value.split(separator: " ")[2]) ?? 0 }

    @Test func whatFailsCostsNothingAcknowledged() async throws {
        var failed: Set<String> = []
        for seed in UInt64(0)..<60 {
            var generator = StorageHarness.SeededGenerator(seed: seed)
            let journaled = try JournaledStore(CrashFileSystem(seed: seed))
            let first = try await journaled.appendThroughJournal("a", rounds: 2)
            let call: CrashFileSystem.Call? = [.syncData, .write, .syncAllData, nil].randomElement(using: &generator)!
            let calls = call == .syncAllData ? 3 : 200
            journaled.files.fail(call, after: Int.random(in: 0..<calls, using: &generator))
            let second = await journaled.append("b", atMost: 40) { false }
            if let call = journaled.files.stopFailing() { failed.insert("\(call)") }
            let third = await journaled.append("c", atMost: 10) { false }
            if Bool.random(using: &generator) { try? journaled.store.close() }
            let next = try journaled.afterPowerCut(&generator)
            for acknowledged in [first, second, third] {
                #expect(try next.missing(of: acknowledged) == 0, "seed \(seed), \(failed.sorted())")
            }
            #expect(next.observer.damage.isEmpty)
            try? next.store.close()
            try? journaled.store.close()
        }
        #expect(failed.isSuperset(of: ["syncData", "write", "syncAllData"]))
    }

    /// What the journal says of it would be put back over whatever comes under its name later.
    @Test func whatCannotBeVoidedIsNotTakenAway() async throws {
        for seed in UInt64(0)..<10 {
            var generator = StorageHarness.SeededGenerator(seed: seed)
            let journaled = try JournaledStore(CrashFileSystem(seed: seed))
            let acknowledged = try await journaled.appendThroughJournal("a", rounds: 3)
            let stored = try journaled.topic.log(of: 3)
            journaled.files.fail(.syncData, after: 0, isLasting: true)
            for _ in 0..<2 {
                if seed % 2 == 0 {
                    #expect(throws: LogError.self) {
                        try journaled.store.delete([stored.partition], topicID: stored.topicID)
                    }
                } else {
                    #expect(throws: LogError.self) {
                        try journaled.store.setAside([stored.partition], topicID: stored.topicID)
                    }
                }
            }
            journaled.files.stopFailing()
            #expect(journaled.files.names("/data").contains(stored.partition.directoryName))
            #expect(throws: LogError.self) { try journaled.store.close() }
            let next = try journaled.afterPowerCut(&generator)
            #expect(try next.missing(of: acknowledged) == 0, "seed \(seed)")
            try next.store.close()
        }
    }

    @Test func aLogInDoubtKeepsTheJournal() async throws {
        var kept = 0
        for seed in UInt64(0)..<10 {
            var generator = StorageHarness.SeededGenerator(seed: seed)
            let journaled = try JournaledStore(CrashFileSystem(seed: seed))
            let acknowledged = try await journaled.appendThroughJournal("a", rounds: 3)
            let stored = try journaled.topic.log(of: 5)
            try stored.append(["in doubt"])
            // Lasting: the journal's own thread may be at work.
            journaled.files.fail(.syncData, after: 0, isLasting: true)
            #expect(throws: LogError.self) { try stored.log.flush() }
            journaled.files.stopFailing()
            #expect(throws: LogError.self) { try journaled.store.close() }
            // Settled just before, it says nothing of any log.
            kept += journaled.files.names("/data").contains { JournaledStore.names.contains($0) } ? 1 : 0
            let next = try journaled.afterPowerCut(&generator)
            #expect(!next.store.wasCleanlyClosed)
            #expect(try next.missing(of: acknowledged) == 0, "seed \(seed)")
            try next.store.close()
        }
        #expect(kept > 0)
    }
}

import EventStore
import Foundation
import LogCore
import RecordFormat
import StorageHarness
import Synchronization
import Testing

/// Many more partitions than there may be open files.
@Suite struct StoreResidencyTests {
    @Test func aThousandPartitionsShareAFewFiles() throws {
        try run(partitions: 1_000, steps: 2_000, limits: .init(descriptors: 64, mappings: 64))
    }

    /// Takes a minute and 400 MB of memory: `MILLRACE_MANY_PARTITIONS=30000`.
    @Test(.enabled(if: Self.manyPartitions != nil)) func asManyAsAreAskedFor() throws {
        let partitions = try #require(Self.manyPartitions)
        try run(partitions: partitions, steps: 40_000, limits: .init(descriptors: 4_096, mappings: 4_096))
    }

    private static var manyPartitions: Int? {
        ProcessInfo.processInfo.environment["MILLRACE_MANY_PARTITIONS"].flatMap { Int($0) }
    }

    /// A partition's log and what has to be in it.
    private final class Subject: Sendable {
        let stored: StoredLog
        let values = Mutex<[String]>([])

        init(_ stored: StoredLog) { self.stored = stored }

        func append(_ value: String) throws {
            try values.withLock { values in
                try stored.append([value])
                values.append(value)
            }
        }

        /// Reads a record from anywhere, and looks one up by its time now and then.
        func check(_ generator: inout SeededGenerator) throws {
            let values = values.withLock { $0 }
            guard !values.isEmpty else { return }
            let offset = Int.random(in: 0..<values.count, using: &generator)
            let log = stored.log
            let read = try log.read(from: LogOffset(Int64(offset)), upTo: .logEnd, limit: 1, mustProgress: true)
            var batches = RecordBatchSequence(try read.slice?.readBytes() ?? .empty)
            let record = try batches.next()?.records().first { $0.offset.rawValue == Int64(offset) }
            guard record?.value?.string == values[offset] else {
                throw TestFailure(description: "offset \(offset) of \(stored.partition) is \(record as Any)")
            }
            guard generator.isOne(in: 10) else { return }
            guard try log.offset(for: EventStore.now, upTo: .logEnd)?.offset == .zero else {
                throw TestFailure(description: "no offset for the time in \(stored.partition)")
            }
        }
    }

    private func run(partitions: Int, steps: Int, limits: LogResidency.Limits) throws {
        let directory = try TestDirectory(inMemory: true)
        let residency = LogResidency(limits)
        let topicID = TopicID.random()
        func open() throws -> (EventStore, [Subject]) {
            let store = try EventStore(
                .init(
                    directory: directory.path, checkpointInterval: .seconds(3600), retentionInterval: .seconds(3600),
                    residency: residency, now: { EventStore.now }), observer: RecordingObserver())
            var configuration = LogConfiguration()
            configuration.segmentBytes = 1_000
            configuration.indexIntervalBytes = 100
            let subjects = try (0..<Int32(partitions)).map { number in
                Subject(
                    try store.open(TopicPartition("events", number), topicID: topicID, configuration: configuration))
            }
            return (store, subjects)
        }
        let (store, subjects) = try open()
        let threads = 3
        // A thread that works on a log holds a few files, and they are not closed under it.
        let inUse = 6 * threads
        var seeds = SeededGenerator.printingSeed("\(partitions) partitions")
        let chosen = (0..<threads).map { _ in seeds.next() }
        try onThreads(
            chosen.map { seed in
                { @Sendable in
                    var generator = SeededGenerator(seed: seed)
                    for step in 0..<steps {
                        // A few partitions are busy, the others are used once in a while.
                        let range = generator.isOne(in: 2) ? 20 : partitions
                        let subject = subjects[Int.random(in: 0..<range, using: &generator)]
                        if generator.isOne(in: 2) { try subject.append("\(seed)-\(step)") }
                        try subject.check(&generator)
                        let held = residency.statistics
                        guard held.descriptors <= limits.descriptors + inUse, held.mappings <= limits.mappings + inUse
                        else { throw TestFailure(description: "\(held)") }
                    }
                }
            })
        #expect(residency.statistics.givenBack > partitions / 2)
        // As the kernel counts them.
        #expect(try Self.openFiles(below: directory.path) <= limits.descriptors)
        #expect(try Self.mappings(below: directory.path) <= limits.mappings)
        for subject in subjects.prefix(50) { try subject.stored.log.flush() }
        try store.close()
        let (again, reopened) = try open()
        for (old, new) in zip(subjects, reopened) {
            let values = old.values.withLock { $0 }
            new.values.withLock { $0 = values }
            try new.check(&seeds)
        }
        #expect(try Self.openFiles(below: directory.path) <= limits.descriptors)
        try again.close()
    }

    private static func openFiles(below path: String) throws -> Int {
        let folder = "/proc/self/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder).count { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + name)
            return target?.hasPrefix(path) == true
        }
    }

    private static func mappings(below path: String) throws -> Int {
        try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n").count {
            $0.contains(path)
        }
    }
}

import EventStore
import LogCore
import RecordFormat
import StorageHarness
import Synchronization

/// Opens what a power cut left and holds it against the journal.
struct Checker {
    /// How many offsets and how many times are looked up in each partition.
    static let lookups = 200

    let journal: Journal
    let seed: UInt64
    /// Acknowledged records that are gone.
    private(set) var lost: Int64 = 0
    private(set) var records = 0
    /// What was wrong otherwise, in words.
    private(set) var problems: [String] = []
    private let observer = CheckObserver()

    init(journal: Journal, seed: UInt64) {
        self.journal = journal
        self.seed = seed
    }

    /// Opens the store, checks every partition, and closes the store or leaves it as a killed process would.
    ///
    /// What cannot be opened or read is a problem like another.
    mutating func run(_ directory: String, closes: Bool) {
        do { try checkAll(directory, closes: closes) } catch { problems.append("\(error)") }
        problems += observer.damage.withLock { $0 }
        // Recovery says much that is in order after a power cut; it is told where something else is not.
        if !problems.isEmpty || lost > 0 { problems += observer.findings.withLock { $0 } }
    }

    private mutating func checkAll(_ directory: String, closes: Bool) throws {
        let store = try EventStore(PowerCut.options(directory), observer: observer)
        for partition in PowerCut.partitions {
            // Without a line of its own a partition may hold nothing.
            try check(
                PowerCut.open(partition, in: store).log, partition: partition,
                journal.partitions[partition] ?? Journal.Partition())
        }
        if closes { try store.close() }
    }

    private mutating func check(_ log: PartitionLog, partition: Int32, _ expected: Journal.Partition) throws {
        let marks = log.watermarks
        let end = marks.logEndOffset.rawValue
        func problem(_ text: String) { problems.append("partition \(partition): \(text)") }
        if end > expected.sent { problem("offset \(end - 1) was never sent, \(expected.sent) was the end") }
        if expected.wasRevived { problem("records were taken after a failure") }
        if marks.logStartOffset != .zero { problem("it starts at \(marks.logStartOffset)") }
        let batches = try scan(log)
        var next: Int64 = 0
        for record in batches.flatMap(\.records) {
            let offset = record.offset.rawValue
            if offset < next { problem("offset \(offset) behind \(next - 1)") }
            lost += Self.count(next..<max(next, offset), missingFrom: expected)
            let round = expected.round(of: offset)
            let payload = Payload(seed: seed, round: round, partition: partition, offset: offset)
            if !payload.matches(record) { problem("the record at \(offset) is not the one that round \(round) sent") }
            next = offset + 1
            records += 1
        }
        lost += Self.count(next..<max(next, expected.kept), missingFrom: expected)
        problems += try lookUp(in: log, batches, seed: seed &+ UInt64(end)).map { "partition \(partition): \($0)" }
    }

    /// How many of some offsets without a record should have one.
    private static func count(_ offsets: Range<Int64>, missingFrom expected: Journal.Partition) -> Int64 {
        Int64(offsets.count { !expected.mayLack($0) })
    }

    /// Every batch from the first to the last, in the order of reading.
    private func scan(_ log: PartitionLog) throws -> [(header: RecordBatchHeader, records: [Record])] {
        var batches: [(RecordBatchHeader, [Record])] = []
        var next = log.watermarks.logStartOffset
        while let slice = try log.read(from: next, upTo: .logEnd, limit: 1 << 20, mustProgress: true).slice {
            var sequence = RecordBatchSequence(try slice.readBytes())
            let before = next
            while let batch = try sequence.next() {
                batches.append((batch.header, try batch.records()))
                next = batch.header.nextOffset
            }
            guard next > before else { break }
        }
        return batches
    }

    /// Looks up offsets and times through the indexes and compares with what the scan found.
    private func lookUp(
        in log: PartitionLog, _ batches: [(header: RecordBatchHeader, records: [Record])], seed: UInt64
    ) throws -> [String] {
        var problems: [String] = []
        var random = SeededGenerator(seed: seed)
        guard let last = batches.last?.header.lastOffset.rawValue else { return [] }
        for _ in 0..<Self.lookups {
            let target = LogOffset(.random(in: 0...last, using: &random))
            let slice = try log.read(from: target, upTo: .logEnd, limit: 1, mustProgress: true).slice
            var sequence = RecordBatchSequence(try slice?.readBytes() ?? .empty)
            let found = try sequence.next()?.header.baseOffset
            let expected = batches.first { $0.header.lastOffset >= target }?.header.baseOffset
            if found != expected {
                problems.append("offset \(target) leads to \(found as Any), not \(expected as Any)")
            }
        }
        let records = batches.flatMap(\.records)
        for _ in 0..<Self.lookups {
            let base = records[Int.random(in: records.indices, using: &random)].timestamp.milliseconds
            let target = Timestamp(milliseconds: base + .random(in: -20...20, using: &random))
            let found = try log.offset(for: target, upTo: .logEnd)?.offset
            let expected = records.first { $0.timestamp >= target }?.offset
            if found != expected { problems.append("time \(target) leads to \(found as Any), not \(expected as Any)") }
        }
        return problems
    }
}

/// Remembers damage that a read came across: a power cut is no reason for any.
private final class CheckObserver: StoreObserver {
    let damage = Mutex<[String]>([])
    let findings = Mutex<[String]>([])

    func logDidRecover(_ directory: String, report: RecoveryReport) { findings.withLock { $0 += report.findings } }

    func logDidFindDamage(_ directory: String, error: LogError) { damage.withLock { $0.append(error.message) } }
    func storeDidFailInBackground(_ error: LogError) { damage.withLock { $0.append(error.message) } }
    func logDidFail(_ directory: String, error: LogError) { damage.withLock { $0.append(error.message) } }
}

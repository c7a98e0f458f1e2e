import EventStore
import Foundation
import LogCore
import RecordFormat
import ServerHarness
import Synchronization
import Testing

/// The partition of a fixture, opened in a copy.
struct Opened {
    let log: PartitionLog
    private let copy: TemporaryDirectory
    private let observer = FindingObserver()

    /// - Parameter recoveryPoint: What the data directory knew to be synced; the log's end by default.
    init(_ fixture: Fixture, recoveryPoint: Int64? = nil) throws {
        copy = try fixture.copy()
        let end: Int64 = fixture == .compressed ? 15 : 30
        log = try PartitionLog.open(
            copy.path("events-0"), configuration: Fixture.configuration,
            known: .init(recoveryPoint: LogOffset(recoveryPoint ?? end)), observer: observer)
    }

    /// What opening had to say.
    var findings: [String] { observer.findings.withLock { $0 } }

    /// Whether one sentence of the findings has all of these.
    func finding(_ parts: String...) -> Bool { findings.contains { text in parts.allSatisfy { text.contains($0) } } }

    /// The records from an offset up to the end or the first damage.
    func read(from offset: Int64) throws -> [Record] {
        var records: [Record] = []
        var next = LogOffset(offset)
        do {
            while let slice = try log.read(from: next, upTo: .logEnd, limit: 1 << 20, mustProgress: true).slice {
                var sequence = RecordBatchSequence(try slice.readBytes())
                while let batch = try sequence.next() {
                    records += try batch.records().filter { $0.offset >= next }
                    next = batch.header.nextOffset
                }
            }
        } catch let error as LogError {
            guard error.code == .corruptBatch, !records.isEmpty else { throw error }
        }
        return records
    }

    /// The offsets of what can be read from the start, each of which has to be the record that was written there.
    func everythingExpected() throws -> [Int64] {
        let records = try read(from: 0)
        for record in records { #expect(record == Fixture.expected(record.offset.rawValue)) }
        return records.map(\.offset.rawValue)
    }

    /// Every offset and every time leads where a scan finds it.
    func expectLookupsToMatchAScan() throws {
        for record in try read(from: 0) {
            #expect(try read(from: record.offset.rawValue).first == record)
            #expect(try log.offset(for: record.timestamp, upTo: .logEnd)?.offset == record.offset)
        }
    }

    /// The indexes of all segments but the active one hold what they hold in another fixture.
    func expectIndexes(toBeThoseOf fixture: Fixture) throws {
        let active = FileNames.segment(log.segmentBaseOffsets[log.segmentBaseOffsets.count - 1], "")
        let expected = try fixture.files().filter { $0.key.hasSuffix("index") && !$0.key.contains(active) }
        #expect(!expected.isEmpty)
        for (name, content) in expected {
            #expect(try Data(contentsOf: copy.url.appending(path: name)) == content, "\(name)")
        }
    }

    /// Appends one record, as the producer given or as none.
    @discardableResult
    func append(producer: Int64?, sequence: Int32 = 0) throws -> LogOffset {
        let mark = producer.map {
            RecordBatchBuilder.Producer(
                id: ProducerID($0), epoch: ProducerEpoch(1), baseSequence: SequenceNumber(sequence))
        }
        var builder = RecordBatchBuilder(producer: mark)
        try builder.append(timestamp: Fixture.now, key: nil, value: ByteSlice("new"))
        return try log.append(builder.finish(), from: .producer(LeaderEpoch(5)), now: Fixture.now).firstOffset
    }
}

final class FindingObserver: StoreObserver {
    let findings = Mutex<[String]>([])
    let damage = Mutex<[String]>([])

    func logDidRecover(_ directory: String, report: RecoveryReport) { findings.withLock { $0 = report.findings } }
    func logDidFindDamage(_ directory: String, error: LogError) { damage.withLock { $0.append(error.message) } }
}

extension Fixture {
    /// A copy that a test may open, which changes it.
    func copy() throws -> TemporaryDirectory {
        let copy = try TemporaryDirectory()
        for (name, content) in try files() {
            let file = copy.url.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try content.write(to: file)
        }
        return copy
    }

    /// What it holds, by the path below its folder.
    func files() throws -> [String: Data] { try Self.files(below: url) }

    /// What a folder holds, by the path below it.
    static func files(below folder: URL) throws -> [String: Data] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path()).reduce(into: [:]) { files, name in
            let file = folder.appending(path: name)
            if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
                files[name] = try Data(contentsOf: file)
            }
        }
    }
}

import EventStore
import Foundation
import Glibc
import LogCore
import RecordFormat
import StorageHarness
import Synchronization

/// A folder of one test's own, removed with all in it when the last reference goes.
final class TestDirectory: Sendable {
    let path: String

    /// - Parameter inMemory: Puts it where syncs cost nothing, if there is such a place.
    init(inMemory: Bool = false) throws {
        let memory = "/dev/shm/"
        let parent =
            inMemory && FileManager.default.isWritableFile(atPath: memory)
            ? URL(filePath: memory) : FileManager.default.temporaryDirectory
        let url = parent.appending(path: "millrace-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A copy of what lies here now: what a crash at this moment would leave, as far as the page cache goes.
    func copy() throws -> TestDirectory {
        let copy = try TestDirectory()
        try FileTree.copy(path, to: copy.path)
        return copy
    }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
}

/// Remembers what a store tells its host.
final class RecordingObserver: StoreObserver {
    struct Seen {
        var flushed: [TopicPartition] = []
        var reports: [RecoveryReport] = []
        var failures: [LogError] = []
        var deletedSegments = 0
        var compacted: [TopicPartition] = []
        var damage: [String] = []
    }

    let seen = Mutex(Seen())

    func storeDidFlush(_ logs: [StoredLog]) { seen.withLock { $0.flushed += logs.map(\.partition) } }
    func storeDidCompact(_ log: StoredLog, report: CompactionReport) {
        seen.withLock { $0.compacted.append(log.partition) }
    }
    func storeDidFailInBackground(_ error: LogError) { seen.withLock { $0.failures.append(error) } }
    func logDidRecover(_ directory: String, report: RecoveryReport) { seen.withLock { $0.reports.append(report) } }
    func logDidDeleteSegment(_ directory: String, baseOffset: LogOffset) { seen.withLock { $0.deletedSegments += 1 } }

    func logDidFindDamage(_ directory: String, error: LogError) { seen.withLock { $0.damage.append(error.message) } }

    var damage: [String] { seen.withLock { $0.damage } }
    var flushed: [TopicPartition] { seen.withLock { $0.flushed } }
    var compacted: [TopicPartition] { seen.withLock { $0.compacted } }
    var findings: [String] { seen.withLock { $0.reports.flatMap(\.findings) } }
}

extension EventStore {
    static let now = Timestamp(milliseconds: 1_700_000_000_000)

    /// Opens a store whose threads do nothing by themselves before a test is over, unless told to.
    static func open(
        _ directory: TestDirectory, observer: any StoreObserver = RecordingObserver(),
        checkpoints: Duration = .seconds(3600),
        retention: Duration = .seconds(3600), nodeID: Int32 = 1,
        now: @escaping @Sendable () -> Timestamp = { EventStore.now }
    ) throws -> EventStore {
        try EventStore(
            Options(
                directory: directory.path, nodeID: nodeID, checkpointInterval: checkpoints,
                retentionInterval: retention, now: now),
            observer: observer)
    }
}

extension StoredLog {
    /// Appends records of plain text.
    @discardableResult
    func append(_ values: [String], at time: Timestamp = EventStore.now) throws -> AppendResult {
        var builder = RecordBatchBuilder()
        for value in values { try builder.append(timestamp: time, key: nil, value: ByteSlice(value)) }
        return try log.append(try builder.finish(), from: .producer(LeaderEpoch(0)), now: time)
    }
}

extension Topic {
    /// All records of a partition that can be read now.
    func records(of partition: Int32 = 0) throws -> [Record] {
        let log = try log(of: partition).log
        var records: [Record] = []
        var offset = log.watermarks.logStartOffset
        while let slice = try log.read(from: offset, upTo: .highWatermark, limit: 1 << 20, mustProgress: true).slice {
            var batches = RecordBatchSequence(try slice.readBytes())
            while let batch = try batches.next() {
                records += try batch.records()
                offset = batch.header.nextOffset
            }
        }
        return records
    }

    /// The values of a partition that can be read now, as text.
    func values(of partition: Int32 = 0) throws -> [String] {
        try records(of: partition).map { $0.value?.string ?? "null" }
    }
}

extension StoredLog {
    /// Makes every sync of the active segment fail from now on: `/dev/null` takes its place, which takes all bytes and
    /// has nothing to sync.
    func breakSyncs() throws {
        let read = try log.read(from: log.watermarks.logStartOffset, upTo: .logEnd, limit: 1, mustProgress: true)
        guard let slice = read.slice else { throw TestFailure(description: "an empty log has no file to break") }
        let null = open("/dev/null", O_RDWR)
        guard null >= 0, dup2(null, slice.file.descriptor) >= 0 else { throw TestFailure(description: "no /dev/null") }
        close(null)
    }
}

struct TestFailure: Error, CustomStringConvertible { var description: String }

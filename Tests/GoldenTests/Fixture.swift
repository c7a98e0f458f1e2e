import EventStore
import Foundation
import LogCore
import RecordFormat

/// The directories in `Fixtures/v1`, and how each was made.
///
/// They are what earlier versions of Millrace have left on users' disks: a directory is added, never changed. Those that
/// ``writesTheSame`` names are compared byte by byte with what is written today. `MILLRACE_WRITE_FIXTURES=1` writes the
/// missing ones.
enum Fixture: String, CaseIterable {
    /// Four segments, two producers, two leader epochs, closed.
    case clean
    /// A batch of each codec, closed.
    case compressed
    /// As a crash leaves it: room that was reserved, and half of the last batch.
    case tornTail = "torn-tail"
    /// One bit of a sealed segment is wrong.
    case damagedBatch = "damaged-batch"
    /// The offset index of the first segment holds other bytes.
    case damagedOffsetIndex = "damaged-offset-index"
    /// The time index of the second segment has lost its last entry.
    case damagedTimeIndex = "damaged-time-index"
    /// One bit of the newest producer snapshot is wrong.
    case damagedSnapshot = "damaged-snapshot"
    /// The leader epochs end in the middle of a line.
    case damagedLeaderEpochs = "damaged-leader-epochs"
    /// The first segment has lost both indexes.
    case missingIndexes = "missing-indexes"
    /// A whole data directory with two partitions, closed.
    case store
    /// The same with the recovery points cut off, as no crash leaves them.
    case damagedCheckpoint = "damaged-checkpoint"
    /// One segment laid out by hand after Kafka's documentation, as its broker leaves it.
    case kafkaLayout = "kafka-layout"

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/v1")

    /// Whether today's code has to write these very bytes: compressed ones depend on the libraries that are installed.
    var writesTheSame: Bool { self != .compressed }

    /// Where it is kept.
    var url: URL { Self.folder.appending(path: rawValue) }

    static let first = "00000000000000000000"
    static let now = Timestamp(milliseconds: 1_700_000_000_000)
    static let cluster = "bWlsbHJhY2UtZ29sZGVuLQ"

    /// Small segments, and an index entry for nearly every batch.
    static var configuration: LogConfiguration {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 500
        configuration.indexIntervalBytes = 150
        configuration.indexMaxBytes = 4096
        return configuration
    }

    /// Makes the directory at `url`, which does not exist yet.
    func write(to url: URL) throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let log = url.appending(path: "events-0")
        switch self {
        case .clean: try Self.writeLog(log)
        case .compressed:
            try Self.writeLog(log, batches: CompressionCodec.allCases.count) { CompressionCodec.allCases[$0] }
        case .tornTail:
            try Self.writeLog(log)
            try Self.change(log, "00000000000000000027.log") { bytes in
                bytes.removeLast(100)
                bytes += [UInt8](repeating: 0, count: 300)
            }
        case .damagedBatch: try Self.writeLog(log); try Self.change(log, "\(Self.first).log") { $0[400] ^= 1 }
        case .damagedOffsetIndex:
            try Self.writeLog(log)
            try Self.change(log, "\(Self.first).index") { bytes in for index in bytes.indices { bytes[index] = 0x7F } }
        case .damagedTimeIndex:
            try Self.writeLog(log); try Self.change(log, "00000000000000000009.timeindex") { $0.removeLast(12) }
        case .damagedSnapshot:
            try Self.writeLog(log); try Self.change(log, "00000000000000000030.snapshot") { $0[20] ^= 1 }
        case .damagedLeaderEpochs:
            try Self.writeLog(log); try Self.change(log, "leader-epoch-checkpoint") { $0.removeLast(4) }
        case .missingIndexes:
            try Self.writeLog(log)
            for suffix in ["index", "timeindex"] {
                try FileManager.default.removeItem(at: log.appending(path: "\(Self.first).\(suffix)"))
            }
        case .store: try Self.writeStore(url)
        case .damagedCheckpoint:
            try Self.writeStore(url); try Self.change(url, "recovery-point-offset-checkpoint") { $0.removeLast(5) }
        case .kafkaLayout: try KafkaLayout.write(to: log)
        }
    }

    /// Ten batches of three records each, the first six by leader epoch 0, then epoch 4; from two producers in turn.
    private static func writeLog(
        _ url: URL, batches: Int = 10, codec: (Int) -> CompressionCodec = { _ in .none }
    ) throws {
        let log = try PartitionLog.open(url.path(), configuration: configuration)
        for index in 0..<batches {
            let producer = RecordBatchBuilder.Producer(
                id: ProducerID(Int64(100 + index % 2)), epoch: ProducerEpoch(1),
                baseSequence: SequenceNumber(Int32(index / 2 * 3)))
            var builder = RecordBatchBuilder(codec: codec(index), producer: producer)
            for offset in Int64(index) * 3..<Int64(index) * 3 + 3 { try append(offset, to: &builder) }
            _ = try log.append(builder.finish(), from: .producer(LeaderEpoch(index < 6 ? 0 : 4)), now: now)
        }
        try log.close()
    }

    private static func append(_ offset: Int64, to builder: inout RecordBatchBuilder) throws {
        let record = expected(offset)
        try builder.append(timestamp: record.timestamp, key: record.key, value: record.value, headers: record.headers)
    }

    /// What the record at an offset is, in every log here but Kafka's.
    static func expected(_ offset: Int64) -> Record {
        Record(
            offset: LogOffset(offset), timestamp: Timestamp(milliseconds: now.milliseconds + offset * 10),
            key: offset % 3 == 1 ? nil : ByteSlice("key \(offset)"),
            value: offset % 7 == 6 ? nil : ByteSlice("value of record \(offset)"),
            headers: offset % 5 == 4 ? [RecordHeader(key: "trace", value: ByteSlice("\(offset)"))] : [])
    }

    private static func writeStore(_ url: URL) throws {
        // Otherwise the cluster's identity is a random one.
        try Data("version=0\ncluster.id=\(cluster)\nnode.id=1\n".utf8).write(to: url.appending(path: "meta.properties"))
        let store = try EventStore(.init(directory: url.path(), now: { now }), observer: SilentStore())
        for partition: Int32 in 0..<2 {
            let stored = try store.open(
                TopicPartition("events", partition), topicID: TopicID(high: 1, low: 2), configuration: configuration)
            var builder = RecordBatchBuilder()
            try append(0, to: &builder)
            _ = try stored.log.append(builder.finish(), from: .producer(LeaderEpoch(0)), now: now)
            stored.log.advanceHighWatermark(to: LogOffset(1))
        }
        try store.close()
        // It names the process that had it.
        try FileManager.default.removeItem(at: url.appending(path: ".lock"))
    }

    private static func change(_ folder: URL, _ name: String, _ body: (inout [UInt8]) -> Void) throws {
        let file = folder.appending(path: name)
        var bytes = [UInt8](try Data(contentsOf: file))
        body(&bytes)
        try Data(bytes).write(to: file)
    }
}

/// An observer that does nothing.
struct SilentStore: StoreObserver {}

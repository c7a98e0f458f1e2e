import ConnectAPI
import JSON
import Logging
import RecordFormat
import Synchronization

/// The offsets topic: where source connectors go on reading.
///
/// Safe to use from any thread. A write returns once it is acknowledged and read back.
final class OffsetStore: Sendable {
    private let log: any InternalLog
    private let logger: Logger
    private let offsets = Mutex<[String: [ConnectMap: ConnectMap]]>([:])

    init(log: any InternalLog, logger: Logger) {
        self.log = log
        self.logger = logger
    }

    /// Reads the topic to its end.
    func start() async throws {
        try await log.start { [self] key, value in read(key, value) }
    }

    /// Reads what comes, until the task is cancelled.
    func run() async { await log.run() }

    /// The offset of one of a connector's partitions.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` when the partition holds more than single values.
    func offset(of connector: String, _ partition: ConnectMap) throws -> ConnectMap? {
        let partition = try OffsetRecord.normalized(partition)
        return offsets.withLock { $0[connector]?[partition] }
    }

    /// All of a connector's offsets.
    func offsets(of connector: String) -> [ConnectMap: ConnectMap] { offsets.withLock { $0[connector] ?? [:] } }

    /// Writes offsets.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` when one holds more than single values; what the client
    ///   throws.
    func commit(_ records: [OffsetRecord]) async throws {
        try await log.write(
            records.map { record in (ByteSlice(try record.key().utf8), try record.value().map { ByteSlice($0.utf8) }) })
    }

    private func read(_ key: ByteSlice?, _ value: ByteSlice?) {
        guard let key else { return }
        do {
            let record = try OffsetRecord(
                key: try JSONValue(parsing: key.array), value: try value.map { try JSONValue(parsing: $0.array) })
            offsets.withLock { offsets in
                offsets[record.connector, default: [:]][record.partition] = record.offset
                if offsets[record.connector]?.isEmpty == true { offsets[record.connector] = nil }
            }
        } catch {
            logger.error(
                "passing over a record of the offsets topic", metadata: ["key": "\(key.string)", "problem": "\(error)"])
        }
    }
}

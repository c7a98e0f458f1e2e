import ConnectAPI
import Synchronization

/// The offsets that an exactly-once source task goes on from: those that were committed before it began, and its own
/// since. No one else may write them, so nothing has to be read again. Safe to use from any thread.
final class CommittedOffsets: OffsetStorageReader {
    private let offsets: Mutex<[ConnectMap: ConnectMap]>

    init(_ offsets: [ConnectMap: ConnectMap]) { self.offsets = Mutex(offsets) }

    func offset(for partition: ConnectMap) async throws -> ConnectMap? {
        let partition = try OffsetRecord.normalized(partition)
        return offsets.withLock { $0[partition] }
    }

    /// Takes note of offsets that were committed.
    func take(_ records: [OffsetRecord]) {
        offsets.withLock { offsets in
            for record in records {
                guard let partition = try? OffsetRecord.normalized(record.partition) else { continue }
                offsets[partition] = record.offset.flatMap { try? OffsetRecord.normalized($0) }
            }
        }
    }
}

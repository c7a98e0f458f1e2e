import LogCore
import RecordFormat

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Appends of one kind, and what the machine takes for the same bytes.
struct AppendLoad {
    /// Bytes of a record's value; records have no key.
    var size: Int
    /// Records in a batch.
    var batch: Int
    /// Batches of one measurement.
    var count: Int
    /// Where the files go; each measurement removes its own.
    var directory: String

    private static let time = Timestamp(milliseconds: 1)

    /// The records of one measurement.
    var records: Int { batch * count }

    private var value: ByteSlice { ByteSlice([UInt8](repeating: UInt8(ascii: "x"), count: size)) }

    /// The bytes of one batch.
    func encoded() throws -> ByteSlice { try encode(value) }

    private func encode(_ value: ByteSlice) throws -> ByteSlice {
        var builder = RecordBatchBuilder(
            capacity: RecordBatchHeader.size
                + batch * RecordBatchBuilder.sizeBound(key: 0, value: value.count, headers: []))
        for _ in 0..<batch { try builder.append(timestamp: Self.time, key: Optional<RawSpan>.none, value: value.bytes) }
        return try builder.finish()
    }

    /// Encodes and appends every batch, as an app does with its own records.
    ///
    /// - Parameter isDurable: Whether a flush follows each append, and each is timed.
    func encodeAndAppend(isDurable: Bool = false) throws -> TimedCalls {
        let value = value
        return try withLog(isDurable: isDurable) { log in
            _ = try log.append(try encode(value), from: .coordinator(LeaderEpoch(0)), now: Self.time)
        }
    }

    /// Appends a batch that is encoded already, over and over, as a broker does with a client's: every record is looked
    /// at, and the log stamps each time what differs.
    ///
    /// - Parameter isDurable: Whether a flush follows each append, and each is timed.
    func append(isDurable: Bool = false) throws -> TimedCalls {
        let batch = try encoded()
        return try withLog(isDurable: isDurable) { log in
            _ = try log.append(batch, from: .producer(LeaderEpoch(0)), now: Self.time)
        }
    }

    /// Calls `pwrite` alone, with the same bytes in the same pieces.
    ///
    /// - Parameter isDurable: Whether `fdatasync` follows each, and each is timed.
    func writeBare(isDurable: Bool = false) throws -> TimedCalls {
        let bytes = try encoded().array
        return try BareFile(directory + "/bare", size: bytes.count * count)
            .write(bytes, count: count, isDurable: isDurable)
    }

    private func withLog(isDurable: Bool, _ append: (PartitionLog) throws -> Void) throws -> TimedCalls {
        let path = directory + "/append-0"
        let log = try PartitionLog.open(path)
        // Dropped rather than closed: what was measured need not reach the device before it is removed.
        defer { try? FileManager.default.removeItem(atPath: path) }
        // The first append makes the leader epoch durable, the first flush the names of the files: neither is part of
        // what is measured.
        _ = try log.append(try encoded(), from: .producer(LeaderEpoch(0)), now: Self.time)
        try log.flush()
        return try TimedCalls(count, isEachTimed: isDurable) { _ in
            try append(log)
            if isDurable { try log.flush() }
        }
    }
}

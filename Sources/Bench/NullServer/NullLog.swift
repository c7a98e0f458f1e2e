import CShims
import KafkaProtocol
import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One partition of the null server: a file that grows, and where each batch begins in it.
final class NullLog {
    /// Batches in the file, for `sendfile`.
    final class Region: ExternalRecords {
        /// Whose file it is, which is there for as long as parts of it are sent.
        private let log: File
        let position: Int
        let byteCount: Int

        /// The file.
        var descriptor: Int32 { log.descriptor }

        fileprivate init(_ log: File, position: Int, byteCount: Int) {
            self.log = log
            self.position = position
            self.byteCount = byteCount
        }

        func readBytes() throws -> ByteSlice {
            try ByteSlice(unsafeCapacity: byteCount) { room in
                guard pread(log.descriptor, room.baseAddress, byteCount, off_t(position)) == byteCount else {
                    throw BenchFailure(description: "cannot read the log: errno \(errno)")
                }
                return byteCount
            }
        }
    }

    /// A file without a name: nothing is left of it when nobody has it any more, however this process ends.
    fileprivate final class File: Sendable {
        let descriptor: Int32

        init(path: String) throws {
            descriptor = millrace_open_at(AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0o600)
            guard descriptor >= 0 else {
                throw BenchFailure(description: "cannot create \(path): errno \(-descriptor)")
            }
            unlink(path)
        }

        deinit { close(descriptor) }
    }

    private let file: File
    /// The offset of each batch and its place, in order.
    private var batches: [(first: Int64, position: Int)] = []
    /// What came since the last ``commit(_:)``, where it was received.
    private var staged: [ByteSlice] = []
    private var size = 0
    /// What readers may see.
    private var committed = (end: Int64(0), size: 0, batches: 0)
    private var end: Int64 = 0

    /// The offset behind what readers may see.
    var committedEnd: Int64 { committed.end }

    init(path: String) throws { file = try File(path: path) }

    /// Takes batches, which have to stay where they are until ``commit(_:)``, and gives them their offsets.
    ///
    /// - Returns: The offset of the first record.
    func stage(_ records: ByteSlice) throws -> Int64 {
        var found: [(position: Int, count: Int64)] = []
        var position = 0
        while position < records.count {
            let header = try RecordBatchHeader(parsing: records.bytes, at: position)
            found.append((position, Int64(header.lastOffsetDelta) + 1))
            position += header.totalSize
        }
        let base = end
        for batch in found {
            records[batch.position..<batch.position + 8].withUnsafeMutableBytes { $0.storeBigEndian(end, at: 0) }
            batches.append((end, size + batch.position))
            end += batch.count
        }
        size += records.count
        staged.append(records)
        return base
    }

    /// What one call writes at most (IOV_MAX).
    private static let partsAtOnce = 1024

    /// Writes what was staged, with as few calls as there can be.
    func commit(_ storage: NullServer.Storage) throws {
        guard !staged.isEmpty else { return }
        defer { staged.removeAll(keepingCapacity: true) }
        guard storage != .nothing else { return }
        var rest = staged[...]
        while !rest.isEmpty {
            // The bytes stay where they are for as long as `staged` has their slices.
            var parts = rest.prefix(Self.partsAtOnce).map { slice in
                slice.withUnsafeBytes {
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
                }
            }
            let count = parts.reduce(0) { $0 + $1.iov_len }
            let written = writev(file.descriptor, &parts, Int32(parts.count))
            guard written == count else {
                throw BenchFailure(
                    description: "\(written) of \(count) bytes could be written: errno \(errno); is the disk full?")
            }
            rest = rest.dropFirst(parts.count)
        }
        if storage == .device {
            let error = millrace_sync_data(file.descriptor)
            guard error == 0 else { throw BenchFailure(description: "cannot sync the log: errno \(error)") }
        }
        committed = (end, size, batches.count)
    }

    /// Whole batches from the one with `offset` on: as many as `limit` bytes hold, one at least.
    func region(from offset: Int64, limit: Int) -> Region? {
        guard offset < committed.end else { return nil }
        let first = lastBatch { $0.first <= offset }
        let start = batches[first].position
        if committed.size - start <= limit {
            return Region(file, position: start, byteCount: committed.size - start)
        }
        let next = lastBatch { $0.position <= start + limit }
        let stop = max(batches[next].position, place(behind: first))
        return Region(file, position: start, byteCount: stop - start)
    }

    private func place(behind batch: Int) -> Int {
        batch + 1 < committed.batches ? batches[batch + 1].position : committed.size
    }

    /// The last of the committed batches that `isBefore` holds for; it holds for the first.
    private func lastBatch(where isBefore: ((first: Int64, position: Int)) -> Bool) -> Int {
        var (low, high) = (0, committed.batches - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if isBefore(batches[middle]) { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

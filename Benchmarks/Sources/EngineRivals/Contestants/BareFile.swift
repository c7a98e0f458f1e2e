import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The system calls alone: `pwrite` of the bytes that Millrace writes into a file whose room was reserved before,
/// `fdatasync` where that is asked for, and a checksum over the mapped file.
final class BareFile: Contestant {
    private let descriptor: Int32
    private let batch: ByteSlice
    private let workload: Workload
    private var size = 0
    private var mapping: UnsafeRawBufferPointer?

    init(_ directory: String, _ workload: Workload) throws {
        self.workload = workload
        batch = try RecordBatchBuilder.encode(workload)
        descriptor = open(directory + "/bare.log", O_RDWR | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw ContestantFailure("open", errno: errno) }
        let room = (workload.records + workload.batch - 1) / workload.batch * batch.count
        #if os(Linux)
        let result = posix_fallocate(descriptor, 0, off_t(room))
        guard result == 0 else { throw ContestantFailure("posix_fallocate", errno: result) }
        #else
        guard ftruncate(descriptor, off_t(room)) == 0 else { throw ContestantFailure("ftruncate", errno: errno) }
        #endif
    }

    func append(_ sequence: Range<Int>) throws {
        let written = batch.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(size)) }
        guard written == batch.count else { throw ContestantFailure("pwrite", errno: errno) }
        size += written
        guard workload.guarantee == .device else { return }
        #if canImport(Darwin)
        guard fcntl(descriptor, F_FULLFSYNC) == 0 else { throw ContestantFailure("F_FULLFSYNC", errno: errno) }
        #else
        guard fdatasync(descriptor) == 0 else { throw ContestantFailure("fdatasync", errno: errno) }
        #endif
    }

    func settle() throws {
        guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
            throw ContestantFailure("mmap", errno: errno)
        }
        mapping = UnsafeRawBufferPointer(start: start, count: size)
    }

    /// A checksum over all the bytes; what records they hold is known.
    func scan() throws -> ScanTotal {
        guard let mapping else { throw ContestantFailure("scan", "nothing is mapped") }
        var position = 0
        while position < mapping.count {
            let piece = UnsafeRawBufferPointer(rebasing: mapping[position..<position + batch.count])
            guard CRC32C.checksum(of: piece) == expected else {
                throw ContestantFailure("scan", "a wrong checksum at \(position)")
            }
            position += batch.count
        }
        return ScanTotal(of: workload)
    }

    private lazy var expected: UInt32 = batch.withUnsafeBytes { CRC32C.checksum(of: $0) }

    func close() throws {
        if let mapping { munmap(UnsafeMutableRawPointer(mutating: mapping.baseAddress), mapping.count) }
        #if canImport(Darwin)
        Darwin.close(descriptor)
        #elseif canImport(Musl)
        Musl.close(descriptor)
        #else
        Glibc.close(descriptor)
        #endif
    }
}

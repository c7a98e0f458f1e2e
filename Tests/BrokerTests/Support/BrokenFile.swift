import LogCore
import RecordFormat

@testable import Broker

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Makes the active segment of a partition fail in the ways that disks do, whoever runs the test: its descriptor is
/// made another file's.
enum BrokenFile {
    /// Every write finds the disk full.
    static let full = (path: "/dev/full", flags: O_RDWR)
    /// Every write fails.
    static let unwritable = (path: "/dev/null", flags: O_RDONLY)
    /// Writes go well, every sync fails.
    static let unsyncable = (path: "/dev/null", flags: O_RDWR)

    /// Puts `kind` in the place of the file that holds the partition's last record.
    static func put(_ kind: (path: String, flags: Int32), under partition: Partition) throws {
        let start = partition.log.watermarks.logStartOffset
        guard let slice = try partition.log.read(from: start, upTo: .logEnd, limit: 1, mustProgress: true).slice else {
            throw TestFailure("\(partition.id) has no record yet")
        }
        let other = open(kind.path, kind.flags)
        guard other >= 0, dup2(other, slice.file.descriptor) >= 0 else { throw TestFailure("dup2: errno \(errno)") }
        close(other)
    }
}

/// A descriptor's file, to be put back where it was.
struct SavedDescriptor {
    private let descriptor: Int32
    private let saved: Int32

    init(_ descriptor: Int32) throws {
        self.descriptor = descriptor
        saved = dup(descriptor)
        guard saved >= 0 else { throw TestFailure("dup: errno \(errno)") }
    }

    func restore() throws {
        guard dup2(saved, descriptor) >= 0 else { throw TestFailure("dup2: errno \(errno)") }
        close(saved)
    }
}

import Dispatch
import EventStore
import LogCore
import RecordFormat
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One opening of a store that a process has left, and what it took.
struct RecoveryMeasurement {
    /// Seconds from nothing to every log open.
    var seconds: Double
    /// Bytes whose checksums were looked at.
    var scannedBytes: Int
    /// Bytes of records that were there.
    var logBytes: Int
    /// What recovery had to say.
    var findings: Int
    /// Resident memory that came with the opening, for each partition.
    var bytesPerPartition: Double
    /// Where each log's unsynced tail begins and ends, for the machine's own time.
    var tails: [(path: String, range: Range<Int>)]

    private final class Reports: StoreObserver {
        let all = Mutex<[String: RecoveryReport]>([:])
        func logDidRecover(_ directory: String, report: RecoveryReport) { all.withLock { $0[directory] = report } }
    }

    /// Opens the store in `directory` with its topic.
    ///
    /// - Parameter closes: Whether it is closed in order afterwards.
    init(opening directory: String, closes: Bool) throws {
        let reports = Reports()
        let before = Self.residentBytes()
        var opened: (EventStore, Topic)?
        seconds = try MonotonicClock.seconds {
            let store = try EventStore(.init(directory: directory), observer: reports)
            opened = (store, try store.topic(CrashingWriter.topic))
        }
        guard let (store, topic) = opened else { preconditionFailure("a store that was opened") }
        bytesPerPartition = Double(max(0, Self.residentBytes() - before)) / Double(topic.partitionCount)
        let found = reports.all.withLock { $0 }
        scannedBytes = found.values.reduce(0) { $0 + $1.scannedBytes }
        findings = found.values.reduce(0) { $0 + $1.findings.count }
        logBytes = 0
        tails = []
        for partition in 0..<Int32(topic.partitionCount) {
            let log = try topic.log(of: partition).log
            logBytes += log.size
            let scanned = found[log.directory]?.scannedBytes ?? 0
            guard let last = log.segmentBaseOffsets.last else { continue }
            let path = log.directory + "/" + FileNames.segment(last, FileNames.Suffix.log)
            let size = Self.size(of: path, atMost: log.size)
            tails.append((path, max(0, size - scanned)..<size))
        }
        if closes { try store.close() }
    }

    private static func size(of path: String, atMost limit: Int) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? min(Int(status.st_size), limit) : 0
    }

    /// Resident memory of this process; 0 where the system does not tell.
    private static func residentBytes() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    // MARK: - The machine's own time

    /// Seconds to read and checksum the same bytes, on as many threads as there are processors.
    func scanLimit() -> Double {
        Self.onAllProcessors(tails.filter { !$0.range.isEmpty }) { tail, room in
            let descriptor = open(tail.path, O_RDONLY)
            defer { close(descriptor) }
            var position = tail.range.lowerBound
            var checksum: UInt32 = 0
            while position < tail.range.upperBound {
                let count = pread(
                    descriptor, room.baseAddress, min(room.count, tail.range.upperBound - position), off_t(position))
                guard count > 0 else { return }
                checksum = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: room[..<count]), continuing: checksum)
                position += count
            }
        }
    }

    /// Seconds to open the same log files, ask for their sizes and close them.
    func openLimit() -> Double {
        Self.onAllProcessors(tails) { tail, _ in
            let descriptor = open(tail.path, O_RDWR)
            var status = stat()
            fstat(descriptor, &status)
            close(descriptor)
        }
    }

    private static func onAllProcessors(
        _ tails: [(path: String, range: Range<Int>)],
        _ body: @escaping @Sendable ((path: String, range: Range<Int>), UnsafeMutableRawBufferPointer) -> Void
    ) -> Double {
        let count = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return MonotonicClock.seconds {
            DispatchQueue.concurrentPerform(iterations: count) { worker in
                let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
                defer { room.deallocate() }
                for index in stride(from: worker, to: tails.count, by: count) { body(tails[index], room) }
            }
        }
    }
}

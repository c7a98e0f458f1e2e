import CShims
import Dispatch
import RecordFormat

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

/// What this machine can do without us: the figures that ours are divided by.
struct MachineLimits {
    private let directory: String

    /// - Parameter directory: On the file system that is to be measured.
    init(directory: String) { self.directory = directory }

    /// GB/s of copying memory.
    func copyRate() -> Double {
        let size = 64 << 20
        let source = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
        let target = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
        defer {
            source.deallocate()
            target.deallocate()
        }
        memset(source, 1, size)
        memset(target, 2, size)
        let rounds = 16
        var sum = 0
        let seconds = MonotonicClock.seconds {
            for round in 0..<rounds {
                // Each round copies something else and is looked at, so that no copy can be left out.
                source.storeBytes(of: UInt8(round), toByteOffset: round * 4096, as: UInt8.self)
                memcpy(target, source, size)
                sum += Int(target.load(fromByteOffset: round * 4096, as: UInt8.self))
            }
        }
        return sum == 0 ? 0 : Double(rounds * size) / seconds / 1e9
    }

    /// GB/s of CRC-32C over pieces of `size` bytes.
    func checksumRate(size: Int) -> Double {
        let bytes = ByteSlice([UInt8](repeating: 7, count: size))
        let rounds = max(1, (256 << 20) / size)
        var checksum: UInt32 = 0
        let seconds = MonotonicClock.seconds {
            for _ in 0..<rounds { checksum = CRC32C.checksum(of: bytes.bytes, continuing: checksum) }
        }
        // The result is used, so that the loop is not optimised away.
        return checksum == 1 ? 0 : Double(rounds * size) / seconds / 1e9
    }

    /// Nanoseconds of one write(2) of `size` bytes into a preallocated file.
    func writeTime(size: Int) throws -> Double {
        let total = 256 << 20
        return try withFile(preallocated: total) { descriptor in
            let bytes = [UInt8](repeating: 3, count: size)
            let count = min(total / size, 200_000)
            let seconds = try MonotonicClock.seconds {
                for index in 0..<count where pwrite(descriptor, bytes, size, off_t(index * size)) != size {
                    throw BenchFailure(description: "pwrite: errno \(errno)")
                }
            }
            return seconds * 1e9 / Double(count)
        }
    }

    /// Latencies of writing `size` bytes and making them durable, one after the other.
    func syncLatencies(size: Int, count: Int) throws -> LatencyRecorder {
        try withFile(preallocated: size * count) { descriptor in
            var recorder = LatencyRecorder()
            let bytes = [UInt8](repeating: 3, count: size)
            for index in 0..<count {
                let began = MonotonicClock.nanoseconds
                guard pwrite(descriptor, bytes, size, off_t(index * size)) == size, millrace_sync_data(descriptor) == 0
                else {
                    throw BenchFailure(description: "write or sync: errno \(errno)")
                }
                recorder.record(nanoseconds: MonotonicClock.nanoseconds - began)
            }
            return recorder
        }
    }

    /// Latencies of one byte to another thread and back over loopback TCP.
    func pingPongLatencies(count: Int) throws -> LatencyRecorder {
        let (listener, port) = try LoopbackSocket.listening()
        let client = try LoopbackSocket.connection(to: port)
        let server = try LoopbackSocket.nextConnection(of: listener)
        defer { for descriptor in [listener, client, server] { close(descriptor) } }
        DispatchQueue(label: "echo").async {
            var byte: UInt8 = 0
            while read(server, &byte, 1) == 1, write(server, &byte, 1) == 1 {}
        }
        var recorder = LatencyRecorder()
        var byte: UInt8 = 0
        for _ in 0..<count {
            let began = MonotonicClock.nanoseconds
            guard write(client, &byte, 1) == 1, read(client, &byte, 1) == 1 else {
                throw BenchFailure(description: "ping-pong: errno \(errno)")
            }
            recorder.record(nanoseconds: MonotonicClock.nanoseconds - began)
        }
        shutdown(client, Int32(SHUT_RDWR))
        return recorder
    }

    private func withFile<Result: ~Copyable>(
        preallocated size: Int, _ body: (Int32) throws -> Result
    ) throws -> Result {
        let path = directory + "/millrace-bench-limits"
        let descriptor = millrace_open_at(AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw BenchFailure(description: "cannot create \(path): errno \(-descriptor)") }
        defer {
            close(descriptor)
            unlink(path)
        }
        guard millrace_allocate(descriptor, 0, Int64(size)) == 0 else {
            throw BenchFailure(description: "cannot reserve \(size) bytes for \(path): is the disk full?")
        }
        return try body(descriptor)
    }
}

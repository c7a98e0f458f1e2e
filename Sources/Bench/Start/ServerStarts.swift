import CShims
import KafkaClient

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

/// A server's life: started on nothing, at rest, after some work, stopped, started, killed and started again.
struct ServerStarts: Sendable {
    /// Bytes of a record's value.
    static let recordSize = 100

    /// The program.
    let millrace: String
    /// Nanoseconds for which a server is left alone before its memory is looked at.
    let settling: Int64
    /// How many records it gets.
    let records: Int

    /// What a server holds, in bytes; `nil` where the system does not tell.
    struct Memory: Sendable {
        /// All that is in memory, pages of files included.
        var resident: Int?
        /// What the process has filled itself.
        var filled: Int?
    }

    /// One round.
    struct Round: Sendable {
        /// Seconds until it is ready.
        var empty: Double
        var afterStop: Double
        var afterKill: Double
        var idle: Memory
        var loaded: Memory
        /// Seconds until the null server listens.
        var null: Double
        var nullIdle: Memory
    }

    /// Lives through one round; the thread has to stay until it ends.
    ///
    /// - Parameter directory: What the servers keep goes there: an absolute path, which is made, and removed with all in it.
    func measure(_ directory: String) throws -> Round {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        // What the round before has left to the device is not this one's to wait for.
        sync()
        var server = try MillraceServer(millrace, directory: directory)
        defer { server.kill() }
        let empty = server.secondsToReady
        let began = MonotonicClock.nanoseconds
        // It rests while the other does.
        let nullServer = try BenchServer.start(.null(.pageCache), directory: directory)
        let null = Double(MonotonicClock.nanoseconds - began) / 1e9
        millrace_sleep(settling)
        let idle = Memory(resident: server.residentMemory, filled: server.memory)
        let nullIdle = Memory(resident: nullServer.residentMemory, filled: nullServer.memory)
        nullServer.stop()
        try fill(try server.bootstrapServer)
        millrace_sleep(settling)
        let loaded = Memory(resident: server.residentMemory, filled: server.memory)
        try server.stop()
        server = try MillraceServer(millrace, directory: directory)
        let afterStop = server.secondsToReady
        server.kill()
        server = try MillraceServer(millrace, directory: directory)
        return Round(
            empty: empty, afterStop: afterStop, afterKill: server.secondsToReady, idle: idle, loaded: loaded,
            null: null, nullIdle: nullIdle)
    }

    private func fill(_ address: String) throws {
        let records = records
        try StayingThread.wait {
            let client = try BenchServer(at: address).makeClient()
            let topic = try await BenchTopic.create(partitions: 1, durable: false, with: client)
            let producer = try KafkaProducer(
                client: client, configuration: ProducerConfiguration(batchSize: 64 << 10, linger: .milliseconds(5)))
            try await producer.write(records, of: Self.recordSize, to: topic.name)
            await producer.close()
            await client.close()
        }
    }
}

extension ServerStarts {
    /// Tells the medians of all rounds.
    static func add(_ rounds: [Round], to report: inout Report) {
        let floor = "the null server"
        if let empty = median(rounds.map(\.empty)), let null = median(rounds.map(\.null)) {
            report.add("ready in an empty directory", empty * 1000, "ms", limit: (floor, null * 1000))
        }
        for (name, seconds) in [
            ("ready after a stop", rounds.map(\.afterStop)), ("ready after kill -9", rounds.map(\.afterKill)),
        ] {
            if let seconds = median(seconds) { report.add(name, seconds * 1000, "ms") }
        }
        for (name, ours, nulls) in [
            ("resident at rest", rounds.map(\.idle.resident), rounds.map(\.nullIdle.resident)),
            ("filled by itself at rest", rounds.map(\.idle.filled), rounds.map(\.nullIdle.filled)),
            ("resident after the records", rounds.map(\.loaded.resident), []),
            ("filled by itself after the records", rounds.map(\.loaded.filled), []),
        ] as [(String, [Int?], [Int?])] {
            guard let bytes = median(ours.compactMap(\.self).map { Double($0) }) else { continue }
            let least = median(nulls.compactMap(\.self).map { Double($0) })
            report.add(name, bytes / mebibyte, "MiB", limit: least.map { (floor, $0 / mebibyte) })
        }
        report.rounds.add("ready in an empty directory", seconds: rounds.map(\.empty))
        report.rounds.add("ready after a stop", seconds: rounds.map(\.afterStop))
        report.rounds.add("ready after kill -9", seconds: rounds.map(\.afterKill))
        report.rounds.add(floor, seconds: rounds.map(\.null))
    }

    private static let mebibyte = 1_048_576.0

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }
}

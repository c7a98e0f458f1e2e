import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
import Testing

@testable import Broker

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

#if os(Linux)
/// Records that have left the page cache.
@Suite struct ColdReadTests {
    /// Puts the bytes of a partition's segment out of the page cache; returns whether the file system tells that they
    /// are.
    private func cool(_ partition: Partition) throws -> Bool {
        let slice = try #require(
            try partition.log.read(from: .zero, upTo: .logEnd, limit: 16 << 20, mustProgress: true).slice)
        guard fdatasync(slice.file.descriptor) == 0,
            posix_fadvise(slice.file.descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0
        else {
            throw TestFailure("errno \(errno)")
        }
        return slice.mayWaitForDevice
    }

    @Test func whatIsNotCachedIsReadElsewhereAndServedWhole() async throws {
        let directory = try TestDirectory()
        let values = (0..<60).map { "\($0) " + String(repeating: "c", count: 20_000) }
        try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t")
            for value in values { try await server.produce("t", [value]) }
        }
        try await TestBroker.with(in: directory) { server in
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            let client = try await server.connect()
            // Unverified first, then verified and sent from the file, small ones too.
            for round in 0..<3 {
                let tells = try cool(partition)
                if round == 0 {
                    print("cold reads: the file system of the test \(tells ? "tells" : "does not tell") what is cached")
                }
                let answers = try [Int32(4 << 20), 4 << 20, 30_000].map {
                    try client.begin(TestRecords.fetch("t", maxBytes: 4 << 20, partitionMaxBytes: $0), version: 12)
                }
                #expect(try await answers[0].get().values() == values)
                #expect(try await answers[1].get().values() == values)
                #expect(try await answers[2].get().values() == [values[0]])
                let slice = try partition.log.read(from: .zero, upTo: .logEnd, limit: 16 << 20, mustProgress: true)
                    .slice
                #expect(slice?.mayWaitForDevice == false)
            }
        }
    }

    @Test func whatWasAppendedLastIsNeverAskedAbout() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.produce("t", ["a"])
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            _ = try cool(partition)
            let slice = try partition.log.read(from: .zero, upTo: .logEnd, limit: 1 << 20, mustProgress: true).slice
            #expect(slice?.mayWaitForDevice == false)
        }
    }
}
#endif

import ArgumentParser
import Testing

@testable import millrace_bench

@Suite struct ManyTests {
    @Test func connectionsAreAnsweredAndStayOpen() async throws {
        try await withNullServer { port in
            let open = try (0..<20).map { _ in try RawConnection("127.0.0.1:\(port)") }
            #expect(open.count == 20)
        }
    }

    @Test func whereNobodyListensThatIsSaid() async throws {
        var free: UInt16 = 0
        try await withNullServer { free = $0 }
        #expect(throws: BenchFailure.self) { _ = try RawConnection("127.0.0.1:\(free)") }
        #expect(throws: BenchFailure.self) { _ = try RawConnection("nowhere") }
    }

    @Test(arguments: ["partitions", "connections", "groups", "commits"])
    func countsMustBePositive(option: String) {
        #expect(throws: (any Error).self) { _ = try ManyCommand.parse(["--\(option)", "0"]) }
        #expect(throws: Never.self) { _ = try ManyCommand.parse(["--\(option)", "1"]) }
    }

    @Test func memoryIsWhatTheProcessHasFilled() {
        let status = "Name:\tx\nVmRSS:\t   9000 kB\nRssAnon:\t   123 kB\nRssFile:\t 1 kB\n"
        #expect(ProcessMemory.bytes(in: status) == 123 * 1024)
        #expect(ProcessMemory.bytes(.resident, in: status) == 9000 * 1024)
        #expect(ProcessMemory.bytes(in: "VmRSS: 9000 kB\n") == nil)
        #expect(ProcessMemory.bytes(in: "RssAnon:\tmany kB\n") == nil)
    }
}

import ServerHarness
import Testing

/// Thousands of connections at once, and slow clients beside them.
@Suite(.timeLimit(.minutes(5)))
struct CrowdTests {
    @Test func slowClientsTakeNothingFromThousandsOfOthers() async throws {
        // One event loop, so that the machine's number of cores does not count.
        let settings = ["num.network.threads": "1"]
        // 4,000 partitions are 12,000 files, and none of this is about the device.
        try await ServerProcess.with(settings: settings, in: TemporaryDirectory(inMemory: true)) { server in
            let arguments = ["--bootstrap", server.bootstrap, "--process", "\(server.processID)", "--seconds", "4"]
            let report = try await Command.python("crowd.py", arguments).json()
            func kibibytes(_ path: String...) throws -> Int {
                try #require(path.reduce(report) { $0?[$1] }?["anonymous"]?.int)
            }
            func sockets(_ moment: String) throws -> Int { try #require(report[moment]?["sockets"]?.int) }

            print("1,000 topics of 4 partitions created in \(report["creation"]?.int ?? 0) ms")
            for (moment, meaning) in [
                ("alone", "2,000 idle and 500 busy connections"), ("beside", "and 60 slow ones beside them"),
            ] {
                for kind in ["produce", "fetch"] {
                    let figures = report[moment]?["latency"]?[kind]
                    let text = ["p50", "p99", "p99.9"].map { "\($0) \(figures?[$0]?.int ?? 0)" }
                    print(
                        "\(meaning): \(kind) \(text.joined(separator: ", ")) µs, \(figures?["count"]?.int ?? 0) times")
                }
            }
            let before = try kibibytes("before")
            let idle = try kibibytes("idle") - before
            let alone = try kibibytes("alone", "memory") - before
            let beside = try kibibytes("beside", "memory") - before
            print("memory: \(before) KiB before, \(idle) more with idle connections, \(alone) with busy ones as well,")
            print("        \(beside) with the slow ones, \(try kibibytes("after") - before) after all have gone")

            #expect(report["failures"] == [])
            #expect(try #require(report["batches"]?.int) > 1_000)
            // Measured: 8 KiB for an idle connection, 20 MiB for all, and a few hundred KiB for a slow reader. The
            // bounds leave the allocator room of its own; what they are to notice is larger by far.
            #expect(idle < 2_000 * 40)
            #expect(alone < 128 << 10)
            #expect(beside - alone < 96 << 10)
            #expect(try sockets("idle") >= 2_000)
            #expect(try sockets("after") <= sockets("before"))
        }
    }
}

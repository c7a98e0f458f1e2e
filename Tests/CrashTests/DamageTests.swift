import Foundation
import ServerHarness
import Testing

/// Files that were damaged while the server was away: it starts, says what it found and where, serves everything else
/// and never a byte that was not sent.
@Suite(.timeLimit(.minutes(5)))
struct DamageTests {
    static let topic = "damaged"
    static let count = 12_000

    /// A server with a topic of some sealed segments of 1 MiB and an active one.
    private func withFilledTopic(
        _ body: (ServerProcess, inout SeededGenerator) async throws -> Void
    ) async throws {
        let seed = UInt64.random(in: .min ... .max)
        print("damage: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        try await ServerProcess.with(ports: .kept) { server in
            _ = try await Command.python(
                "produce_payloads.py",
                [
                    "--bootstrap", server.bootstrap, "--topic", Self.topic, "--count", "\(Self.count)",
                    "--segment-bytes", "\(1 << 20)",
                ])
            let segments = try BatchFile.segments(in: server.partitionDirectory(Self.topic))
            try #require(segments.count >= 4)
            try #require(segments.last?.batches.last?.nextOffset == Self.count)
            try await body(server, &random)
        }
    }

    /// Reads a range of offsets and checks that just those came, each with what was sent.
    private func expectServed(_ offsets: Range<Int>, by server: ServerProcess) async throws {
        let result = try await read(offsets, from: server, patience: 20)
        #expect(result["changed"] == [], "\(offsets)")
        let found = result["records"]?.array?.compactMap { $0[0]?.int } ?? []
        // Clients read ahead: one that has all it asked for may have met the damage behind it.
        #expect(found == Array(offsets), "\(offsets), error \(String(describing: result["error"]))")
        // Record n went to offset n, as the only producer sent them one after the other.
        #expect((result["records"]?.array ?? []).allSatisfy { $0[0] == $0[1] })
    }

    private func read(_ offsets: Range<Int>, from server: ServerProcess, patience: Int) async throws -> JSON {
        try await Command.python(
            "read_payloads.py",
            [
                "--bootstrap", server.bootstrap, "--topic", Self.topic, "--from", "\(offsets.lowerBound)",
                "--to", "\(offsets.upperBound)", "--patience", "\(patience)",
            ]
        ).json()
    }

    /// Waits until the server's log has a line with the file's name and the position in it.
    private func expectLog(
        of server: ServerProcess, since start: Int, names file: BatchFile, at position: Int
    ) async throws {
        try await wait(for: "a line that names \(file.name) and position \(position)", within: .seconds(10)) {
            server.log().dropFirst(start).split(separator: "\n").contains {
                // The base offset in the name must not count as the position.
                let rest = $0.replacingOccurrences(of: file.name, with: "")
                return $0.contains(file.name) && rest.split { !$0.isNumber }.contains("\(position)")
            }
        }
    }

    @Test(arguments: ["stop", "kill -9"])
    func aFlippedBitInASealedSegmentIsFoundAndNotServed(ending: String) async throws {
        try await withFilledTopic { server, random in
            let logged = server.log().count
            try await ending == "stop" ? server.stop() : server.kill()
            let segments = try BatchFile.segments(in: server.partitionDirectory(Self.topic))
            let segment = try #require(segments.dropLast().randomElement(using: &random))
            let batch = try #require(segment.batches.randomElement(using: &random))
            let position = Int.random(in: batch.checkedBytes, using: &random)
            try segment.flipBit(.random(in: 0..<8, using: &random), at: position)
            try await server.start()

            try await expectServed(0..<batch.firstOffset, by: server)
            try await expectServed(batch.nextOffset..<Self.count, by: server)
            // Reading right into it ends in an error or in silence, but not in a record.
            let damaged = try await read(batch.firstOffset..<batch.nextOffset, from: server, patience: 2)
            #expect(damaged["records"] == [])
            #expect(damaged["changed"] == [])
            try await expectLog(of: server, since: logged, names: segment, at: batch.position)
        }
    }

    @Test func theActiveSegmentCutAtARandomByteKeepsItsWholeBatches() async throws {
        try await withFilledTopic { server, random in
            let logged = server.log().count
            try await server.kill()
            let active = try #require(try BatchFile.segments(in: server.partitionDirectory(Self.topic)).last)
            // Not on a boundary between two batches, where nothing would be torn.
            let torn = try #require(active.batches.randomElement(using: &random))
            let cut = Int.random(in: torn.position + 1..<torn.position + torn.size, using: &random)
            try active.cut(at: cut)
            try await server.start()

            try await expectLog(of: server, since: logged, names: active, at: torn.position)
            try await expectServed(0..<torn.firstOffset, by: server)
            // The log ends where its last whole batch ends, and goes on from there.
            let result = try await Command.python(
                "read_payloads.py", ["--bootstrap", server.bootstrap, "--topic", Self.topic]
            ).json()
            #expect(result["end"]?.int == torn.firstOffset)
            _ = try await Command.python(
                "produce_payloads.py",
                [
                    "--bootstrap", server.bootstrap, "--topic", Self.topic, "--first", "\(torn.firstOffset)",
                    "--count", "100",
                ])
            try await expectServed(0..<torn.firstOffset + 100, by: server)
        }
    }

    @Test(arguments: ["stop", "kill -9"])
    func deletedIndexesAreBuiltAgain(ending: String) async throws {
        try await withFilledTopic { server, _ in
            let logged = server.log().count
            try await ending == "stop" ? server.stop() : server.kill()
            let segments = try BatchFile.segments(in: server.partitionDirectory(Self.topic))
            let sealed = segments[1]
            let active = try #require(segments.last)
            for file in [sealed.sibling("index"), sealed.sibling("timeindex"), active.sibling("index")] {
                try FileManager.default.removeItem(at: file)
            }
            try await server.start()

            try await expectServed(0..<Self.count, by: server)
            let log = server.log().dropFirst(logged)
            #expect(log.contains(sealed.sibling("index").lastPathComponent))
            for file in [sealed.sibling("index"), sealed.sibling("timeindex"), active.sibling("index")] {
                #expect(FileManager.default.fileExists(atPath: file.path()), "\(file.lastPathComponent)")
            }
        }
    }

    @Test func anIndexOfRubbishIsBuiltAgain() async throws {
        try await withFilledTopic { server, random in
            let logged = server.log().count
            try await server.stop()
            let sealed = try BatchFile.segments(in: server.partitionDirectory(Self.topic))[1]
            try Data(random.bytes(1234)).write(to: sealed.sibling("index"))
            try await server.start()
            try await expectServed(0..<Self.count, by: server)
            #expect(server.log().dropFirst(logged).contains(sealed.sibling("index").lastPathComponent))
        }
    }
}

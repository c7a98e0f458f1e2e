import Foundation
import ServerHarness
import Testing

/// Real text and awkward records through real clients, with every codec: what comes out is what went in.
@Suite(.timeLimit(.minutes(15)))
struct RealInputTests {
    /// The codecs in the order of their numbers in a batch.
    static let codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    static let pythonClients = ["confluent-kafka", "kafka-python", "aiokafka"]

    @Test(arguments: codecs)
    func debiansPackageListsComeBackIdenticalAndInOrder(codec: String) async throws {
        try await ServerProcess.with { server in
            let text = try await RealText.write(to: server.directory.path("text"))
            let produced = ContinuousClock.now
            _ = try await Command.kcat(
                [
                    "-P", "-b", server.bootstrap, "-t", "packages", "-p", "0", "-z", codec, "-X", "acks=all", "-l",
                    text.path,
                ],
                within: .seconds(180))
            print(
                "\(codec): \(text.lines) lines, \(text.bytes >> 20) MiB, produced in \(ContinuousClock.now - produced)")

            // The batches are on disk as the client made them: otherwise this would prove nothing about the codec.
            let batches = try BatchFile.segments(in: server.partitionDirectory("packages")).flatMap(\.batches)
            // librdkafka sends a batch that its codec would not make smaller as it is: one of a line or two, of which a
            // machine with other work makes it send more. So it is lines that count.
            let number = try #require(Self.codecs.firstIndex(of: codec))
            let packed = batches.filter { $0.codec == number }.reduce(0) { $0 + $1.nextOffset - $1.firstOffset }
            #expect(packed * 10 > text.lines * 9, "\(packed) of \(text.lines) lines are packed with \(codec)")
            #expect(batches.last?.nextOffset == text.lines)

            let output = server.directory.path("text.kcat")
            _ = try await Command.kcat(
                ["-C", "-e", "-q", "-b", server.bootstrap, "-t", "packages", "-X", "check.crcs=true"],
                output: output, within: .seconds(180))
            #expect(try await RealText.digest(of: output) == text.sha256)

            for client in Self.pythonClients {
                let begun = ContinuousClock.now
                let result = try await Command.python(
                    "digest.py", ["--client", client, "--bootstrap", server.bootstrap, "--topic", "packages"],
                    within: .seconds(400)
                ).json()
                print("\(codec): read by \(client) in \(ContinuousClock.now - begun)")
                #expect(result["count"]?.int == text.lines, "\(client)")
                #expect(result["inOrder"] == .bool(true), "\(client)")
                #expect(result["sha256"]?.string == text.sha256, "\(client)")
            }
        }
    }

    @Test(arguments: pythonClients, codecs)
    func awkwardRecordsComeBackAndATooLargeOneIsRefused(client: String, codec: String) async throws {
        let seed = UInt32.random(in: 0 ... .max)
        try await ServerProcess.with { server in
            let result = try await Command.python(
                "round_trip.py",
                [
                    "--client", client, "--codec", codec, "--bootstrap", server.bootstrap, "--topic", "awkward",
                    "--seed", "\(seed)",
                ]
            ).json()
            let differences = result["differences"]?.array?.compactMap(\.string)
            #expect(differences == [], "seed \(seed)")
            #expect(result["records"]?.int == (client == "confluent-kafka" ? 13 : 12))
            let refusal = client == "confluent-kafka" ? "MSG_SIZE_TOO_LARGE" : "MessageSizeTooLargeError"
            #expect(result["refusal"]?.string == refusal)
        }
    }
}

/// The text of Debian's package lists, line by line: tens of MB that no one wrote for a test.
struct RealText {
    let path: String
    let lines: Int
    let bytes: Int
    let sha256: String

    /// Writes the text to a file.
    ///
    /// kcat makes one record of a line and none of an empty one, so those are left out, as are NULs. Where there are no
    /// package lists, the C headers of this machine take their place.
    static func write(to path: String) async throws -> RealText {
        let sources = ["apt-cache dumpavail", "find /usr/include /usr/share/doc -type f -exec cat {} +"]
        for source in sources {
            _ = try? await Command.run(
                "sh", ["-c", "export LC_ALL=C; \(source) | tr -d '\\000' | grep -a -v '^$' | head -c 60000000"],
                output: path)
            // The cut may have left half a line.
            _ = try await Command.check(
                "sh", ["-c", #"export LC_ALL=C; tail -c 1 "$0" | grep -q . && echo >> "$0"; true"#, path])
            let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            if bytes > 10_000_000 {
                let lines = try await Command.check("sh", ["-c", #"wc -l < "$0""#, path]).output
                return RealText(
                    path: path, lines: Int(lines.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1, bytes: bytes,
                    sha256: try await digest(of: path))
            }
        }
        throw HarnessError("this machine has no text of some size: run `apt-get update`")
    }

    /// The SHA-256 of a file, in hexadecimal.
    static func digest(of path: String) async throws -> String {
        let line = try await Command.check("sha256sum", [path]).output
        return String(line.prefix { $0 != " " })
    }
}

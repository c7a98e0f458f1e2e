import Foundation
import ServerHarness

/// A file of log lines, and the connector configurations that read it into a topic and write it from there.
///
/// The lines are this machine's own package log where it has one, so real text that no one wrote for a test.
struct Lesson {
    static let topic = "kafka-connect-logs"

    /// The file that the source reads; the tests append to it.
    let source: String
    /// The file that the sink writes.
    let copy: String

    init(in directory: TemporaryDirectory) throws {
        source = directory.path("dpkg.log")
        copy = directory.path("dpkg.copy.log")
        try Self.log().write(to: URL(filePath: source))
    }

    /// What the source reads so far.
    func contents() throws -> Data {
        try Data(contentsOf: URL(filePath: source))
    }

    /// Adds lines at the end of the file, as a program that logs does.
    func append(_ lines: [String]) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: source))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
        try handle.close()
    }

    /// The body that creates the source, with `tasks.max` as the number that the lesson writes.
    var createSource: String {
        """
        {"name": "first-connector", "config": {"connector.class": "FileStreamSource", "tasks.max": 1, \
        "file": "\(source)", "topic": "\(Self.topic)"}}
        """
    }

    /// The body that creates the sink.
    var createSink: String {
        """
        {"name": "log-copy", "config": {"connector.class": "FileStreamSink", "tasks.max": "1", \
        "file": "\(copy)", "topics": "\(Self.topic)"}}
        """
    }

    private static func log() throws -> Data {
        if let log = FileManager.default.contents(atPath: "/var/log/dpkg.log"), !log.isEmpty {
            return log
        }
        // A machine whose packages were never touched: lines of the same kind.
        let lines = (1...2000).map { "2026-01-01 00:00:\($0 % 60) status installed package-\($0):amd64 1.\($0)-1\n" }
        return Data(lines.joined().utf8)
    }
}

extension ServerProcess {
    /// Reads a topic with `kcat -C -e`, which writes every value and a newline.
    func read(_ topic: String) async throws -> Data {
        let output = directory.path("\(topic).kcat")
        _ = try await Command.kcat(
            ["-C", "-e", "-q", "-b", bootstrap, "-t", topic], output: output, within: .seconds(30))
        return try Data(contentsOf: URL(filePath: output))
    }

    /// Waits until a topic holds `contents`.
    func expectTopic(_ topic: String, holds contents: Data, within limit: Duration = .seconds(60)) async throws {
        try await wait(for: "\(topic) to hold \(contents.count) bytes", within: limit) {
            // Until a connector has sent its first record there is no topic, and kcat says so by failing.
            (try? await read(topic).count) ?? 0 >= contents.count
        }
    }

    /// Waits until a connector and its only task are in `state`.
    func expectState(_ state: String, of connector: String) async throws {
        try await wait(for: "\(connector) to be \(state)") {
            let status = try await Curl.request(nil, "\(self.connect)/connectors/\(connector)/status").json
            let states = [status?["connector"]?["state"]?.string, status?["tasks"]?[0]?["state"]?.string]
            return states == [state, state]
        }
    }
}

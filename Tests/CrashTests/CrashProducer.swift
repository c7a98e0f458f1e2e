import Foundation
import ServerHarness

/// One `crash_producer.py` at work.
struct CrashProducer {
    /// Where it notes what was acknowledged.
    let acknowledgedFile: String
    private let process: ChildProcess

    init(_ ledger: Ledger, server: ServerProcess, round: Int) async throws {
        let file = server.directory.path("\(ledger.topic)-\(round).acknowledged")
        acknowledgedFile = file
        try Data().write(to: URL(filePath: file))
        let arguments = [
            "--mode", ledger.mode.rawValue, "--bootstrap", server.bootstrap, "--topic", ledger.topic,
            "--first", "\(ledger.nextNumber)", "--acknowledged", file,
        ]
        process = try await ChildProcess.start(
            Repository.python(), [Repository.clientScript("crash_producer.py")] + arguments)
    }

    /// Waits until the producer has seen at least so many acknowledgements.
    func waitForAcknowledgements(_ count: Int) async throws {
        // A line is a number, a space, an offset and a newline: at least four bytes.
        try await wait(for: "\(count) acknowledgements", within: .seconds(60)) {
            let size = try FileManager.default.attributesOfItem(atPath: acknowledgedFile)[.size] as? Int ?? 0
            return size >= count * 4
        }
    }

    /// Tells the producer to send nothing new and waits for its end.
    ///
    /// - Returns: How many records it sent, and those that were acknowledged.
    func stop() async throws -> (sent: Int, acknowledgements: [(number: Int, offset: Int)]) {
        process.signal(SIGTERM)
        let result = try await process.result(within: .seconds(150))
        guard result.status == 0, let sent = try result.json()["sent"]?.int else {
            throw HarnessError("the producer ended with \(result.status): \(result.errors)")
        }
        let lines = try String(contentsOfFile: acknowledgedFile, encoding: .utf8).split(separator: "\n")
        let acknowledgements = lines.map { line in
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            return (number: numbers[0], offset: numbers[1])
        }
        return (sent, acknowledgements)
    }
}

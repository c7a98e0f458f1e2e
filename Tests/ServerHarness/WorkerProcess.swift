import Foundation
import Synchronization

/// A process of the release binary beside its server, such as a worker of a Connect cluster, that may be killed and started
/// again.
///
/// Standard error of all its lives is in one file. Safe to use from any task.
package final class WorkerProcess: Sendable {
    private struct Life {
        var process: ChildProcess
        var address: String
    }

    private let directory: TemporaryDirectory
    private let name: String
    private let command: String
    private let component: String
    private let life = Mutex<Life?>(nil)

    /// Describes a process that does not run yet.
    ///
    /// - Parameters:
    ///   - command: The command that runs it.
    ///   - component: Its key in the ready file.
    ///   - properties: What its properties file holds.
    package init(
        _ name: String, running command: String = "connect-distributed", as component: String = "connect",
        properties: [String: String], in directory: TemporaryDirectory
    ) throws {
        self.name = name
        self.command = command
        self.component = component
        self.directory = directory
        let text = properties.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        try text.write(toFile: directory.path("\(name).properties"), atomically: true, encoding: .utf8)
    }

    /// Starts the process and waits until it serves.
    ///
    /// - Throws: ``HarnessError`` when it ends instead or is not ready within 60 s.
    package func start() async throws {
        let readyFile = directory.path("\(name).json")
        try? FileManager.default.removeItem(atPath: readyFile)
        let process = try await ChildProcess.start(
            Repository.serverBinary(),
            [command, directory.path("\(name).properties"), "--ready-file", readyFile],
            output: .appended(logPath), errors: .appended(logPath))
        do {
            let addresses = try await eventually("\(name) to be ready", within: .seconds(60)) {
                if process.hasEnded { throw HarnessError("\(name) ended:\n\(self.log().suffix(4000))") }
                return (try? String(contentsOfFile: readyFile, encoding: .utf8)).flatMap(JSON.init(parsing:))
            }
            life.withLock { $0 = Life(process: process, address: addresses[component]?.string ?? "") }
        } catch {
            process.signal(SIGKILL)
            throw error
        }
    }

    /// Ends the process with SIGKILL and waits until it is gone.
    package func kill() async throws { _ = try await end(with: SIGKILL) }

    /// Ends the process with SIGTERM, as a user does, and waits until it is gone.
    ///
    /// - Throws: ``HarnessError`` when its exit code is not 0 or it takes longer than 30 s.
    package func stop() async throws {
        guard let status = try await end(with: SIGTERM), status != 0 else { return }
        throw HarnessError("on SIGTERM \(name) ended with \(status)")
    }

    private func end(with signal: Int32) async throws -> Int32? {
        guard let process = life.withLock({ $0.take()?.process }) else { return nil }
        process.signal(signal)
        return try await process.result(within: .seconds(30)).status
    }

    /// The address of its REST API, without a slash at its end; empty while it does not run.
    package var address: String { life.withLock { $0?.address ?? "" } }

    /// How its status answers name it; empty while it does not run.
    package var workerID: String { String(address.dropFirst("http://".count)) }

    /// Everything that it has printed in all its lives.
    package func log() -> String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    private var logPath: String { directory.path("\(name).log") }
}

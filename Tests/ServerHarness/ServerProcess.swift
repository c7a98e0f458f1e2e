package import Foundation
import Synchronization

/// One `millrace serve` of the release binary, on ports and a data directory of its own.
///
/// A value is made by ``with(settings:ports:in:_:)``, which also sees to it that the process has ended and was reaped
/// when the test is over, however that went. Within the test the server may be killed, stopped and started again at
/// will; standard error of all its lives is in one file. Safe to use from any task.
package final class ServerProcess: Sendable {
    /// How a server gets its ports.
    package enum Ports: Sendable {
        /// The server picks free ones, at every start others.
        case free
        /// Free ones picked once and kept, for clients that live through a restart.
        case kept
    }

    /// One life of the server.
    private struct Life {
        var process: ChildProcess
        var addresses: JSON
    }

    /// The folder around the data directory, for the test's own files.
    package let directory: TemporaryDirectory
    /// The server's data directory, which the server makes.
    package let dataDirectory: URL
    /// The settings beside the addresses, as `--set` takes them.
    private let settings: [String: String]
    private let listeners: [String: String]
    private let life = Mutex<Life?>(nil)

    private init(directory: TemporaryDirectory, settings: [String: String], ports: Ports) throws {
        self.directory = directory
        self.dataDirectory = directory.url.appending(path: "data")
        self.settings = settings
        let kept = ports == .kept ? try FreePort.find(4) : [0, 0, 0, 0]
        self.listeners = [
            "listeners": "PLAINTEXT://127.0.0.1:\(kept[0])", "connect.listeners": "http://127.0.0.1:\(kept[1])",
            "schema.registry.listeners": "http://127.0.0.1:\(kept[2])", "rest.listeners": "http://127.0.0.1:\(kept[3])",
        ]
    }

    /// Runs `body` with a started server and ends the server afterwards.
    ///
    /// A server that still runs when `body` is through has to end cleanly on SIGTERM; after an error of the body it is
    /// killed and the end of its log is printed.
    ///
    /// - Parameters:
    ///   - settings: Keys beside the listeners.
    ///   - ports: Whether the addresses outlive a restart.
    ///   - directory: A folder from an earlier server whose data is to be used; a new one when nil.
    package static func with<Result: Sendable>(
        settings: [String: String] = [:], ports: Ports = .free, in directory: TemporaryDirectory? = nil,
        _ body: (ServerProcess) async throws -> Result
    ) async throws -> Result {
        let server = try ServerProcess(
            directory: directory ?? TemporaryDirectory(), settings: settings, ports: ports)
        do {
            try await server.start()
            let result = try await body(server)
            if server.isRunning { try await server.stop() }
            return result
        } catch {
            try? await server.kill()
            print("the server's last words:\n\(server.log().suffix(4000))")
            throw error
        }
    }

    // MARK: Lives

    /// Starts the server and waits until it serves.
    ///
    /// - Returns: The time from just before the process was made until its ready file was there.
    /// - Throws: ``HarnessError`` when it ends instead or is not ready within 60 s.
    @discardableResult
    package func start() async throws -> Duration {
        precondition(!isRunning, "the server runs already")
        let readyFile = directory.path("ready.json")
        try? FileManager.default.removeItem(atPath: readyFile)
        let begun = ContinuousClock.now
        let process = try await ChildProcess.start(
            Repository.serverBinary(),
            Self.arguments(
                dataDirectory: dataDirectory.path(), readyFile: readyFile,
                settings: settings.merging(listeners) { given, _ in given }),
            output: .appended(logPath), errors: .appended(logPath))
        do {
            let addresses = try await eventually(
                "the server to be ready", within: .seconds(60), every: .milliseconds(1)
            ) {
                if process.hasEnded {
                    throw HarnessError("the server ended instead of serving:\n\(self.log().suffix(4000))")
                }
                return (try? String(contentsOfFile: readyFile, encoding: .utf8)).flatMap(JSON.init(parsing:))
            }
            let duration = ContinuousClock.now - begun
            life.withLock { $0 = Life(process: process, addresses: addresses) }
            return duration
        } catch {
            process.signal(SIGKILL)
            throw error
        }
    }

    /// Ends the server with SIGKILL and waits until it is gone.
    package func kill() async throws {
        _ = try await end(with: SIGKILL)
    }

    /// Ends the server with SIGTERM, as a user does, and waits until it is gone.
    ///
    /// - Throws: ``HarnessError`` when its exit code is not 0 or it takes longer than 30 s.
    package func stop() async throws {
        guard let status = try await end(with: SIGTERM), status != 0 else { return }
        throw HarnessError("on SIGTERM the server ended with \(status)")
    }

    /// Stops the server and starts it on the same data.
    package func restart() async throws {
        try await stop()
        try await start()
    }

    /// Whether the server was started and not ended since.
    package var isRunning: Bool {
        life.withLock { $0 != nil }
    }

    /// The server's process id.
    package var processID: Int32 {
        life.withLock { $0?.process.processID ?? -1 }
    }

    /// - Returns: The exit code or negated signal that the server ended with; nil when it did not run.
    private func end(with signal: Int32) async throws -> Int32? {
        guard let process = life.withLock({ $0?.process }) else { return nil }
        process.signal(signal)
        let status = try await process.result(within: .seconds(30)).status
        try keepWhatClientsSent()
        life.withLock { $0 = nil }
        return status
    }

    /// Where the environment says that it is wanted, keeps what the server logged of its clients' requests, for the table
    /// that `make compatibility` writes.
    private func keepWhatClientsSent() throws {
        guard let folder = Self.clientLogs else { return }
        let lines = log().split(separator: "\n").filter { $0.contains(" of a connection, by ") }
        let file = URL(filePath: folder).appending(path: directory.url.lastPathComponent + ".log")
        try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    }

    /// The folder for what the servers saw of their clients: `MILLRACE_CLIENT_LOGS`.
    private static let clientLogs = ProcessInfo.processInfo.environment["MILLRACE_CLIENT_LOGS"]

    /// The arguments of `millrace serve` for a data directory.
    package static func arguments(
        dataDirectory: String, readyFile: String, settings: [String: String]
    ) -> [String] {
        ["serve", "--data-dir", dataDirectory, "--ready-file", readyFile]
            + (clientLogs == nil ? [] : ["--log-level", "debug"])
            + settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
    }

    // MARK: What it shows

    /// The Kafka listener, `host:port`.
    package var bootstrap: String {
        address("kafka")
    }

    /// The Kafka listener's port.
    package var port: UInt16 {
        UInt16(bootstrap.split(separator: ":").last ?? "") ?? 0
    }

    /// The address of Connect's REST interface, without a slash at its end.
    package var connect: String {
        address("connect")
    }

    /// The address of the Schema Registry, without a slash at its end.
    package var schemaRegistry: String {
        address("schemaRegistry")
    }

    /// The address of the REST Proxy, without a slash at its end.
    package var rest: String {
        address("rest")
    }

    /// Everything that the server has printed in all its lives.
    package func log() -> String {
        (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? ""
    }

    /// What the kernel counts of a process's memory.
    package enum Memory: String {
        /// All that is in memory, pages of files included.
        case resident = "VmRSS:"
        /// What the process itself has filled.
        case anonymous = "RssAnon:"
    }

    /// The memory that the server holds at the moment, in KiB, as the kernel counts it.
    package func memoryKiB(_ kind: Memory) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(kind.rawValue) }
        guard let line, let number = line.split(separator: " ").dropFirst().first, let kibibytes = Int(number) else {
            throw HarnessError("the kernel shows no resident memory for \(processID)")
        }
        return kibibytes
    }

    /// The folder of one partition.
    package func partitionDirectory(_ topic: String, _ partition: Int = 0) -> URL {
        dataDirectory.appending(path: "\(topic)-\(partition)")
    }

    private var logPath: String {
        directory.path("server.log")
    }

    private func address(_ name: String) -> String {
        life.withLock { $0?.addresses[name]?.string ?? "" }
    }
}

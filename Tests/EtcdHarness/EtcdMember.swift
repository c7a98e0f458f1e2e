import Foundation
import ServerHarness
import Synchronization

/// One real etcd on loopback with a data directory of its own, which can be paused, killed and started again on the
/// same ports. Ended by its process id when the cluster that it belongs to is.
package final class EtcdMember: Sendable {
    /// What differs between members and between tests.
    package struct Setup: Sendable {
        var name: String
        /// Where clients connect.
        package var clientPort: UInt16
        var peerPort: UInt16
        /// `NAME=URL` of all members, with commas.
        var cluster: String
        /// The same for all members and no other cluster: members of two clusters would never become one.
        var token: String
        /// In milliseconds; without one for five times as long, an election begins.
        var heartbeat: Int
        /// Such as `--auth-token-ttl`, and what TLS needs.
        var options: [String] = []
        var usesTLS = false
    }

    /// What it was made with.
    package let setup: Setup
    private let directory: TemporaryDirectory
    private let process = Mutex<ChildProcess?>(nil)

    init(_ setup: Setup) throws {
        self.setup = setup
        directory = try TemporaryDirectory(inMemory: true)
    }

    /// What clients connect to.
    package var endpoint: String { "\(setup.usesTLS ? "https" : "http")://127.0.0.1:\(setup.clientPort)" }

    /// Starts the process; it serves soon after.
    package func start() async throws {
        guard let program = EtcdProgram.path else {
            throw HarnessError("there is no etcd in PATH: install Debian's etcd-server, as `make setup-test` does")
        }
        let peer = "http://127.0.0.1:\(setup.peerPort)"
        let started = try await ChildProcess.start(
            program,
            [
                "--name", setup.name, "--data-dir", directory.path("data"),
                "--listen-client-urls", endpoint, "--advertise-client-urls", endpoint,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", setup.cluster, "--initial-cluster-token", setup.token,
                // No power is cut here, and quick elections keep the tests short.
                "--unsafe-no-fsync", "--heartbeat-interval", "\(setup.heartbeat)",
                "--election-timeout", "\(setup.heartbeat * 5)",
                "--log-level", "warn",
            ] + setup.options,
            output: .appended(logPath), errors: .appended(logPath))
        process.withLock { $0 = started }
    }

    /// Ends the process as a crash does, and waits until it is gone. Without effect when it is not running.
    package func kill() async throws {
        guard let process = process.withLock({ $0.take() }) else { return }
        // SIGKILL ends a paused process as well.
        process.signal(SIGKILL)
        _ = try await process.result(within: .seconds(30))
    }

    /// Stops the process in the middle of whatever it does.
    package func pause() { process.withLock { $0 }?.signal(SIGSTOP) }

    /// Lets a paused process go on.
    package func resume() { process.withLock { $0 }?.signal(SIGCONT) }

    /// Whether it was started and has ended by itself.
    var hasGivenUp: Bool { process.withLock { $0?.hasEnded == true } }

    /// What it has printed.
    func log() -> String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    private var logPath: String { directory.path("etcd.log") }
}

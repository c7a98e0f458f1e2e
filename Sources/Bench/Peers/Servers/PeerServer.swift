import CShims

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A server that is measured: started for it, unless it runs already.
///
/// One owner, one thread, which starts and stops it.
final class PeerServer {
    /// How long a server may take to answer, in nanoseconds; RabbitMQ takes some ten seconds.
    private static let patience: Int64 = 120_000_000_000
    /// How often it is tried meanwhile, in nanoseconds.
    private static let attemptInterval: Int64 = 20_000_000

    /// What its processes are.
    private enum Processes {
        case ours(BenchServer)
        case others([ForeignProgram])
        case elsewhere
    }

    let target: PeerTarget
    private let processes: Processes

    private init(_ target: PeerTarget, _ processes: Processes) {
        self.target = target
        self.processes = processes
    }

    /// A server that runs already.
    init(at target: PeerTarget) { (self.target, processes) = (target, .elsewhere) }

    /// Starts a server and waits until it answers.
    ///
    /// - Parameter directory: Below which it keeps everything: an absolute path.
    static func start(
        _ peer: Peer, isDurable: Bool, programs: PeerPrograms, directory: String
    ) throws -> PeerServer {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        switch peer {
        case .millrace, .null: return try startOurs(peer, isDurable: isDurable, directory)
        case .kafka: preconditionFailure("a broker of others runs already")
        case .redis, .nats, .rabbitmq: break
        }
        let launch = try PeerLaunch(peer, isDurable: isDurable, programs: programs, directory: directory)
        var started: [ForeignProgram] = []
        do {
            for program in launch.programs { started.append(try ForeignProgram(program, directory: directory)) }
            let target = PeerTarget(peer: peer, port: launch.port, isDurable: isDurable)
            try waitUntilReady(target, started)
            return PeerServer(target, .others(started))
        } catch {
            for program in started.reversed() { program.end() }
            throw error
        }
    }

    private static func startOurs(_ peer: Peer, isDurable: Bool, _ directory: String) throws -> PeerServer {
        let storage: NullServer.Storage = isDurable ? .device : .pageCache
        let server = try BenchServer.start(peer == .null ? .null(storage) : .broker, directory: directory)
        guard let port = server.bootstrapServer.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            server.stop()
            throw BenchFailure(description: "\(server.bootstrapServer) has no port")
        }
        return PeerServer(PeerTarget(peer: peer, port: port, isDurable: isDurable), .ours(server))
    }

    private static func waitUntilReady(_ target: PeerTarget, _ programs: [ForeignProgram]) throws {
        let deadline = MonotonicClock.nanoseconds + patience
        while true {
            do {
                _ = try target.makeSession()
                return
            } catch {
                for program in programs { try program.checkThatItRuns() }
                guard MonotonicClock.nanoseconds < deadline else {
                    throw BenchFailure(description: "\(target.peer.title) does not get ready: \(error)")
                }
            }
            millrace_sleep(attemptInterval)
        }
    }

    /// The seconds of processors' time that it has used; `nil` for one that runs elsewhere.
    var processorTime: Double? {
        switch processes {
        case .ours(let server): server.processorTime
        // The last is the server; what it needs besides does nothing meanwhile.
        case .others(let programs): programs.last?.processorTime
        case .elsewhere: nil
        }
    }

    /// Ends it, unless it runs elsewhere.
    func stop() {
        switch processes {
        case .ours(let server): server.stop()
        case .others(let programs): for program in programs.reversed() { program.end() }
        case .elsewhere: break
        }
    }
}

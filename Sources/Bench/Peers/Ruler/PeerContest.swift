#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Measures several servers in turns, in an order that is drawn anew for each round: what else the machine does meanwhile
/// falls on all of them alike, and none always comes behind the same other.
struct PeerContest {
    let ruler: PeerRuler
    let peers: [Peer]
    let rounds: Int
    /// Whether an acknowledgement means that a message is on the device.
    let isDurable: Bool
    let programs: PeerPrograms
    /// The port of a broker that runs already, where ``Peer/kafka`` takes part.
    let kafkaPort: UInt16?
    /// Where servers keep what they keep, which is gone after each turn.
    let directory: String
    /// Told what comes next.
    let progress: (String) -> Void

    /// What one server's turns have brought.
    struct Entry {
        let peer: Peer
        var version = ""
        /// Of each figure those of all rounds, in the order in which they were measured.
        var figures: [PeerFigure: [Double]] = [:]
        /// By messages a second, those of the rounds in which the server could keep up.
        var latencies: [Int: [LatencyRecorder]] = [:]
    }

    /// Runs all rounds.
    ///
    /// - Throws: Why one of the servers could not be measured; nothing runs any more then.
    func run() throws -> [Entry] {
        // What is missing is told before anything is measured.
        for peer in peers where peer.isProgramOfOthers { _ = try programs.path(of: peer) }
        var entries = peers.map { Entry(peer: $0) }
        for round in 1...rounds {
            for index in entries.indices.shuffled() {
                progress("round \(round) of \(rounds): \(entries[index].peer.title)")
                try takeTurn(&entries[index], directory: "\(directory)/\(entries[index].peer.rawValue)-\(round)")
            }
        }
        return entries
    }

    private func takeTurn(_ entry: inout Entry, directory: String) throws {
        // What the one before has left to the device is not this one's to wait for.
        sync()
        let server = try start(entry.peer, directory: directory)
        defer {
            server.stop()
            try? FileManager.default.removeItem(atPath: directory)
        }
        do {
            entry.version = try server.target.makeSession().serverVersion
            let outcome = try ruler.measure(server)
            for (figure, value) in outcome.figures { entry.figures[figure, default: []].append(value) }
            for (rate, latencies) in outcome.latencies { entry.latencies[rate, default: []].append(latencies) }
        } catch {
            throw BenchFailure(description: "\(entry.peer.title): \(error)")
        }
    }

    private func start(_ peer: Peer, directory: String) throws -> PeerServer {
        guard peer == .kafka else {
            return try PeerServer.start(peer, isDurable: isDurable, programs: programs, directory: directory)
        }
        guard let kafkaPort else { throw BenchFailure(description: "nobody has told the port of the Kafka broker") }
        return PeerServer(at: PeerTarget(peer: peer, port: kafkaPort, isDurable: isDurable))
    }
}

import Logging
import NIOCore
import NIOPosix
import Replication
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Notices the death of other nodes' processes at once, where their sessions would tell only seconds later.
///
/// The kernel closes the connections of a process that dies, and refuses new ones. A node to which there was a
/// connection, and which then refuses the next, is gone: its session is ended for it. A mistake is harmless; whoever
/// lives registers again. A node that is paused, or cut off, refuses nothing and keeps its session until that runs out.
final class PeerWatch: Sendable {
    /// A node's process.
    struct Peer: Hashable, Sendable {
        var id: BrokerID
        var epoch: BrokerEpoch
        var endpoint: ClusterImage.Node.Endpoint
    }

    private struct State {
        var watches: [Peer: Task<Void, Never>] = [:]
        var connected: Set<Peer> = []
        var gone: Set<Peer> = []
        var isClosed = false
    }

    /// Not the broker's, which may be gone before an attempt to connect is over.
    private let loops = MultiThreadedEventLoopGroup.singleton
    private let logger: Logger
    private let didDie: @Sendable (Peer) async -> Void
    private let state = Mutex(State())

    /// How long a connection may take.
    private static let patience = TimeAmount.seconds(2)
    /// How long is waited before a node is tried again that neither stays connected nor refuses: at first, and at most. A
    /// process that is being killed may take one more connection before its listener is closed.
    private static let leastPause = Duration.milliseconds(10), longestPause = Duration.milliseconds(500)

    /// Creates a watch over nobody.
    ///
    /// - Parameter didDie: Told of a process that is gone, and again while it is watched and nobody listens in its place.
    init(logger: Logger, didDie: @escaping @Sendable (Peer) async -> Void) {
        self.logger = logger
        self.didDie = didDie
    }

    /// Watches over these, and no others.
    func watch(_ peers: Set<Peer>) {
        state.withLock { state in
            let wanted = state.isClosed ? [] : peers
            for (peer, task) in state.watches where !wanted.contains(peer) {
                task.cancel()
                state.watches[peer] = nil
                state.gone.remove(peer)
            }
            for peer in wanted where state.watches[peer] == nil { state.watches[peer] = Task { await follow(peer) } }
        }
    }

    /// The nodes to which there is a connection now.
    var connected: Set<BrokerID> { state.withLock { Set($0.connected.map(\.id)) } }

    /// The processes that are gone, of those that are watched.
    var gone: Set<Peer> { state.withLock { $0.gone } }

    /// Watches over nobody any more, whatever is asked.
    func close() {
        state.withLock { $0.isClosed = true }
        watch([])
    }

    private func follow(_ peer: Peer) async {
        var wasThere = false
        var pause = Self.leastPause
        while !Task.isCancelled {
            do {
                let channel = try await ClientBootstrap(group: loops).connectTimeout(Self.patience)
                    .connect(host: peer.endpoint.host, port: peer.endpoint.port).get()
                wasThere = true
                let began = ContinuousClock.now
                state.withLock { state in
                    state.connected.insert(peer)
                    state.gone.remove(peer)
                }
                await withTaskCancellationHandler {
                    try? await channel.closeFuture.get()
                } onCancel: {
                    channel.close(promise: nil)
                }
                state.withLock { _ = $0.connected.remove(peer) }
                // A node that has too many connections closes new ones, which is no reason to make more of them.
                if ContinuousClock.now - began >= Self.longestPause {
                    pause = Self.leastPause
                    continue
                }
            } catch {
                if wasThere, Self.isRefusal(error), !Task.isCancelled {
                    let isNew = state.withLock { state in
                        state.watches[peer] != nil && state.gone.insert(peer).inserted
                    }
                    if isNew { logger.info("node \(peer.id) refuses connections: its process is gone") }
                    await didDie(peer)
                }
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// Whether no process listens at any of the node's addresses.
    private static func isRefusal(_ error: any Error) -> Bool {
        guard let failure = error as? NIOConnectionError else { return (error as? IOError)?.errnoCode == ECONNREFUSED }
        return !failure.connectionErrors.isEmpty
            && failure.connectionErrors.allSatisfy { ($0.error as? IOError)?.errnoCode == ECONNREFUSED }
    }
}

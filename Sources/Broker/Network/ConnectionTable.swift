import NIOCore
import Synchronization

/// The open connections of all listeners, counted against `max.connections`.
///
/// Safe to use from any thread.
final class ConnectionTable: Sendable {
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])
    /// The most connections that are open at a time.
    let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Takes a connection in until it closes; returns `false` if there is no room for it.
    func add(_ channel: any Channel) -> Bool {
        let hasRoom = open.withLock { open in
            guard open.count < limit else { return false }
            open[ObjectIdentifier(channel)] = channel
            return true
        }
        if hasRoom {
            channel.closeFuture.whenComplete { [self] _ in
                _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
            }
        }
        return hasRoom
    }

    /// The connections that are open now.
    var all: [any Channel] { open.withLock { Array($0.values) } }

    /// Takes no more requests; those under way are still answered.
    func stopServing() async {
        for connection in all {
            let stopping = connection.eventLoop.submit {
                try connection.pipeline.syncOperations.handler(type: ConnectionHandler.self).stopServing()
            }
            // A connection that has ended meanwhile has no handler to stop.
            try? await stopping.get()
        }
    }

    /// Closes the connections that are left.
    func closeAll() async {
        for connection in all { try? await connection.close() }
    }
}

import DequeModule
import NIOCore

/// The connections of one event loop that have more requests here than they may have served at a time.
///
/// A client that sends far ahead would else keep the loop from all others: NIO looks at no socket as long as tasks that
/// are due are left, and each of its answers makes the next such task. Here they take turns, and between any two
/// rounds the loop looks at its sockets.
///
/// Bound to its event loop.
final class Turns {
    /// How long a connection is served at a time, and how long a round takes at most. What others wait for at worst; a
    /// read of 256 KiB of records is served in less.
    static let length = TimeAmount.milliseconds(1)
    /// Any time at all makes the loop look at its sockets.
    private static let rest = TimeAmount.microseconds(20)

    private let loop: any EventLoop
    private var waiting: Deque<ConnectionHandler> = []
    private var isScheduled = false

    private init(loop: any EventLoop) { self.loop = loop }

    /// Has `connection` go on in its turn.
    func add(_ connection: ConnectionHandler) {
        waiting.append(connection)
        schedule()
    }

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        loop.assumeIsolated().scheduleTask(in: Self.rest) { self.run() }
    }

    private func run() {
        isScheduled = false
        let end = NIODeadline.now() + Self.length
        repeat { waiting.popFirst()?.takeTurn() } while !waiting.isEmpty && NIODeadline.now() < end
        if !waiting.isEmpty { schedule() }
    }

    /// The turns of all event loops of a group. Safe to use from any thread.
    struct Table: Sendable {
        private let byLoop: [ObjectIdentifier: NIOLoopBoundBox<Turns?>]

        init(_ loops: any EventLoopGroup) {
            byLoop = Dictionary(
                uniqueKeysWithValues: loops.makeIterator().map {
                    (ObjectIdentifier($0), NIOLoopBoundBox.makeEmptyBox(valueType: Turns.self, eventLoop: $0))
                })
        }

        /// Those of `loop`, which is one of the group and the current one.
        func of(_ loop: any EventLoop) -> Turns {
            guard let box = byLoop[ObjectIdentifier(loop)] else { preconditionFailure("a loop of another group") }
            if let turns = box.value { return turns }
            let turns = Turns(loop: loop)
            box.value = turns
            return turns
        }
    }
}

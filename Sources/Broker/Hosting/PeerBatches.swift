import DequeModule
import KafkaClient
import Synchronization

/// What many want of other nodes: one request at a time is under way to each node, and what comes meanwhile shares the
/// next one. A node answers such requests of one connection in order, so that more of them would only wait there.
///
/// Safe to use from any thread.
final class PeerBatches<Item: Sendable>: Sendable {
    /// Sends a request with several items; the completion is called once, when it is over.
    typealias Send =
        @Sendable (_ items: [Item], _ node: Int32, _ completion: @escaping @Sendable () -> Void) -> Void

    private struct Line {
        var isBusy = false
        var waiting: Deque<Item> = []
    }

    /// Items in a request at most: each may take the other node a round of its commit thread.
    private static var batchSize: Int { 1_000 }

    private let lines = Mutex<[Int32: Line]>([:])
    private let send: Send

    init(send: @escaping Send) { self.send = send }

    /// Has an item be part of the next request to a node.
    func add(_ item: Item, to node: Int32) {
        let isFree = lines.withLock { lines in
            lines[node, default: Line()].waiting.append(item)
            defer { lines[node]?.isBusy = true }
            return lines[node]?.isBusy == false
        }
        if isFree { sendNext(to: node) }
    }

    private func sendNext(to node: Int32) {
        let items = lines.withLock { lines -> [Item] in
            guard var line = lines[node] else { return [] }
            let items = Array(line.waiting.prefix(Self.batchSize))
            line.waiting.removeFirst(items.count)
            lines[node] = items.isEmpty ? nil : line
            return items
        }
        guard !items.isEmpty else { return }
        send(items, node) { [self] in sendNext(to: node) }
    }
}

extension ConnectionLane {
    /// Over which nodes tell each other how transactions ended; fetchers have the lanes from 0 on.
    static let transactionMarkers = ConnectionLane.dedicated(1 << 32)
    /// Over which they ask each other about partitions of transactions.
    static let partitionAdditions = ConnectionLane.dedicated(1 << 32 + 1)
}

/// Where new partitions go: each node has as many copies and as many leaders as the next, and the copies of a partition
/// lie in as many racks as there are.
///
/// The nodes with the fewest copies come first, in racks that the partition is not in yet; the first replica, which
/// leads, is of those the one with the fewest leaders. The same input gives the same assignment.
///
/// - SeeAlso: KIP-36
public struct ReplicaPlacement: Sendable {
    /// A node that takes copies, with what it has.
    public struct Node: Hashable, Sendable {
        /// The node.
        public var id: BrokerID
        /// Its rack, if it has one; nodes without are each a rack of their own.
        public var rack: String?
        /// The copies that it has.
        public var replicas: Int
        /// How many of those come first in their partition.
        public var leaders: Int

        /// Creates a node with what it has.
        public init(id: BrokerID, rack: String?, replicas: Int = 0, leaders: Int = 0) {
            self.id = id
            self.rack = rack
            self.replicas = replicas
            self.leaders = leaders
        }
    }

    private var nodes: [Node]
    private var placed = 0

    /// Creates a placement on these nodes; none twice.
    public init(nodes: [Node]) {
        self.nodes = nodes.sorted { $0.id < $1.id }
        precondition(Set(nodes.map(\.id)).count == nodes.count, "a node twice")
    }

    /// Places the next partition.
    ///
    /// - Parameter replicationFactor: At least 1.
    /// - Returns: The replicas, preferred leader first; `nil` if there are too few nodes (INVALID_REPLICATION_FACTOR).
    /// - Complexity: O(*n* × replication factor) in the nodes.
    public mutating func place(replicationFactor: Int) -> [BrokerID]? {
        precondition(replicationFactor >= 1)
        guard replicationFactor <= nodes.count else { return nil }
        var chosen: [Int] = []
        for _ in 0..<replicationFactor { chosen.append(next(beside: chosen)) }
        for index in chosen { nodes[index].replicas += 1 }
        // Whoever of them has the fewest leaders; the order of the others is that of a ring from there on, so that a
        // node's partitions fall to different ones when it goes.
        let leader = chosen.indices.min { isBefore(\.leaders, chosen[$0], chosen[$1]) } ?? 0
        nodes[chosen[leader]].leaders += 1
        placed += 1
        let others = chosen[(leader + 1)...] + chosen[..<leader]
        return [nodes[chosen[leader]].id] + others.map { nodes[$0].id }
    }

    /// The node for the next copy of a partition that has copies on these.
    private func next(beside chosen: [Int]) -> Int {
        let racks = chosen.compactMap { nodes[$0].rack }
        let free = nodes.indices.filter { !chosen.contains($0) }
        let elsewhere = free.filter { index in nodes[index].rack.map { !racks.contains($0) } ?? true }
        let candidates = elsewhere.isEmpty ? fewestInRack(free, racks) : elsewhere
        return candidates.min { isBefore(\.replicas, $0, $1) } ?? free[0]
    }

    /// Once every rack has a copy, those come next whose rack has the fewest.
    private func fewestInRack(_ free: [Int], _ racks: [String]) -> [Int] {
        func copies(_ index: Int) -> Int { racks.count { $0 == nodes[index].rack } }
        let least = free.map(copies).min() ?? 0
        return free.filter { copies($0) == least }
    }

    /// Whether a node comes before another by what it has of a kind; among equals the turn goes round.
    private func isBefore(_ load: KeyPath<Node, Int>, _ left: Int, _ right: Int) -> Bool {
        func turn(_ index: Int) -> Int { (index + nodes.count - placed % nodes.count) % nodes.count }
        let loads = (nodes[left][keyPath: load], nodes[right][keyPath: load])
        return loads.0 == loads.1 ? turn(left) < turn(right) : loads.0 < loads.1
    }
}

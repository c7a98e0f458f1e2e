import Replication
import Testing

@Suite struct ReplicaPlacementTests {
    private func nodes(_ count: Int, racks: Int = 0) -> [ReplicaPlacement.Node] {
        (0..<count).map { ReplicaPlacement.Node(id: BrokerID(Int32($0)), rack: racks > 0 ? "r\($0 % racks)" : nil) }
    }

    @Test(arguments: [(3, 3, 0), (5, 3, 0), (6, 3, 3), (7, 2, 0), (4, 4, 2), (9, 3, 3)])
    func copiesAndLeadersAreEven(count: Int, factor: Int, racks: Int) {
        var placement = ReplicaPlacement(nodes: nodes(count, racks: racks))
        var replicas: [BrokerID: Int] = [:]
        var leaders: [BrokerID: Int] = [:]
        for _ in 0..<10 * count {
            let placed = placement.place(replicationFactor: factor) ?? []
            #expect(Set(placed).count == factor)
            leaders[placed[0], default: 0] += 1
            for replica in placed { replicas[replica, default: 0] += 1 }
            if racks >= factor { #expect(Set(placed.map { $0.rawValue % Int32(racks) }).count == factor) }
        }
        #expect((replicas.values.max() ?? 0) - (replicas.values.min() ?? 0) <= 1)
        #expect(replicas.count == count && leaders.count == count)
        #expect((leaders.values.max() ?? 0) - (leaders.values.min() ?? 0) <= 2)
    }

    @Test func aNewNodeIsFilledFirst() {
        var full = nodes(3)
        for index in 0..<2 { (full[index].replicas, full[index].leaders) = (10, 5) }
        var placement = ReplicaPlacement(nodes: full)
        for _ in 0..<5 {
            let placed = placement.place(replicationFactor: 2)
            #expect(placed?.first == BrokerID(2))
        }
    }

    @Test func copiesBeyondTheRacksLieWhereTheFewestAre() {
        var placement = ReplicaPlacement(nodes: nodes(4, racks: 2))
        let placed = placement.place(replicationFactor: 4) ?? []
        #expect(Set(placed[..<2].map { $0.rawValue % 2 }).count == 2 || Set(placed).count == 4)
    }

    @Test func moreCopiesThanNodesAreRefused() {
        var placement = ReplicaPlacement(nodes: nodes(2))
        let placed = placement.place(replicationFactor: 3)
        #expect(placed == nil)
    }
}

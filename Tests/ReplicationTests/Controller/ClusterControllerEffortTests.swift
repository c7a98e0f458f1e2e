import RecordFormat
import Testing

@testable import Replication

/// What a controller does for many partitions grows with their number and no faster.
@Suite struct ClusterControllerEffortTests {
    private static let topic = TopicID(high: 1, low: 1)

    /// A controller of `count` partitions that node 1 leads and nodes 1 and 2 have.
    private func makeController(partitions count: Int32) throws -> ClusterController {
        var controller = ClusterController()
        let brokers = Cluster.brokers(ready: [1, 2])
        controller.topicChanged(Self.topic, Cluster.topic(min: 1))
        for registration in brokers.registrations.values { controller.brokerChanged(registration) }
        for id in brokers.registrations.keys { controller.sessionChanged(of: id, to: brokers.sessions[id]) }
        for index in 0..<count {
            let state = try Cluster.state([1, 2], inSync: [1, 2], leader: 1)
            controller.partitionChanged(PartitionID(topic: Self.topic, index: index), state)
        }
        #expect(controller.takeChanges().isEmpty)
        return controller
    }

    @Test(arguments: [1_000, 10_000] as [Int32]) func nodeThatGoesCostsEachOfItsPartitionsAFewLooks(count: Int32) throws
    {
        var controller = try makeController(partitions: count)
        let before = controller.orderedCount
        controller.sessionChanged(of: BrokerID(1), to: nil)
        var inFlight = controller.takeChanges()
        var order: [Int32] = []
        while !inFlight.isEmpty {
            #expect(inFlight.count <= ClusterController.maxChangesInFlight)
            let change = inFlight.removeFirst()
            guard case .partition(let id, let state) = change else { throw Cluster.Contradiction() }
            #expect(state.leader == BrokerID(2) && state.inSyncReplicas == Cluster.ids([2]))
            order.append(id.index)
            // Each outcome comes for itself, and the next change is asked for at once.
            controller.changeEnded(change, .accepted)
            inFlight += controller.takeChanges()
        }
        #expect(order == Array(0..<count))
        // Once because the node has gone, and once because of the change itself.
        #expect(controller.orderedCount - before == 2 * Int(count))
    }

    @Test func partitionThatIsGoneIsPassedOver() throws {
        var controller = try makeController(partitions: 600)
        controller.sessionChanged(of: BrokerID(1), to: nil)
        let first = controller.takeChanges()
        #expect(first.count == ClusterController.maxChangesInFlight)
        // They wait their turn, and go with their topic.
        for index in 256..<600 as Range<Int32> {
            controller.partitionChanged(PartitionID(topic: Self.topic, index: index), nil)
        }
        for change in first { controller.changeEnded(change, .accepted) }
        #expect(controller.takeChanges().isEmpty)
    }
}

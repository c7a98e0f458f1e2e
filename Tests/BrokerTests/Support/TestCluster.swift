import Logging
import RecordFormat
import Replication
import ServerHarness
import Synchronization

@testable import Broker

/// Several brokers of one cluster in this process, over real sockets and with a metadata store in memory.
final class TestCluster: Sendable {
    let store = MemoryClusterStore()
    private let settings: [String: String]
    private let directories = Mutex<[Int32: TestDirectory]>([:])
    private let nodes = Mutex<[Int32: TestBroker]>([:])
    private let clients = Mutex<[Int32: MemoryClusterStore.Client]>([:])

    private init(_ settings: [String: String]) { self.settings = settings }

    /// Runs `body` with a cluster of nodes 1, 2, … and stops all of them, whatever comes.
    static func with(
        _ count: Int32, _ settings: [String: String] = [:], _ body: (TestCluster) async throws -> Void
    ) async throws {
        let cluster = TestCluster(settings)
        do {
            for id in 1...count { try await cluster.start(id) }
            try await cluster.waitUntilAdmitted(Array(1...count))
            try await body(cluster)
            await cluster.stopAll()
        } catch {
            await cluster.stopAll()
            throw error
        }
    }

    /// A node that runs.
    subscript(id: Int32) -> Broker {
        guard let node = nodes.withLock({ $0[id] }) else { preconditionFailure("node \(id) does not run") }
        return node.broker
    }

    /// A node that runs, with what tests ask of a broker.
    func server(_ id: Int32) -> TestBroker {
        guard let node = nodes.withLock({ $0[id] }) else { preconditionFailure("node \(id) does not run") }
        return node
    }

    /// The nodes that run, in order.
    var running: [TestBroker] { nodes.withLock { nodes in nodes.sorted { $0.key < $1.key }.map(\.value) } }

    /// Starts a node, on the data directory that it had before.
    @discardableResult
    func start(_ id: Int32, _ more: [String: String] = [:]) async throws -> TestBroker {
        let directory = try directories.withLock { directories in
            if let known = directories[id] { return known }
            let made = try TestDirectory()
            directories[id] = made
            return made
        }
        let own = settings.merging(["node.id": String(id), "broker.rack": "rack\(id)"]) { $1 }.merging(more) { $1 }
        let client = store.client()
        clients.withLock { $0[id] = client }
        let server = try await TestBroker.start(own, in: directory, cluster: client)
        nodes.withLock { $0[id] = server }
        return server
    }

    /// Gives a node another data directory, which it has from its next start on.
    func loseDirectory(of id: Int32) { directories.withLock { _ = $0.removeValue(forKey: id) } }

    /// The data directory of a node that has been started.
    func directory(of id: Int32) throws -> TestDirectory {
        guard let directory = directories.withLock({ $0[id] }) else { throw TestFailure("node \(id) never ran") }
        return directory
    }

    /// Stops a node as a shutdown does.
    func stop(_ id: Int32) async throws {
        guard let node = nodes.withLock({ $0.removeValue(forKey: id) }) else { return }
        try await node.broker.shutdown()
    }

    /// Ends a node's session, as if it were paused for longer than that.
    func expireSession(of id: Int32) {
        if let session = store.view[ClusterKey.session(BrokerID(id)).text]?.session { store.expire(session) }
    }

    /// Keeps from a node what happens in the store, its own lost session included, or tells it all.
    func setBlind(_ id: Int32, _ isBlind: Bool) { clients.withLock { $0[id] }?.setBlind(isBlind) }

    private func stopAll() async {
        for client in clients.withLock({ $0.values.map { $0 } }) { client.setBlind(false) }
        store.setAway(false)
        store.setFate { _ in .normal }
        for id in nodes.withLock({ $0.keys.sorted() }) { try? await stop(id) }
    }

    // MARK: - What nodes see

    /// Waits until every one of these nodes sees all of them admitted.
    func waitUntilAdmitted(_ ids: [Int32]) async throws {
        try await wait(for: "nodes \(ids) to be admitted") {
            ids.allSatisfy { seer in
                ids.allSatisfy { self[seer].metadata.image.brokers.standing(of: BrokerID($0)) == .ready }
            }
        }
    }

    /// A partition as a node knows it.
    func state(_ topic: String, _ index: Int32, seenBy id: Int32) -> PartitionState? {
        self[id].metadata.image.partition(TopicPartition(topic, index))
    }

    /// The node that leads a partition, once every running node knows of it and it takes appends.
    @discardableResult
    func leader(of topic: String, _ index: Int32, otherThan former: Int32? = nil) async throws -> Int32 {
        let id = TopicPartition(topic, index)
        let found = Mutex<Int32?>(nil)
        try await wait(for: "a leader of \(id)") {
            let running = self.nodes.withLock { $0 }
            let leaders = Set(running.keys.map { self.state(topic, index, seenBy: $0)?.leader?.rawValue })
            guard leaders.count == 1, let leader = leaders.first ?? nil, leader != former,
                running[leader]?.broker.partitions.copy(id)?.isLed == true
            else { return false }
            found.withLock { $0 = leader }
            return true
        }
        guard let leader = found.withLock({ $0 }) else { throw TestFailure("nobody leads \(id)") }
        return leader
    }

    /// Waits until so many replicas of a partition are in sync.
    func waitForInSync(_ count: Int, of topic: String, _ index: Int32, seenBy id: Int32) async throws {
        try await wait(for: "\(count) replicas of \(topic)-\(index) in sync") {
            self.state(topic, index, seenBy: id)?.inSyncReplicas.count == count
        }
    }

    /// The node that is the controller, once all running nodes know of it and it knows itself.
    func controller(otherThan former: Int32? = nil) async throws -> Int32 {
        let found = Mutex<Int32?>(nil)
        try await wait(for: "a controller") {
            guard
                let id = self.store.view[ClusterKey.controller.text].flatMap({
                    Int32(String(decoding: $0.bytes, as: UTF8.self))
                }),
                id != former, let node = self.nodes.withLock({ $0[id] })?.broker.cluster.withLock({ $0 }),
                await node.controller.isController
            else { return false }
            found.withLock { $0 = id }
            return true
        }
        guard let controller = found.withLock({ $0 }) else { throw TestFailure("there is no controller") }
        return controller
    }

    /// A node's controller, in office or not.
    func controllerHost(of id: Int32) throws -> ControllerHost {
        guard let node = self[id].cluster.withLock({ $0 }) else { throw TestFailure("node \(id) is in no cluster") }
        return node.controller
    }
}

import Logging
import Replication
import Synchronization

/// What makes a broker one of a cluster: its membership, its part in the controller's office, and its eye on the others.
final class ClusterNode: Sendable {
    let link: ClusterLink
    let membership: ClusterMembership
    let controller: ControllerHost
    let peers: PeerWatch
    private let id: BrokerID
    private let listener: String
    private let work = Mutex<[Task<Void, Never>]>([])

    /// How often what the store did not answer is taken up again.
    private static let tick = Duration.milliseconds(100)

    /// Creates a node that is no member yet.
    ///
    /// - Parameter listener: The listener by which nodes reach one another.
    init(
        _ store: ClusterMetadataStore, membership: ClusterMembership, live: LiveConfiguration, listener: String,
        logger: Logger
    ) {
        let link = store.link
        self.link = link
        self.membership = membership
        self.listener = listener
        id = store.node.id
        controller = ControllerHost(link: link, membership: membership, node: id, live: live, logger: logger)
        peers = PeerWatch(logger: logger) { peer in
            let (view, image) = link.sight
            guard image.brokers.sessions[peer.id] == peer.epoch,
                let session = view[ClusterKey.session(peer.id).text]?.session
            else { return }
            do { try await link.endSession(session) } catch {
                // Unless another one was faster, after which nobody watches over the process any more.
                guard !Task.isCancelled else { return }
                logger.warning("the session of node \(peer.id), which is gone, could not be ended: \(error)")
            }
        }
    }

    /// Begins to be a member.
    func begin() {
        membership.begin()
        link.observe { [weak self] in self?.viewChanged() }
        viewChanged()
        work.withLock { work in
            work.append(Task { [controller] in await controller.run() })
            work.append(
                Task { [controller] in
                    while !Task.isCancelled {
                        try? await Task.sleep(for: Self.tick)
                        await controller.tick()
                    }
                })
        }
    }

    private func viewChanged() {
        controller.wake()
        peers.watch(watched(link.image))
    }

    /// All others: whoever sees a death first ends the session, and each tells its clients at once.
    private func watched(_ image: ClusterImage) -> Set<PeerWatch.Peer> {
        Set(
            image.nodes.values.compactMap { node in
                guard node.id != id.rawValue, let endpoint = node.endpoints[listener],
                    let epoch = image.brokers.sessions[BrokerID(node.id)]
                else { return nil }
                return PeerWatch.Peer(id: BrokerID(node.id), epoch: epoch, endpoint: endpoint)
            })
    }

    /// Ends the membership; a second call does nothing.
    func end() async {
        peers.close()
        await membership.leave()
        for task in work.withLock({ $0 }) { task.cancel() }
        await link.close()
    }
}

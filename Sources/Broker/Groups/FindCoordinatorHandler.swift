import Coordination
import KafkaProtocol
import Logging
import RecordFormat
import Replication

extension FindCoordinatorRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<FindCoordinatorResponse>) {
        Task { reply(await broker.findCoordinator(self, context)) }
    }
}

/// What a client may look for the coordinator of.
private enum CoordinatorKind: Int8 {
    case group = 0
    case transaction = 1
    /// A share-partition, which brokers look for (KIP-932).
    case share = 2

    /// The topic in which the coordinator keeps what it knows.
    var topic: String {
        switch self {
        case .group: InternalTopics.consumerOffsets
        case .transaction: InternalTopics.transactionState
        case .share: InternalTopics.shareGroupState
        }
    }

    /// The first version of the request that may ask for it.
    var firstVersion: Int16 {
        switch self {
        case .group: 0
        case .transaction: 1
        case .share: 6
        }
    }
}

extension Broker {
    /// Names the coordinator of groups, transactions or share-partitions, which is the leader of a partition of the topic
    /// that keeps them; the topic is made at the first question that is allowed.
    fileprivate func findCoordinator(
        _ request: FindCoordinatorRequest, _ context: RequestContext
    ) async -> FindCoordinatorResponse {
        let keys = context.version >= 4 ? request.coordinatorKeys : [request.key]
        guard let kind = CoordinatorKind(rawValue: request.keyType), context.version >= kind.firstVersion else {
            let message = "unknown coordinator type \(request.keyType)"
            return response(keys.map { coordinator($0, .invalidRequest, message) }, context)
        }
        var refusals = keys.map { refusal($0, kind, context) }
        if refusals.contains(nil) {
            do { try await makeInternalTopic(kind.topic) } catch {
                logger.error("creating \(kind.topic) failed: \(error)")
                refusals = refusals.map { $0 ?? .coordinatorNotAvailable }
            }
        }
        let cluster = ClusterView(of: self, for: context.listener)
        let coordinators = zip(keys, refusals).map { key, refusal in
            if let refusal { return coordinator(key, refusal, nil) }
            // Without a leader that can be reached there is no node to name: the client is to ask again later.
            guard let found = leader(of: key, kind).flatMap(cluster.endpoint), isServed(key, kind, by: found.nodeID)
            else { return coordinator(key, .coordinatorNotAvailable, nil) }
            return .init(key: key, nodeID: found.nodeID, host: found.host, port: found.port, errorMessage: nil)
        }
        return response(coordinators, context)
    }

    /// Why a client may not look for the coordinator of this, if it may not.
    private func refusal(_ key: String, _ kind: CoordinatorKind, _ context: RequestContext) -> ErrorCode? {
        switch kind {
        case .group: refusal(.describe, key, context)
        case .transaction:
            authorizer.allows(context.principal, .describe, .transactionalID(key))
                ? nil : .transactionalIDAuthorizationFailed
        case .share:
            if !authorizer.allows(context.principal, .clusterAction, .cluster) {
                .clusterAuthorizationFailed
            } else {
                SharePartitionKey(coordinatorKey: key) == nil ? .invalidRequest : nil
            }
        }
    }

    /// The node that leads the partition by which `key` is kept, if one does.
    private func leader(of key: String, _ kind: CoordinatorKind) -> Int32? {
        guard let topic = metadata.image.topic(kind.topic) else { return nil }
        let count = Int32(topic.partitions.count)
        let index =
            switch kind {
            case .group: GroupCoordinator.groupPartition(for: GroupID(key), partitionCount: count)
            case .transaction: TransactionCoordinator.partition(for: TransactionalID(key), partitionCount: count)
            case .share: SharePartitionKey(coordinatorKey: key)?.statePartition(among: count) ?? -1
            }
        return topic.partitions.indices.contains(Int(index)) ? topic.partitions[Int(index)].leader?.rawValue : nil
    }

    /// Whether a coordinator can serve `key`, or will before long; of others than this node that is not known, and taken
    /// for granted.
    private func isServed(_ key: String, _ kind: CoordinatorKind, by node: Int32) -> Bool {
        guard node == nodeID else { return true }
        switch kind {
        case .group: return [nil, .coordinatorLoadInProgress].contains(groups.fault(for: GroupID(key)))
        case .transaction:
            return [nil, .coordinatorLoadInProgress].contains(transactions.fault(for: TransactionalID(key)))
        case .share: return SharePartitionKey(coordinatorKey: key).map { shares.fault(for: $0) == nil } ?? false
        }
    }

    /// The answer where no coordinator can be named.
    private func coordinator(
        _ key: String, _ error: ErrorCode, _ message: String?
    ) -> FindCoordinatorResponse.Coordinator {
        .init(key: key, nodeID: -1, host: "", port: -1, errorCode: error.rawValue, errorMessage: message)
    }

    /// Up to version 3 a request has one key, and its answer no list.
    private func response(
        _ coordinators: [FindCoordinatorResponse.Coordinator], _ context: RequestContext
    ) -> FindCoordinatorResponse {
        guard context.version < 4 else { return FindCoordinatorResponse(errorMessage: nil, coordinators: coordinators) }
        let only = coordinators[0]
        return FindCoordinatorResponse(
            errorCode: only.errorCode, errorMessage: only.errorMessage, nodeID: only.nodeID, host: only.host,
            port: only.port)
    }
}

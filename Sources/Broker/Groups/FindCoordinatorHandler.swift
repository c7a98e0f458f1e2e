import Coordination
import KafkaProtocol
import Logging
import RecordFormat

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
    /// Names the coordinator of groups, transactions or share-partitions, which is this node; the topic that it needs is
    /// made at the first question that is allowed.
    fileprivate func findCoordinator(
        _ request: FindCoordinatorRequest, _ context: RequestContext
    ) async -> FindCoordinatorResponse {
        let keys = context.version >= 4 ? request.coordinatorKeys : [request.key]
        guard let kind = CoordinatorKind(rawValue: request.keyType), context.version >= kind.firstVersion else {
            let message = "unknown coordinator type \(request.keyType)"
            return response(keys.map { coordinator($0, .invalidRequest, message, context) }, context)
        }
        var refusals = keys.map { refusal($0, kind, context) }
        if refusals.contains(nil) {
            do { try await makeInternalTopic(kind.topic) } catch {
                logger.error("creating \(kind.topic) failed: \(error)")
                refusals = refusals.map { $0 ?? .coordinatorNotAvailable }
            }
        }
        let coordinators = zip(keys, refusals).map { key, refusal in
            // There is no other node to name: the client is to ask again later.
            let isHere = refusal == nil && isCoordinated(key, kind)
            return coordinator(key, refusal ?? (isHere ? .none : .coordinatorNotAvailable), nil, context)
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

    private func isCoordinated(_ key: String, _ kind: CoordinatorKind) -> Bool {
        switch kind {
        case .group: groups.fault(for: GroupID(key)) == nil
        case .transaction: transactions.fault(for: TransactionalID(key)) == nil
        case .share: SharePartitionKey(coordinatorKey: key).map { shares.fault(for: $0) == nil } ?? false
        }
    }

    private func coordinator(
        _ key: String, _ error: ErrorCode, _ message: String?, _ context: RequestContext
    ) -> FindCoordinatorResponse.Coordinator {
        let address = address(for: context.listener)
        let isFound = error == .none
        return .init(
            key: key, nodeID: isFound ? nodeID : -1, host: isFound ? address.host : "",
            port: isFound ? Int32(address.port) : -1, errorCode: error.rawValue, errorMessage: message)
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

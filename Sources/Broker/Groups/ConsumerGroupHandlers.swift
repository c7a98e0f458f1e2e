import Coordination
import KafkaProtocol
import NIOPosix
import OrderedCollections

extension ConsumerGroupHeartbeatRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ConsumerGroupHeartbeatResponse>
    ) {
        guard broker.level(of: .groups) > 0 else { return reply(ConsumerGroupHeartbeatResponse(.unsupportedVersion)) }
        if let refusal = broker.refusal(.read, groupID, context) {
            return reply(ConsumerGroupHeartbeatResponse(refusal))
        }
        @Sendable func maySee(_ topic: String) -> Bool {
            broker.authorizer.allows(context.principal, .describe, .topic(topic))
        }
        guard (subscribedTopicNames ?? []).allSatisfy(maySee) else {
            return reply(ConsumerGroupHeartbeatResponse(.topicAuthorizationFailed))
        }
        let heartbeat = ConsumerHeartbeat(
            self, version: context.version, clientID: context.clientID, clientHost: context.clientHost)
        broker.groups.perform(
            heartbeat.groupID,
            { machine, token, now in
                machine.consumerHeartbeat(
                    heartbeat,
                    // Whoever wants everything wants what others wrote, and not what the cluster keeps for itself.
                    isVisible: { !InternalTopics.names.contains($0) && maySee($0) }, token: token, at: now)
            }
        ) { outcome in
            switch outcome {
            case .success(.consumerHeartbeat(let result)): reply(ConsumerGroupHeartbeatResponse(result))
            default: reply(ConsumerGroupHeartbeatResponse(outcome.fault))
            }
        }
    }
}

extension ConsumerGroupDescribeRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ConsumerGroupDescribeResponse>
    ) {
        // Named twice, a large group would be described twice: a short request must not have an answer without end.
        // What large groups have to say is not put together where other connections wait.
        broker.pool.submit { _ in
            reply(ConsumerGroupDescribeResponse(groups: OrderedSet(groupIDs).map { describe($0, broker, context) }))
        }
    }

    private func describe(
        _ groupID: String, _ broker: Broker, _ context: RequestContext
    ) -> ConsumerGroupDescribeResponse.DescribedGroup {
        guard broker.level(of: .groups) > 0 else { return .init(.unsupportedVersion, groupID: groupID) }
        if let refusal = broker.refusal(.describe, groupID, context) { return .init(refusal, groupID: groupID) }
        switch broker.groups.query(GroupID(groupID), { $0.describeConsumerGroup(GroupID(groupID)) }) {
        case .failure(let fault): return .init(fault, groupID: groupID)
        case .success(nil):
            return .init(
                .groupIDNotFound, groupID: groupID, message: "Group \(groupID) is not a consumer group.")
        case .success(let description?):
            let mayKnow = description.namedTopics.allSatisfy {
                broker.authorizer.allows(context.principal, .describe, .topic($0))
            }
            guard mayKnow else {
                return .init(
                    .topicAuthorizationFailed, groupID: groupID,
                    message: "The group has described topic(s) that the client is not authorized to describe.")
            }
            return .init(
                description, version: context.version,
                authorizedOperations: includeAuthorizedOperations
                    ? broker.authorizedOperations(on: .group(groupID), context) : nil)
        }
    }
}

extension OffsetDeleteRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<OffsetDeleteResponse>) {
        let exchange = OffsetDeleteExchange(
            self, mayRead: { broker.authorizer.allows(context.principal, .read, .topic($0)) },
            hasPartition: { broker.partitions.has($0) })
        if let refusal = broker.refusal(.delete, groupID, context) { return reply(OffsetDeleteResponse(refusal)) }
        broker.groups.perform(GroupID(groupID), { $0.deleteOffsets(exchange.deletion, token: $1, at: $2) }) { outcome in
            switch outcome {
            case .success(.offsetDelete(let result)): reply(exchange.response(to: result))
            default: reply(OffsetDeleteResponse(outcome.fault))
            }
        }
    }
}

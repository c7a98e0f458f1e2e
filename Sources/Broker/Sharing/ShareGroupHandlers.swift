import Coordination
import KafkaProtocol
import OrderedCollections

extension ShareGroupHeartbeatRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ShareGroupHeartbeatResponse>) {
        guard broker.level(of: .shares) > 0 else { return reply(ShareGroupHeartbeatResponse(.unsupportedVersion)) }
        if let refusal = broker.refusal(.read, groupID, context) { return reply(ShareGroupHeartbeatResponse(refusal)) }
        let mayKnow = (subscribedTopicNames ?? []).allSatisfy {
            broker.authorizer.allows(context.principal, .describe, .topic($0))
        }
        guard mayKnow else { return reply(ShareGroupHeartbeatResponse(.topicAuthorizationFailed)) }
        let heartbeat = ShareHeartbeat(
            groupID: GroupID(groupID), memberID: MemberID(memberID), epoch: memberEpoch, rackID: rackID,
            topicNames: subscribedTopicNames, clientID: context.clientID ?? "", clientHost: context.clientHost)
        broker.groups.perform(heartbeat.groupID, { $0.shareHeartbeat(heartbeat, token: $1, at: $2) }) { outcome in
            switch outcome {
            case .success(.shareHeartbeat(let result)): reply(ShareGroupHeartbeatResponse(result))
            default: reply(ShareGroupHeartbeatResponse(outcome.fault))
            }
        }
    }
}

extension ShareGroupDescribeRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ShareGroupDescribeResponse>) {
        // Named twice, a large group would be described twice: a short request must not have an answer without end.
        reply(ShareGroupDescribeResponse(groups: OrderedSet(groupIDs).map { describe($0, broker, context) }))
    }

    private func describe(
        _ groupID: String, _ broker: Broker, _ context: RequestContext
    ) -> ShareGroupDescribeResponse.DescribedGroup {
        guard broker.level(of: .shares) > 0 else { return .init(.unsupportedVersion, groupID: groupID) }
        if let refusal = broker.refusal(.describe, groupID, context) { return .init(refusal, groupID: groupID) }
        switch broker.groups.query(GroupID(groupID), { $0.describeShareGroup(GroupID(groupID)) }) {
        case .failure(let fault): return .init(fault, groupID: groupID)
        case .success(nil):
            return .init(.groupIDNotFound, groupID: groupID, message: "Group \(groupID) is not a share group.")
        case .success(let description?):
            let topics = description.members.reduce(into: Set<String>()) { topics, member in
                topics.formUnion(member.topicNames + member.assignment.map(\.topic))
            }
            let mayKnow = topics.allSatisfy { broker.authorizer.allows(context.principal, .describe, .topic($0)) }
            guard mayKnow else {
                return .init(
                    .topicAuthorizationFailed, groupID: groupID,
                    message: "The group has described topic(s) that the client is not authorized to describe.")
            }
            return .init(
                description,
                authorizedOperations: includeAuthorizedOperations
                    ? broker.authorizedOperations(on: .group(groupID), context) : nil)
        }
    }
}

extension ShareGroupHeartbeatResponse {
    /// Writes the answer to a heartbeat.
    init(_ result: ShareHeartbeatResult) {
        self.init(
            errorCode: ErrorCode(result.error).rawValue, errorMessage: result.message,
            memberID: result.memberID?.rawValue, memberEpoch: result.epoch,
            heartbeatIntervalMs: result.heartbeatInterval.wireMilliseconds,
            assignment: result.assignment.map { assignment in
                Assignment(
                    topicPartitions: assignment.sorted.map {
                        TopicPartitions(topicID: $0.topic, partitions: $0.partitions)
                    })
            })
    }

    /// The answer to a heartbeat that did not reach the group.
    init(_ error: ErrorCode) { self.init(errorCode: error.rawValue) }
}

extension ShareGroupDescribeResponse.DescribedGroup {
    /// Writes the description of a group.
    ///
    /// - Parameters:
    ///   - description: The group.
    ///   - authorizedOperations: What the client may do to the group, one bit for each operation (KIP-430); `nil` if
    ///     it did not ask.
    init(_ description: ShareGroupDescription, authorizedOperations: Int32?) {
        typealias Response = ShareGroupDescribeResponse
        self.init(
            groupID: description.groupID.rawValue, groupState: description.state, groupEpoch: description.groupEpoch,
            assignmentEpoch: description.assignmentEpoch, assignorName: description.assignor,
            members: description.members.map { member in
                Response.Member(
                    memberID: member.memberID.rawValue, rackID: member.rackID, memberEpoch: member.epoch,
                    clientID: member.clientID, clientHost: member.clientHost,
                    subscribedTopicNames: member.topicNames,
                    assignment: Response.Assignment(
                        topicPartitions: member.assignment.map {
                            .init(topicID: $0.topicID, topicName: $0.topic, partitions: $0.partitions)
                        }))
            },
            authorizedOperations: authorizedOperations ?? Int32.min)
    }

    /// The answer for a group that cannot be described.
    init(_ error: ErrorCode, groupID: String, message: String? = nil) {
        self.init(errorCode: error.rawValue, errorMessage: message, groupID: groupID)
    }
}

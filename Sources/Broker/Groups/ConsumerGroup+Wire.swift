import Coordination
import KafkaProtocol
import RecordFormat

extension ConsumerHeartbeat {
    /// The first version whose members make up their own ids (KIP-1082).
    private static let firstVersionWithRequiredMemberID: Int16 = 1

    /// Reads a ConsumerGroupHeartbeat request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - version: Its version.
    ///   - clientID: The client id of its header.
    ///   - clientHost: The address it came from.
    init(_ request: ConsumerGroupHeartbeatRequest, version: Int16, clientID: String?, clientHost: String) {
        self.init(
            groupID: GroupID(request.groupID), memberID: MemberID(request.memberID), epoch: request.memberEpoch,
            instanceID: request.instanceID.map { GroupInstanceID($0) }, rackID: request.rackID,
            rebalanceTimeoutMs: request.rebalanceTimeoutMs, topicNames: request.subscribedTopicNames,
            expression: request.subscribedTopicRegex, serverAssignor: request.serverAssignor,
            owned: request.topicPartitions.map { topics in
                var owned = PartitionAssignment()
                for topic in topics { owned[topic.topicID].formUnion(topic.partitions) }
                return owned
            },
            clientID: clientID ?? "", clientHost: clientHost,
            requiresMemberID: version >= Self.firstVersionWithRequiredMemberID)
    }
}

extension ConsumerGroupHeartbeatResponse {
    /// Writes the answer to a heartbeat.
    init(_ result: ConsumerHeartbeatResult) {
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
    init(_ error: ErrorCode, message: String? = nil) { self.init(errorCode: error.rawValue, errorMessage: message) }
}

extension ConsumerGroupDescribeResponse.DescribedGroup {
    /// The first version that tells members of the classic protocol from others (KIP-1099).
    private static let firstVersionWithMemberType: Int16 = 1
    private static let classicMember: Int8 = 0
    private static let consumerMember: Int8 = 1

    /// Writes the description of a group as `version` has it.
    ///
    /// - Parameters:
    ///   - description: The group.
    ///   - version: The version of the request.
    ///   - authorizedOperations: What the client may do to the group, one bit for each operation (KIP-430); `nil` if
    ///     it did not ask.
    init(_ description: ConsumerGroupDescription, version: Int16, authorizedOperations: Int32?) {
        typealias Response = ConsumerGroupDescribeResponse
        func assignment(_ topics: [ConsumerGroupDescription.TopicPartitions]) -> Response.Assignment {
            Response.Assignment(
                topicPartitions: topics.map {
                    Response.TopicPartitions(topicID: $0.topicID, topicName: $0.topic, partitions: $0.partitions)
                })
        }
        self.init(
            groupID: description.groupID.rawValue, groupState: description.state, groupEpoch: description.groupEpoch,
            assignmentEpoch: description.assignmentEpoch, assignorName: description.assignor,
            members: description.members.map { member in
                var described = Response.Member(
                    memberID: member.memberID.rawValue, instanceID: member.instanceID?.rawValue, rackID: member.rackID,
                    memberEpoch: member.epoch, clientID: member.clientID, clientHost: member.clientHost,
                    subscribedTopicNames: member.topicNames, subscribedTopicRegex: member.expression,
                    assignment: assignment(member.assignment), targetAssignment: assignment(member.target))
                if version >= Self.firstVersionWithMemberType {
                    described.memberType = member.usesClassicProtocol ? Self.classicMember : Self.consumerMember
                }
                return described
            },
            authorizedOperations: authorizedOperations ?? Int32.min)
    }

    /// The answer for a group that cannot be described.
    init(_ error: ErrorCode, groupID: String, message: String? = nil) {
        self.init(errorCode: error.rawValue, errorMessage: message, groupID: groupID)
    }
}

extension ConsumerGroupDescription {
    /// The topics that the description names, by themselves or in its members' assignments.
    var namedTopics: Set<String> {
        members.reduce(into: []) { topics, member in
            topics.formUnion(member.topicNames)
            topics.formUnion((member.assignment + member.target).map(\.topic))
        }
    }
}

import KafkaProtocol
import RecordFormat

extension KafkaAdmin {
    /// The groups of consumers of all brokers, by name: those of the consumer protocol, and of the classic one those
    /// whose members are consumers or that have only offsets.
    ///
    /// - Throws: ``KafkaClientError`` when a broker does not answer: its groups would be missing.
    public func listConsumerGroups() async throws -> [GroupListing] {
        try await listGroups().filter {
            $0.type != .share && ($0.protocolType.isEmpty || $0.protocolType == Self.consumers)
        }
    }

    /// A group of consumers and its members.
    ///
    /// - Throws: ``KafkaClientError`` with code `.broker`: GROUP_ID_NOT_FOUND for a group that is not there, or is of
    ///   another kind.
    public func describeConsumerGroup(_ groupID: String) async throws -> ConsumerGroupDescription {
        try Self.only(groupID, of: try await describeConsumerGroups([groupID]))
    }

    /// Groups of consumers and their members, by name.
    ///
    /// Each is asked for as a group of the consumer protocol first, and then as one of the classic protocol, since no
    /// answer tells which it is.
    public func describeConsumerGroups(
        _ groupIDs: [String]
    ) async throws -> [String: Result<ConsumerGroupDescription, KafkaClientError>] {
        try await each(groupIDs) { groupID in
            do {
                return try await self.describeModern(groupID)
            } catch let error as KafkaClientError
                where error.code == .unsupportedVersion || error.errorCode == .groupIDNotFound
                || error.errorCode == .unsupportedVersion
            {
                return try await self.describeClassic(groupID)
            }
        }
    }

    /// What groups of consumers are called among those of the classic protocol.
    private static let consumers = "consumer"

    private func describeModern(_ groupID: String) async throws -> ConsumerGroupDescription {
        let coordinator = GroupCoordinator(client: client, groupID: groupID, lane: .shared)
        return try await client.retrying {
            let response = try await coordinator.call(ConsumerGroupDescribeRequest.self) { _ in
                ConsumerGroupDescribeRequest(groupIDs: [groupID])
            }
            guard let group = response.groups.first else {
                throw KafkaClientError(.malformedResponse, "the broker's answer leaves out group \(groupID)")
            }
            if let error = coordinator.check(group.errorCode, while: "describing group \(groupID)") { throw error }
            return Self.description(of: group, coordinator: try await coordinator.find())
        }
    }

    private static func description(
        of group: ConsumerGroupDescribeResponse.DescribedGroup, coordinator: Int32
    ) -> ConsumerGroupDescription {
        let members = group.members.map { member in
            ConsumerGroupDescription.Member(
                memberID: member.memberID, groupInstanceID: member.instanceID, clientID: member.clientID,
                clientHost: member.clientHost,
                partitions: member.assignment.topicPartitions.flatMap { topic in
                    topic.partitions.map { TopicPartition(topic.topicName, $0) }
                }.sorted(), type: member.memberType < 0 ? nil : member.memberType == 0 ? .classic : .consumer)
        }
        return ConsumerGroupDescription(
            groupID: group.groupID, type: .consumer, state: group.groupState, assignor: group.assignorName,
            isSimple: false, coordinator: coordinator, members: members.sorted { $0.memberID < $1.memberID })
    }

    private func describeClassic(_ groupID: String) async throws -> ConsumerGroupDescription {
        let group = try await describeGroup(groupID)
        let isOfConsumers = group.protocolType.isEmpty || group.protocolType == Self.consumers
        // Older brokers describe a group that is not there as dead.
        guard isOfConsumers, group.state != "Dead" else {
            throw KafkaClientError(
                .broker, "there is no group of consumers with the name \(groupID)", errorCode: .groupIDNotFound)
        }
        let members = group.members.map {
            ConsumerGroupDescription.Member(
                memberID: $0.memberID, groupInstanceID: $0.groupInstanceID, clientID: $0.clientID,
                clientHost: $0.clientHost, partitions: $0.partitions.sorted(), type: .classic)
        }
        return ConsumerGroupDescription(
            groupID: groupID, type: .classic, state: group.state, assignor: group.protocolName,
            isSimple: group.protocolType.isEmpty, coordinator: group.coordinator,
            members: members.sorted { $0.memberID < $1.memberID })
    }
}

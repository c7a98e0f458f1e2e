internal import RecordFormat

extension ConsumerGroup {
    /// The group as ConsumerGroupDescribe shows it.
    func groupDescription(
        _ configuration: GroupCoordinatorConfiguration, _ catalog: TopicCatalog
    ) -> ConsumerGroupDescription {
        let group = durableState
        func named(_ assignment: PartitionAssignment?) -> [ConsumerGroupDescription.TopicPartitions] {
            (assignment?.sorted ?? []).compactMap { topic, partitions in
                // A topic that is gone has no name any more.
                catalog.names[topic].map { .init(topicID: topic, topic: $0, partitions: partitions) }
            }
        }
        return ConsumerGroupDescription(
            groupID: id, state: group.phase.rawValue, groupEpoch: group.groupEpoch,
            assignmentEpoch: group.targetEpoch, assignor: group.preferredAssignor(configuration).rawValue,
            members: group.sortedMembers.map { member in
                ConsumerGroupDescription.Member(
                    memberID: member.id, instanceID: member.metadata.instanceID, rackID: member.metadata.rackID,
                    epoch: member.current.epoch, clientID: member.metadata.clientID,
                    clientHost: member.metadata.clientHost, topicNames: member.metadata.topicNames,
                    expression: member.metadata.expression, assignment: named(member.current.assigned),
                    target: named(group.targets[member.id]), usesClassicProtocol: member.usesClassicProtocol)
            })
    }

    /// The group as ListGroups shows it; `nil` while the log has nothing of it.
    var listing: GroupListing? {
        guard durableState.exists else { return nil }
        return GroupListing(
            groupID: id, protocolType: ConsumerSubscription.protocolType, state: durableState.phase.rawValue,
            groupType: .consumer)
    }
}

import KafkaProtocol
public import RecordFormat

extension KafkaAdmin {
    private func coordinator(of groupID: String) -> GroupCoordinator {
        GroupCoordinator(client: client, groupID: groupID, lane: .shared)
    }

    // MARK: Groups

    /// The groups of all brokers, by name.
    ///
    /// - Throws: ``KafkaClientError`` when a broker does not answer: its groups would be missing.
    public func listGroups() async throws -> [GroupListing] {
        let brokers = try await client.cluster().brokers
        let answers = try await each(brokers.map(\.nodeID)) { node in
            try await self.client.retrying {
                let response = try await self.client.call(ListGroupsRequest(), to: .node(node))
                if let error = KafkaClientError(
                    rawCode: response.errorCode, while: "listing the groups of broker \(node)")
                {
                    throw error
                }
                return response.groups
            }
        }
        return try answers.values.flatMap { try $0.get() }
            .map {
                GroupListing(
                    groupID: $0.groupID, protocolType: $0.protocolType, state: $0.groupState,
                    type: GroupType(name: $0.groupType))
            }
            .sorted { $0.groupID < $1.groupID }
    }

    /// A group and its members.
    ///
    /// - Throws: ``KafkaClientError`` with code `.broker`: GROUP_ID_NOT_FOUND from newer brokers; older ones describe
    ///   a group that is not there as `Dead`.
    public func describeGroup(_ groupID: String) async throws -> GroupDescription {
        try Self.only(groupID, of: try await describeGroups([groupID]))
    }

    /// Groups and their members, by name.
    public func describeGroups(
        _ groupIDs: [String]
    ) async throws -> [String: Result<GroupDescription, KafkaClientError>] {
        try await each(groupIDs) { groupID in
            let coordinator = self.coordinator(of: groupID)
            return try await self.client.retrying {
                let response = try await coordinator.call(DescribeGroupsRequest.self) { _ in
                    DescribeGroupsRequest(groups: [groupID])
                }
                guard let group = response.groups.first else {
                    throw KafkaClientError(.malformedResponse, "the broker's answer leaves out group \(groupID)")
                }
                if let error = coordinator.check(group.errorCode, while: "describing group \(groupID)") { throw error }
                return Self.description(of: group, coordinator: try await coordinator.find())
            }
        }
    }

    private static func description(
        of group: DescribeGroupsResponse.DescribedGroup, coordinator: Int32
    ) -> GroupDescription {
        GroupDescription(
            groupID: group.groupID, state: group.groupState, protocolType: group.protocolType,
            protocolName: group.protocolData, coordinator: coordinator,
            members: group.members.map { member in
                let partitions =
                    group.protocolType == "consumer"
                    ? try? ConsumerGroupFormat.decodeAssignment(member.memberAssignment) : nil
                return GroupMemberDescription(
                    memberID: member.memberID, groupInstanceID: member.groupInstanceID, clientID: member.clientID,
                    clientHost: member.clientHost, metadata: member.memberMetadata, assignment: member.memberAssignment,
                    partitions: partitions ?? [])
            })
    }

    /// Deletes a group without members, and its offsets.
    ///
    /// - Throws: ``KafkaClientError`` with code `.broker`: NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND, …
    public func deleteGroup(_ groupID: String) async throws {
        try Self.only(groupID, of: try await deleteGroups([groupID]))
    }

    /// Deletes groups without members, and their offsets.
    public func deleteGroups(_ groupIDs: [String]) async throws -> [String: Result<Void, KafkaClientError>] {
        try await each(groupIDs) { groupID in
            let coordinator = self.coordinator(of: groupID)
            try await self.client.retrying {
                let response = try await coordinator.call(DeleteGroupsRequest.self) { _ in
                    DeleteGroupsRequest(groupsNames: [groupID])
                }
                for result in response.results {
                    if let error = coordinator.check(result.errorCode, while: "deleting group \(groupID)") {
                        throw error
                    }
                }
            }
        }
    }

    // MARK: Offsets

    /// A group's committed offsets.
    ///
    /// - Parameter partitions: Those of interest; `nil` for all. Partitions without an offset are missing from the
    ///   answer.
    public func listGroupOffsets(
        _ groupID: String, partitions: [TopicPartition]? = nil
    ) async throws -> [TopicPartition: OffsetAndMetadata] {
        try await GroupOffsets(client: client, coordinator: coordinator(of: groupID)).committed(partitions)
    }

    /// Sets a group's offsets; the group must have no active member.
    ///
    /// - Throws: ``KafkaClientError`` with code `.broker`: UNKNOWN_MEMBER_ID while the group has members.
    public func alterGroupOffsets(_ groupID: String, _ offsets: [TopicPartition: OffsetAndMetadata]) async throws {
        do {
            try await GroupOffsets(client: client, coordinator: coordinator(of: groupID)).commit(offsets, by: .init())
        } catch let superseded as GroupOffsets.CommitSuperseded {
            var error = superseded.error
            error.message += "; the group has active members, stop them first"
            throw error
        }
    }

    /// Deletes offsets of a group that has no member subscribed to their topics (KIP-496).
    ///
    /// - Returns: Of each partition whether that was done; UNKNOWN_TOPIC_OR_PARTITION where there was no offset.
    /// - Throws: ``KafkaClientError`` with code `.broker` for what concerns the whole group, such as GROUP_ID_NOT_FOUND.
    public func deleteGroupOffsets(
        _ groupID: String, _ partitions: [TopicPartition]
    ) async throws -> [TopicPartition: Result<Void, KafkaClientError>] {
        if partitions.isEmpty { return [:] }
        let coordinator = coordinator(of: groupID)
        let topics = Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }
        let request = OffsetDeleteRequest(
            groupID: groupID,
            topics: topics.map { topic, partitions in
                .init(name: topic, partitions: partitions.map { .init(partitionIndex: $0.partition) })
            })
        return try await client.retrying {
            let response = try await coordinator.call(OffsetDeleteRequest.self) { _ in request }
            let action = "deleting offsets of group \(groupID)"
            if let error = coordinator.check(response.errorCode, while: action) { throw error }
            var results: [TopicPartition: Result<Void, KafkaClientError>] = [:]
            for topic in response.topics {
                for partition in topic.partitions {
                    let error = coordinator.check(partition.errorCode, while: action)
                    results[TopicPartition(topic.name, partition.partitionIndex)] =
                        error.map { .failure($0) } ?? .success(())
                }
            }
            return results
        }
    }

    /// Offsets of partitions, at their ends or by time.
    ///
    /// - Returns: Of each partition the offset, or what kept it away. Where no record is as young as the time asked
    ///   for, the offset is the one after the last record, without a timestamp.
    public func listOffsets(
        _ specifications: [TopicPartition: OffsetSpecification],
        isolationLevel: ConsumerConfiguration.IsolationLevel = .readUncommitted
    ) async throws -> [TopicPartition: Result<OffsetAndTimestamp, KafkaClientError>] {
        let lookup = OffsetLookup(client: client, isolationLevel: isolationLevel)
        let answers = try await lookup.findRetrying(specifications.mapValues(\.mark))
        let unfound = answers.filter { if case .success(nil) = $0.value { true } else { false } }.keys
        let ends = try await lookup.findRetrying(
            Dictionary(uniqueKeysWithValues: unfound.map { ($0, OffsetLookup.Mark.latest) }))
        return answers.merging(ends) { _, end in end }.mapValues { answer in
            answer.map { $0 ?? OffsetAndTimestamp(offset: .zero) }
        }
    }
}

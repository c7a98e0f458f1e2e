import Coordination
import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

@Suite struct OffsetExchangeTests {
    private static let id = TopicID(high: 1, low: 2)

    /// Knows the topic `known`; the client must not see `secret`.
    private func resolve(_ topic: TopicReference) -> Result<String, ErrorCode> {
        switch topic {
        case .name("known"), .id(Self.id): .success("known")
        case .name("secret"): .failure(.topicAuthorizationFailed)
        case .name: .failure(.unknownTopicOrPartition)
        case .id: .failure(.unknownTopicID)
        }
    }

    private func topicID(_ name: String) -> TopicID? { name == "known" ? Self.id : nil }

    private func commitRequest(version: Int16) -> OffsetCommitRequest {
        func partition(_ index: Int32, _ offset: Int64) -> OffsetCommitRequest.OffsetCommitRequestPartition {
            .init(
                partitionIndex: index, committedOffset: offset, committedLeaderEpoch: version >= 6 ? 4 : -1,
                committedMetadata: index == 0 ? nil : "note")
        }
        let known = version >= 10 ? "" : "known"
        let unknown = version >= 10 ? "" : "unknown"
        return OffsetCommitRequest(
            groupID: "group", generationIDOrMemberEpoch: 3, memberID: "m", groupInstanceID: version >= 7 ? "i" : nil,
            retentionTimeMs: version <= 4 ? 60_000 : -1,
            topics: [
                .init(
                    name: unknown, topicID: version >= 10 ? TopicID(high: 9, low: 9) : .zero,
                    partitions: [partition(0, 1)]),
                .init(
                    name: known, topicID: version >= 10 ? Self.id : .zero,
                    partitions: [partition(0, 5), partition(1, 6)]),
            ])
    }

    @Test(arguments: OffsetCommitRequest.versions) func commitsReachTheGroupWithoutUnknownTopics(version: Int16) throws
    {
        let request = try roundTrip(commitRequest(version: version), version)
        let exchange = OffsetCommitExchange(request, version: version, resolve: resolve, hasPartition: { _ in true })
        let commit = exchange.commit
        #expect(commit.groupID == "group" && commit.memberID == "m" && commit.generation == GenerationID(3))
        #expect(commit.instanceID == (version >= 7 ? "i" : nil))
        #expect(commit.retention == (version <= 4 ? .seconds(60) : nil))
        #expect(commit.entries.map(\.partition) == [TopicPartition("known", 0), TopicPartition("known", 1)])
        #expect(commit.entries.map(\.offset) == [LogOffset(5), LogOffset(6)])
        #expect(commit.entries.map(\.metadata) == ["", "note"])
        #expect(commit.entries[0].leaderEpoch == LeaderEpoch(version >= 6 ? 4 : -1))

        let result = OffsetUpdateResult(entries: [
            .init(partition: TopicPartition("known", 0)),
            .init(partition: TopicPartition("known", 1), error: .offsetMetadataTooLarge),
        ])
        let response = try roundTrip(exchange.response(to: result), version)
        let unknown: Int16 = version >= 10 ? 100 : 3
        #expect(response.topics.map { $0.partitions.map(\.errorCode) } == [[unknown], [0, 12]])
        #expect(response.topics.map(\.name) == (version >= 10 ? ["", ""] : ["unknown", "known"]))
        #expect(response.topics[1].topicID == (version >= 10 ? Self.id : .zero))

        let failed = try roundTrip(exchange.response(failing: .notCoordinator), version)
        #expect(failed.topics.map { $0.partitions.map(\.errorCode) } == [[unknown], [16, 16]])
    }

    @Test(arguments: [(Int16(8), Int16(22)), (9, 69)]) func olderClientsHearOfAnIllegalGeneration(
        version: Int16, code: Int16
    ) {
        let exchange = OffsetCommitExchange(
            commitRequest(version: version), version: version, resolve: resolve, hasPartition: { _ in true })
        let entries = exchange.commit.entries.map {
            OffsetUpdateResult.Entry(partition: $0.partition, error: .groupIDNotFound)
        }
        let response = exchange.response(to: OffsetUpdateResult(error: .groupIDNotFound, entries: entries))
        #expect(response.topics[1].partitions.map(\.errorCode) == [code, code])
    }

    @Test func commitOfUnknownTopicsAloneAsksNobody() {
        var request = commitRequest(version: 9)
        request.topics.removeLast()
        let exchange = OffsetCommitExchange(request, version: 9, resolve: resolve, hasPartition: { _ in true })
        #expect(exchange.commit.entries.isEmpty)
        #expect(exchange.response(to: nil).topics[0].partitions.map(\.errorCode) == [3])
    }

    private func committed(_ topic: String, _ partition: Int32, _ offset: Int64) -> OffsetFetchResult.Entry {
        .init(
            partition: TopicPartition(topic, partition),
            committed: OffsetCommitValue(
                offset: LogOffset(offset), leaderEpoch: LeaderEpoch(4), metadata: "note",
                commitTimestamp: Timestamp(milliseconds: 0)))
    }

    @Test(arguments: Int16(1)...7) func oneGroupIsAskedUpToVersion7(version: Int16) throws {
        let request = OffsetFetchRequest(
            groupID: "group",
            topics: [.init(name: "known", partitionIndexes: [0, 1]), .init(name: "secret", partitionIndexes: [0])],
            requireStable: version >= 7)
        let exchange = OffsetFetchExchange(
            try roundTrip(request, version), version: version, resolve: resolve, topicID: topicID)
        let partitions = [TopicPartition("known", 0), TopicPartition("known", 1)]
        #expect(
            exchange.fetches
                == [OffsetFetch(groupID: "group", partitions: partitions, requiresStable: version >= 7)])
        let result = OffsetFetchResult(entries: [
            committed("known", 0, 5), .init(partition: partitions[1], error: .unstableOffsetCommit, committed: nil),
        ])
        let response = try roundTrip(exchange.response(to: [.success(result)]), version)
        #expect(response.topics.map(\.name) == ["known", "secret"])
        #expect(response.topics[0].partitions.map(\.committedOffset) == [5, -1])
        #expect(response.topics[0].partitions.map(\.committedLeaderEpoch) == (version >= 5 ? [4, -1] : [-1, -1]))
        #expect(response.topics[0].partitions.map(\.metadata) == ["note", ""])
        #expect(response.topics[0].partitions.map(\.errorCode) == [0, 88])
        #expect(response.topics[1].partitions.map(\.errorCode) == [29])

        let failed = try roundTrip(exchange.response(to: [.failure(.notCoordinator)]), version)
        if version >= 2 {
            #expect(failed.errorCode == 16 && failed.topics.isEmpty)
        } else {
            #expect(failed.topics.map { $0.partitions.map(\.errorCode) } == [[16, 16], [16]])
        }
    }

    @Test(arguments: Int16(2)...10) func nullTopicsAskForAll(version: Int16) throws {
        let request =
            version <= 7
            ? OffsetFetchRequest(groupID: "group", topics: nil)
            : OffsetFetchRequest(groups: [.init(groupID: "group", topics: nil)])
        let exchange = OffsetFetchExchange(
            try roundTrip(request, version), version: version,
            resolve: { topic in
                // Offsets of a topic that is gone are still the group's.
                if case .name("gone") = topic { return .success("gone") }
                return resolve(topic)
            }, topicID: topicID)
        #expect(exchange.fetches == [OffsetFetch(groupID: "group", partitions: nil)])
        let result = OffsetFetchResult(entries: [
            committed("gone", 0, 1), committed("known", 0, 5), committed("known", 2, 6), committed("secret", 0, 7),
            committed("secret", 1, 8),
        ])
        let response = try roundTrip(exchange.response(to: [.success(result)]), version)
        if version <= 7 {
            #expect(response.topics.map(\.name) == ["gone", "known"])
            #expect(response.topics[1].partitions.map(\.partitionIndex) == [0, 2])
        } else if version <= 9 {
            #expect(response.groups[0].topics.map(\.name) == ["gone", "known"])
        } else {
            // Without an identity there is no way to name the topic.
            #expect(response.groups[0].topics.map(\.topicID) == [Self.id])
            #expect(response.groups[0].topics[0].partitions.map(\.committedOffset) == [5, 6])
        }
    }

    @Test(arguments: Int16(8)...10) func manyGroupsAreAskedFromVersion8On(version: Int16) throws {
        let topic: OffsetFetchRequest.OffsetFetchRequestTopics =
            version >= 10
            ? .init(topicID: Self.id, partitionIndexes: [0]) : .init(name: "known", partitionIndexes: [0])
        let unknown: OffsetFetchRequest.OffsetFetchRequestTopics =
            version >= 10
            ? .init(topicID: TopicID(high: 9, low: 9), partitionIndexes: [0])
            : .init(name: "unknown", partitionIndexes: [0])
        let request = OffsetFetchRequest(
            groups: [.init(groupID: "a", topics: [topic, unknown]), .init(groupID: "b", topics: [topic])],
            requireStable: true)
        let exchange = OffsetFetchExchange(
            try roundTrip(request, version), version: version, resolve: resolve, topicID: topicID)
        #expect(exchange.fetches.map(\.groupID) == ["a", "b"])
        #expect(exchange.fetches.allSatisfy { $0.partitions == [TopicPartition("known", 0)] && $0.requiresStable })
        let result = OffsetFetchResult(entries: [committed("known", 0, 5)])
        let response = try roundTrip(
            exchange.response(to: [.success(result), .failure(.groupAuthorizationFailed)]), version)
        #expect(response.groups.map(\.groupID) == ["a", "b"] && response.groups.map(\.errorCode) == [0, 30])
        let answers = response.groups[0].topics
        #expect(answers.map { $0.partitions.map(\.committedOffset) } == [[5], [-1]])
        #expect(answers[1].partitions.map(\.errorCode) == [version >= 10 ? 100 : 3])
        #expect(answers.map(\.name) == (version >= 10 ? ["", ""] : ["known", "unknown"]))
        #expect(response.groups[1].topics.isEmpty)
    }
}

import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

/// Asks one API after another at each of its versions.
struct VersionSweep {
    let server: TestBroker
    let client: TestConnection

    static let served: [APIKey] = [
        .produce, .fetch, .listOffsets, .offsetForLeaderEpoch, .metadata, .offsetCommit, .offsetFetch, .findCoordinator,
        .joinGroup,
        .heartbeat,
        .leaveGroup, .syncGroup, .describeGroups, .listGroups, .apiVersions, .createTopics, .deleteTopics,
        .initProducerID,
        .describeConfigs, .createPartitions, .deleteGroups, .describeCluster, .addPartitionsToTxn, .addOffsetsToTxn,
        .endTxn, .writeTxnMarkers, .txnOffsetCommit, .listTransactions, .describeTransactions, .describeProducers,
        .offsetDelete, .consumerGroupHeartbeat,
        .consumerGroupDescribe, .shareGroupHeartbeat, .shareGroupDescribe, .shareFetch, .shareAcknowledge,
        .describeShareGroupOffsets, .alterShareGroupOffsets, .deleteShareGroupOffsets,
        .initializeShareGroupState, .readShareGroupState, .writeShareGroupState, .deleteShareGroupState,
        .readShareGroupStateSummary,
        .alterConfigs, .incrementalAlterConfigs, .listConfigResources, .deleteRecords, .describeLogDirs,
        .alterReplicaLogDirs, .describeTopicPartitions, .describeQuorum, .electLeaders, .alterPartitionReassignments,
        .listPartitionReassignments, .describeClientQuotas, .alterClientQuotas, .updateFeatures,
        .getTelemetrySubscriptions, .pushTelemetry, .unregisterBroker,
    ]

    private static let missingID = TopicID(high: 1, low: 2)

    func topicsAndRecords() async throws {
        let id = try await server.createTopic("present", partitions: 2)
        try await produce(id)
        try await fetch(id)
        try await listOffsets()
        try await endsOfEpochs()
        try await metadata(id)
        try await initializeProducer()
    }

    private func produce(_ id: TopicID) async throws {
        for version in ProduceRequest.versions {
            func topic(_ name: String, _ id: TopicID, _ partition: Int32) throws -> ProduceRequest.TopicProduceData {
                let data = ProduceRequest.PartitionProduceData(
                    index: partition, records: try TestRecords.batch(["version \(version)"]))
                return version >= 13
                    ? .init(topicID: id, partitionData: [data]) : .init(name: name, partitionData: [data])
            }
            for acks in [Int16(-1), 1] {
                let answer = try await client.ask(
                    ProduceRequest(
                        acks: acks, timeoutMs: 5_000,
                        topicData: [
                            try topic("present", id, 1), try topic("missing", Self.missingID, 0),
                            try topic("present", id, 9),
                        ]),
                    version: version)
                let codes = answer.responses.map { ErrorCode.of($0.partitionResponses[0].errorCode) }
                #expect(
                    codes == [
                        .none, version >= 13 ? .unknownTopicID : .unknownTopicOrPartition, .unknownTopicOrPartition,
                    ])
                #expect(answer.responses[0].partitionResponses[0].baseOffset >= 0)
            }
            let bad = try await client.ask(
                ProduceRequest(acks: 2, timeoutMs: 5_000, topicData: [try topic("present", id, 1)]), version: version)
            #expect(ErrorCode.of(bad.responses[0].partitionResponses[0].errorCode) == .invalidRequiredAcks)
            let empty = try await client.ask(ProduceRequest(acks: -1, timeoutMs: 5_000), version: version)
            #expect(empty.responses.isEmpty)
        }
    }

    private func fetch(_ id: TopicID) async throws {
        for version in FetchRequest.versions {
            func topic(_ name: String, _ id: TopicID, _ partition: Int32, _ offset: Int64) -> FetchRequest.FetchTopic {
                let data = FetchRequest.FetchPartition(
                    partition: partition, fetchOffset: offset, logStartOffset: version >= 5 ? 0 : -1,
                    partitionMaxBytes: 1 << 20)
                return version >= 13 ? .init(topicID: id, partitions: [data]) : .init(topic: name, partitions: [data])
            }
            var request = FetchRequest(
                maxWaitMs: 0, minBytes: 1, maxBytes: 1 << 20,
                topics: [
                    topic("present", id, 1, 0), topic("missing", Self.missingID, 0, 0),
                    topic("present", id, 0, 1 << 40),
                ])
            let answer = try await client.ask(request, version: version)
            let missing: ErrorCode = version >= 13 ? .unknownTopicID : .unknownTopicOrPartition
            #expect(
                answer.responses.map { ErrorCode.of($0.partitions[0].errorCode) } == [
                    .none, missing, .offsetOutOfRange,
                ],
                "version \(version)")
            #expect(try answer.responses[0].partitions[0].decodedRecords().first?.value?.string == "version 3")
            guard version >= 7 else { continue }
            request.topics = [topic("present", id, 1, 0)]
            request.sessionEpoch = 0
            let opened = try await client.ask(request, version: version)
            #expect(opened.sessionID != 0)
            let next = try await client.ask(
                FetchRequest(
                    maxWaitMs: 0, minBytes: 1, maxBytes: 1 << 20, sessionID: opened.sessionID, sessionEpoch: 1,
                    forgottenTopicsData: [
                        version >= 13 ? .init(topicID: id, partitions: [1]) : .init(topic: "present", partitions: [1])
                    ]),
                version: version)
            #expect(next.errorCode == 0 && next.responses.isEmpty)
            let lost = try await client.ask(
                FetchRequest(maxWaitMs: 0, minBytes: 1, sessionID: 12, sessionEpoch: 5), version: version)
            #expect(ErrorCode.of(lost.errorCode) == .fetchSessionIDNotFound)
        }
    }

    private func listOffsets() async throws {
        for version in ListOffsetsRequest.versions {
            var times: [Int64] = [-1, -2, 0, Int64.max]
            if version >= 7 { times.append(-3) }
            if version >= 8 { times.append(-4) }
            if version >= 9 { times.append(-5) }
            if version >= 11 { times.append(-6) }
            for time in times {
                let answer = try await client.ask(
                    ListOffsetsRequest(
                        replicaID: -1,
                        topics: ["present", "missing"].map {
                            .init(name: $0, partitions: [.init(partitionIndex: 1, timestamp: time)])
                        }),
                    version: version)
                #expect(
                    answer.topics.map { ErrorCode.of($0.partitions[0].errorCode) } == [.none, .unknownTopicOrPartition])
                switch time {
                case -1: #expect(answer.topics[0].partitions[0].offset == Int64(ProduceRequest.versions.count * 2))
                case -2, 0, -4: #expect(answer.topics[0].partitions[0].offset == 0)
                case -3: #expect(answer.topics[0].partitions[0].offset >= 0)
                default: #expect(answer.topics[0].partitions[0].offset == -1)
                }
            }
            let beyond = try await client.ask(
                ListOffsetsRequest(
                    replicaID: -1,
                    topics: [
                        .init(
                            name: "present",
                            partitions: [.init(partitionIndex: 1, currentLeaderEpoch: 7, timestamp: -1)])
                    ]),
                version: version)
            #expect(
                ErrorCode.of(beyond.topics[0].partitions[0].errorCode) == (version >= 4 ? .unknownLeaderEpoch : .none))
        }
    }

    private func endsOfEpochs() async throws {
        for version in OffsetForLeaderEpochRequest.versions {
            let answer = try await client.ask(
                OffsetForLeaderEpochRequest(
                    topics: ["present", "missing"].map {
                        .init(topic: $0, partitions: [.init(partition: 1, currentLeaderEpoch: 0, leaderEpoch: 0)])
                    }), version: version)
            let found = answer.topics.map { $0.partitions[0] }
            #expect(found.map { ErrorCode.of($0.errorCode) } == [.none, .unknownTopicOrPartition])
            #expect(found.map(\.leaderEpoch) == [0, -1])
            #expect(found.map(\.endOffset) == [Int64(ProduceRequest.versions.count * 2), -1])
        }
    }

    private func metadata(_ id: TopicID) async throws {
        for version in MetadataRequest.versions {
            var request = MetadataRequest(topics: version == 0 ? [] : nil)
            let all = try await client.ask(request, version: version)
            #expect(all.topics.contains { $0.name == "present" && $0.partitions.count == 2 })
            #expect(all.brokers.map(\.port) == [Int32(server.port)])
            request.topics = [.init(name: "present"), .init(name: "bad/name")]
            if version >= 4 {
                request.allowAutoTopicCreation = false
                request.topics!.append(.init(name: "missing"))
            }
            if version >= 8 { request.includeTopicAuthorizedOperations = true }
            if (8...10).contains(version) { request.includeClusterAuthorizedOperations = true }
            let some = try await client.ask(request, version: version)
            let expected: [ErrorCode] = [.none, .invalidTopicException, .unknownTopicOrPartition]
            #expect(some.topics.map { ErrorCode.of($0.errorCode) } == Array(expected.prefix(some.topics.count)))
            if version >= 8 { #expect(some.topics[0].topicAuthorizedOperations != Int32.min) }
            if version >= 4 {
                let made = try await client.ask(
                    MetadataRequest(topics: [.init(name: "made-\(version)")]), version: version)
                #expect(made.topics.map { ErrorCode.of($0.errorCode) } == [.none])
            }
            guard version >= 10 else { continue }
            let byID = try await client.ask(
                MetadataRequest(topics: [.init(topicID: id, name: nil), .init(topicID: Self.missingID, name: nil)]),
                version: version)
            if version >= 12 {
                #expect(byID.topics.map { ErrorCode.of($0.errorCode) } == [.none, .unknownTopicID])
                #expect(byID.topics[0].name == "present" && byID.topics[1].name == nil)
            } else {
                // Versions 10 and 11 have room for an identity in the request and none in the answer for a topic
                // without a name.
                #expect(byID.topics.map { ErrorCode.of($0.errorCode) } == [.invalidRequest, .invalidRequest])
            }
        }
    }

    private func initializeProducer() async throws {
        var seen: Set<Int64> = []
        for version in InitProducerIdRequest.versions {
            let answer = try await client.ask(
                InitProducerIdRequest(transactionalID: nil, transactionTimeoutMs: 1_000), version: version)
            #expect(answer.errorCode == 0 && answer.producerEpoch == 0)
            #expect(seen.insert(answer.producerID).inserted)
            let transactional = try await client.ask(
                InitProducerIdRequest(transactionalID: "t", transactionTimeoutMs: 1_000), version: version)
            #expect(transactional.errorCode != 0 && transactional.producerID == -1)
        }
    }
}

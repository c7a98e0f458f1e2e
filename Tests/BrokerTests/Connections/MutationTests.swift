import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing

import enum StorageHarness.Seeds

@testable import Broker

/// Frames of every API with bytes changed, cut and added: the broker answers or closes the connection, and goes on.
@Suite struct MutationTests {
    @Test func damagedFramesNeverHarmTheBroker() async throws {
        let seed = Seeds.chosen ?? .random(in: .min ... .max)
        print("mutation seed: \(seed)")
        var random = SeededGenerator(seed: seed)
        try await TestBroker.with(["auto.create.topics.enable": "false", "socket.request.max.bytes": "100000"]) {
            server in
            try await server.createTopic("t", partitions: 2)
            try await server.makeGroupsReady()
            try await server.produce("t", ["kept"])
            for frame in try Self.frames() {
                for _ in 0..<25 {
                    let client = try await server.connect()
                    let mutated = Self.mutate(frame, &random)
                    try? await client.sendRaw(mutated)
                    // A second request behind it, which a broken first one may swallow; the end of what is sent lets a
                    // broker that waits for more go on.
                    try? await client.sendRaw(
                        TestConnection.bytes(of: DescribeClusterRequest(), version: 0, correlationID: 9))
                    try? await client.close()
                }
                let alive = try await server.connect()
                #expect(try await alive.ask(DescribeClusterRequest()).errorCode == 0)
                try await alive.close()
            }
            #expect(try await server.values("t").first == "kept")
        }
    }

    /// One frame of each API, with something in each of its fields.
    private static func frames() throws -> [[UInt8]] {
        let records = try TestRecords.batch(["one", "two"])
        return try [
            frame(TestRecords.produce("t", records), 9), frame(TestRecords.produce("t", acks: 0, records), 3),
            frame(TestRecords.fetch("t", wait: 50)), frame(TestRecords.fetch("t", wait: 50), 12),
            frame(ListOffsetsRequest(topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, timestamp: 0)])])),
            frame(MetadataRequest(topics: [.init(name: "t"), .init(name: "u")])),
            frame(MetadataRequest(topics: nil), 1),
            frame(ApiVersionsRequest(clientSoftwareName: "a", clientSoftwareVersion: "b")),
            frame(
                CreateTopicsRequest(
                    topics: [.init(name: "t", numPartitions: 1, replicationFactor: 1)], validateOnly: true)),
            frame(DeleteTopicsRequest(topics: [.init(name: "nothing")])),
            frame(CreatePartitionsRequest(topics: [.init(name: "t", count: 1, assignments: nil)], validateOnly: true)),
            frame(InitProducerIdRequest(transactionalID: nil)), frame(FindCoordinatorRequest(coordinatorKeys: ["g"])),
            frame(
                JoinGroupRequest(
                    groupID: "g", sessionTimeoutMs: 6_000, memberID: "", protocolType: "c",
                    protocols: [.init(name: "r")])),
            frame(
                SyncGroupRequest(
                    groupID: "g", memberID: "m", assignments: [.init(memberID: "m", assignment: ByteSlice("a"))])),
            frame(HeartbeatRequest(groupID: "g", generationID: 1, memberID: "m")),
            frame(LeaveGroupRequest(groupID: "g", members: [.init(memberID: "m")])),
            frame(
                OffsetCommitRequest(
                    groupID: "g",
                    topics: [
                        .init(
                            name: "t",
                            partitions: [.init(partitionIndex: 0, committedOffset: 1, committedMetadata: "m")])
                    ]), 9),
            frame(
                OffsetFetchRequest(groups: [.init(groupID: "g", topics: [.init(name: "t", partitionIndexes: [0])])]), 9),
            frame(DescribeGroupsRequest(groups: ["g"])), frame(ListGroupsRequest(statesFilter: ["Stable"])),
            frame(DeleteGroupsRequest(groupsNames: ["g"])),
            frame(
                DescribeConfigsRequest(resources: [
                    .init(resourceType: 2, resourceName: "t", configurationKeys: ["retention.ms"])
                ])),
            frame(DescribeClusterRequest()),
        ] + administration() + shareStates()
    }

    private static func frame<Request: KafkaRequest>(_ request: Request, _ version: Int16? = nil) throws -> [UInt8] {
        try TestConnection.bytes(of: request, version: version ?? Request.versions.upperBound, correlationID: 1)
    }

    /// The frames that change no topic even where they are taken as they are.
    private static func administration() throws -> [[UInt8]] {
        try [
            frame(
                AlterConfigsRequest(
                    resources: [
                        .init(resourceType: 2, resourceName: "t", configs: [.init(name: "retention.ms", value: "1")])
                    ], validateOnly: true)),
            frame(
                IncrementalAlterConfigsRequest(
                    resources: [
                        .init(
                            resourceType: 2, resourceName: "t",
                            configs: [.init(name: "cleanup.policy", configOperation: 2, value: "compact")])
                    ], validateOnly: true)),
            frame(ListConfigResourcesRequest(resourceTypes: [2, 16])),
            frame(
                DeleteRecordsRequest(topics: [.init(name: "t", partitions: [.init(partitionIndex: 1, offset: 0)])])),
            frame(DescribeLogDirsRequest(topics: [.init(topic: "t", partitions: [0])])),
            frame(
                AlterReplicaLogDirsRequest(dirs: [.init(path: "/x", topics: [.init(name: "t", partitions: [0])])])),
            frame(
                DescribeTopicPartitionsRequest(
                    topics: [.init(name: "t")], cursor: .init(topicName: "t", partitionIndex: 1))),
            frame(
                DescribeQuorumRequest(topics: [
                    .init(topicName: "__cluster_metadata", partitions: [.init(partitionIndex: 0)])
                ])),
            frame(ElectLeadersRequest(topicPartitions: [.init(topic: "t", partitions: [0])])),
            frame(
                AlterPartitionReassignmentsRequest(topics: [
                    .init(name: "t", partitions: [.init(partitionIndex: 0, replicas: [1])])
                ])),
            frame(ListPartitionReassignmentsRequest(topics: [.init(name: "t", partitionIndexes: [0])])),
            frame(
                DescribeClientQuotasRequest(components: [.init(entityType: "user", matchType: 0, match: "a")])),
            frame(
                AlterClientQuotasRequest(
                    entries: [
                        .init(
                            entity: [.init(entityType: "user", entityName: "no one")],
                            ops: [.init(key: "producer_byte_rate", value: 1e12)])
                    ], validateOnly: true)),
            frame(
                UpdateFeaturesRequest(
                    featureUpdates: [.init(feature: "group.version", maxVersionLevel: 1)], validateOnly: true)),
            frame(
                DescribeShareGroupOffsetsRequest(groups: [
                    .init(groupID: "s", topics: [.init(topicName: "t", partitions: [0])])
                ])),
            frame(
                AlterShareGroupOffsetsRequest(
                    groupID: "s",
                    topics: [.init(topicName: "t", partitions: [.init(partitionIndex: 0, startOffset: 0)])])),
            frame(DeleteShareGroupOffsetsRequest(groupID: "s", topics: [.init(topicName: "t")])),
            frame(GetTelemetrySubscriptionsRequest()),
            frame(PushTelemetryRequest(compressionType: 4, metrics: ByteSlice("metrics"))),
        ]
    }

    /// The frames of nodes about the states of share groups.
    private static func shareStates() throws -> [[UInt8]] {
        try [
            frame(
                WriteShareGroupStateRequest(
                    groupID: "s",
                    topics: [
                        .init(
                            topicID: TopicID(high: 1, low: 2),
                            partitions: [
                                .init(
                                    partition: 0, leaderEpoch: 1, startOffset: 3,
                                    stateBatches: [
                                        .init(firstOffset: 4, lastOffset: 5, deliveryState: 2, deliveryCount: 1)
                                    ])
                            ])
                    ])),
            frame(
                ReadShareGroupStateRequest(
                    groupID: "s",
                    topics: [.init(topicID: TopicID(high: 1, low: 2), partitions: [.init(partition: 0)])])),
        ]
    }

    private static func mutate(_ frame: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = frame
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            // The length stays true to the frame in most cases, so that the damage is found inside of it.
            let place = Int.random(in: 8..<max(9, bytes.count), using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[min(place, bytes.count - 1)] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes[min(place, bytes.count - 1)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2:
                bytes.replaceSubrange(
                    min(place, bytes.count)..<min(place + 4, bytes.count), with: [0x7F, 0xFF, 0xFF, 0xFF])
            case 3: bytes.removeLast(min(bytes.count - 12, Int.random(in: 1...8, using: &random)))
            default: bytes.insert(contentsOf: [0xFF, 0x00, 0x80], at: min(place, bytes.count))
            }
        }
        guard Int.random(in: 0..<10, using: &random) > 0 else { return bytes }
        let length = UInt32(bytes.count - 4)
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(index))) }
        return bytes
    }
}

import RecordFormat
import Testing

@testable import Coordination

/// Holds the codecs of consumer groups' records against the drawing in docs/format/consumer-offsets.md.
@Suite struct ConsumerGroupRecordTests {
    private static let topicID = TopicID(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F)

    private static let member = ConsumerMemberMetadata(
        instanceID: "i", rackID: "r", clientID: "c", clientHost: "/h", topicNames: ["topic"], expression: "a.*",
        rebalanceTimeoutMs: 60000, serverAssignor: "range",
        classic: .init(
            sessionTimeoutMs: 10000, protocols: [GroupProtocol(name: "range", metadata: ByteSlice([1, 2]))]))

    private static let current = CurrentAssignment(
        epoch: 5, previousEpoch: 4, state: .unrevokedPartitions, assigned: PartitionAssignment([topicID: [0]]),
        pendingRevocation: PartitionAssignment([topicID: [2]]))

    private static let resolved = ResolvedExpression(
        topics: ["topic"], version: 7, timestamp: Timestamp(milliseconds: 1_700_000_000_000))

    /// The records that are drawn, with the names of their keys and values.
    private static let drawings: [(record: ConsumerGroupRecord, key: String, value: String)] = [
        (.group(epoch: 5), "consumer-group-key", "consumer-group-epoch-value"),
        (
            .topics(["topic": CatalogedTopic(id: topicID, partitionCount: 3)]), "consumer-group-key",
            "consumer-group-topics-value"
        ),
        (.member("m1", member), "consumer-group-member-key", "consumer-group-member-value"),
        (.targetEpoch(5), "consumer-group-key", "consumer-group-epoch-value"),
        (
            .target("m1", PartitionAssignment([topicID: [0, 2]])), "consumer-group-member-key",
            "consumer-group-target-value"
        ),
        (.current("m1", current), "consumer-group-member-key", "consumer-group-current-value"),
        (.expression("a.*", resolved), "consumer-group-expression-key", "consumer-group-expression-value"),
    ]

    @Test func recordsAreAsDrawn() throws {
        for (index, drawing) in Self.drawings.enumerated() {
            let record = drawing.record.encoded(for: "group")
            let key = try GroupRecordTests.drawn(drawing.key)
            let version = UInt8([3, 4, 5, 6, 7, 8, 16][index])
            #expect(record.key.array == [0, version] + key.array.dropFirst(2), "\(drawing.record)")
            #expect(record.value == (try GroupRecordTests.drawn(drawing.value)), "\(drawing.record)")
            #expect(try DecodedGroupRecord(record) == .consumerGroup("group", drawing.record))
        }
    }

    @Test func tombstonesSayWhatIsGone() throws {
        let tombstones: [ConsumerGroupRecord] = [
            .group(epoch: nil), .topics(nil), .member("m1", nil), .targetEpoch(nil), .target("m1", nil),
            .current("m1", nil), .expression("a.*", nil),
        ]
        for tombstone in tombstones {
            let record = tombstone.encoded(for: "group")
            #expect(record.value == nil && tombstone.isTombstone)
            #expect(try DecodedGroupRecord(record) == .consumerGroup("group", tombstone))
        }
    }

    @Test func partitionsRacksAndLaterTagsArePassedOver() throws {
        var value = try GroupRecordTests.drawn("consumer-group-topics-value").array
        // One partition with one rack, as Kafka 4.0 writes it.
        value.replaceSubrange((value.count - 3)..<(value.count - 2), with: [2, 0, 0, 0, 0, 2, 2, 0x72, 0])
        let record = GroupRecord(
            key: ConsumerGroupRecord.topics(nil).encoded(for: "group").key, value: ByteSlice(value))
        #expect(try DecodedGroupRecord(record) == .consumerGroup("group", Self.drawings[1].record))
        let hashed = GroupRecord(
            key: ConsumerGroupRecord.group(epoch: nil).encoded(for: "group").key,
            value: ByteSlice([0, 0, 0, 0, 0, 5, 1, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]))
        #expect(try DecodedGroupRecord(hashed) == .consumerGroup("group", .group(epoch: 5)))
    }

    /// Each value cut short anywhere is an error and no crash.
    @Test func cutValuesAreRefused() throws {
        for drawing in Self.drawings {
            let record = drawing.record.encoded(for: "group")
            let value = try #require(record.value)
            for length in 0..<value.count {
                let cut = GroupRecord(key: record.key, value: ByteSlice(Array(value.array.prefix(length))))
                #expect(throws: RecordDecodingError.self) { try DecodedGroupRecord(cut) }
            }
        }
        let state = GroupRecord(
            key: ConsumerGroupRecord.current("m1", nil).encoded(for: "group").key,
            value: ByteSlice([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 9, 1, 1, 0]))
        #expect(throws: RecordDecodingError.self) { try DecodedGroupRecord(state) }
        let version = GroupRecord(
            key: ConsumerGroupRecord.group(epoch: nil).encoded(for: "group").key,
            value: ByteSlice([0, 1, 0, 0, 0, 1, 0]))
        #expect(throws: RecordDecodingError.self) { try DecodedGroupRecord(version) }
    }

    @Test func subscriptionsOfAllVersionsAreRead() throws {
        let bytes: [UInt8] =
            [0, 3, 0, 0, 0, 1, 0, 1, 0x61, 0, 0, 0, 1, 9] + [0, 0, 0, 1, 0, 1, 0x61, 0, 0, 0, 2]
            + [0, 0, 0, 1, 0, 0, 0, 3] + [0, 0, 0, 7, 0, 1, 0x72]
        let subscription = try #require(ConsumerSubscription(ByteSlice(bytes)))
        #expect(subscription.topics == ["a"] && subscription.owned == ["a": [1, 3]] && subscription.rackID == "r")
        for length in 0..<bytes.count { #expect(ConsumerSubscription(ByteSlice(Array(bytes.prefix(length)))) == nil) }
        let assignment = ConsumerSubscription.assignment(["a": [1, 3]], version: 7)
        #expect(assignment.array.prefix(2) == [0, 3])
        #expect(ConsumerSubscription.partitions(inAssignment: assignment) == ["a": [1, 3]])
        #expect(ConsumerSubscription.partitions(inAssignment: .empty) == [:])
        #expect(ConsumerSubscription.partitions(inAssignment: ByteSlice([0, 0, 0])) == nil)
    }
}

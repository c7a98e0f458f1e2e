import Foundation
import RecordFormat
import Testing

@testable import Coordination

/// Holds the codecs against the drawing in docs/format/consumer-offsets.md.
@Suite struct GroupRecordTests {
    /// The bytes that the drawing shows under a name.
    static func drawn(_ name: String, in document: String = "consumer-offsets.md") throws -> ByteSlice {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/format/\(document)"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "```hex \(name)"), "no drawing of \(name)")
        var bytes: [UInt8] = []
        for line in lines[(start + 1)...].prefix(while: { $0 != "```" }) {
            let digits = String(line.firstRange(of: "  ").map { line[..<$0.lowerBound] } ?? line).filter { $0 != " " }
            var rest = Substring(digits)
            while !rest.isEmpty {
                bytes.append(try #require(UInt8(rest.prefix(2), radix: 16)))
                rest = rest.dropFirst(2)
            }
        }
        return ByteSlice(bytes)
    }

    private static let topicID = TopicID(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F)

    private static func offset(version: Int16) -> OffsetCommitValue {
        OffsetCommitValue(
            offset: LogOffset(42), leaderEpoch: version >= 3 ? LeaderEpoch(7) : .none, metadata: "note",
            commitTimestamp: Timestamp(milliseconds: 1_700_000_000_000),
            expireTimestamp: version == 1 ? Timestamp(milliseconds: 1_700_000_034_304) : .none,
            topicID: version >= 4 ? topicID : .zero)
    }

    private static func group(version: Int16) -> GroupMetadataValue {
        GroupMetadataValue(
            protocolType: "consumer", generation: GenerationID(5), protocolName: "range", leader: "m1",
            currentStateTimestamp: version >= 2 ? Timestamp(milliseconds: 1_700_000_000_000) : .none,
            members: [
                .init(
                    memberID: "m1", instanceID: version >= 3 ? "i" : nil, clientID: "c", clientHost: "/h",
                    rebalanceTimeoutMs: version >= 1 ? 60000 : -1, sessionTimeoutMs: 10000,
                    subscription: ByteSlice([1, 2]), assignment: ByteSlice([3]))
            ])
    }

    /// Records are read by the megabyte, and a member's bytes must not keep all of it.
    @Test func membersHaveMemoryOfTheirOwn() throws {
        let bytes = Self.group(version: 3).encoded()
        let member = try #require(try GroupMetadataValue(decoding: bytes).members.first)
        try bytes.withUnsafeBytes { all in
            let start = try #require(all.baseAddress)
            for kept in [member.subscription, member.assignment] {
                let place = try #require(kept.withUnsafeBytes { $0.baseAddress })
                #expect(place < start || place >= start + all.count)
            }
        }
    }

    @Test func offsetCommitRecordIsAsDrawn() throws {
        let partition = TopicPartition("topic", 3)
        let record = GroupRecord.offsetCommit("group", partition, Self.offset(version: 3))
        #expect(record.key == (try Self.drawn("offset-commit-key")))
        #expect(record.value == (try Self.drawn("offset-commit-value-3")))
        #expect(try DecodedGroupRecord(record) == .offsetCommit("group", partition, Self.offset(version: 3)))
        let tombstone = GroupRecord(key: record.key, value: nil)
        #expect(GroupRecord.offsetCommit("group", partition, nil) == tombstone)
        #expect(try DecodedGroupRecord(tombstone) == .offsetCommit("group", partition, nil))
    }

    @Test(arguments: [Int16(1), 2, 3, 4]) func offsetCommitValueIsAsDrawn(version: Int16) throws {
        let drawn = try Self.drawn("offset-commit-value-\(version)")
        #expect(Self.offset(version: version).encoded(version: version).array == drawn.array)
        #expect(try OffsetCommitValue(decoding: drawn) == Self.offset(version: version))
    }

    @Test func groupRecordIsAsDrawn() throws {
        let record = GroupRecord.groupMetadata("group", Self.group(version: 3))
        #expect(record.key == (try Self.drawn("group-metadata-key")))
        #expect(record.value == (try Self.drawn("group-metadata-value-3")))
        #expect(try DecodedGroupRecord(record) == .groupMetadata("group", Self.group(version: 3)))
        let tombstone = GroupRecord.groupMetadata("group", nil)
        #expect(tombstone.value == nil)
        #expect(try DecodedGroupRecord(tombstone) == .groupMetadata("group", nil))
    }

    @Test(arguments: [Int16(0), 3, 4]) func groupMetadataValueIsAsDrawn(version: Int16) throws {
        let drawn = try Self.drawn("group-metadata-value-\(version)")
        #expect(Self.group(version: version).encoded(version: version).array == drawn.array)
        #expect(try GroupMetadataValue(decoding: drawn) == Self.group(version: version))
    }

    @Test(arguments: Int16(0)...4) func everyVersionIsReadBack(version: Int16) throws {
        #expect(
            try GroupMetadataValue(decoding: Self.group(version: version).encoded(version: version))
                == Self.group(version: version))
        #expect(
            try OffsetCommitValue(decoding: Self.offset(version: version).encoded(version: version))
                == Self.offset(version: version))
    }

    @Test func emptyGroupIsReadBack() throws {
        let value = GroupMetadataValue(
            protocolType: "", generation: GenerationID(0), protocolName: nil, leader: nil,
            currentStateTimestamp: .none, members: [])
        for version: Int16 in 0...4 {
            #expect(try GroupMetadataValue(decoding: value.encoded(version: version)) == value)
        }
    }

    @Test func oldKeyAndUnknownKindsAreRead() throws {
        var key = try Self.drawn("offset-commit-key").array
        key[1] = 0
        let old = GroupRecord(key: ByteSlice(key), value: nil)
        #expect(
            try DecodedGroupRecord(old)
                == .offsetCommit("group", TopicPartition("topic", 3), nil))
        let other = GroupRecord(key: ByteSlice([0, 99, 0, 1, 0x67]), value: ByteSlice([0xFF]))
        #expect(try DecodedGroupRecord(other) == .unknown(keyVersion: 99))
    }

    @Test func unknownTagsArePassedOver() throws {
        var bytes = Self.offset(version: 3).encoded(version: 3).array
        bytes = [0, 4] + bytes[2..<14] + [5] + bytes[16..<28] + [1, 9, 2, 0xAA, 0xBB]
        #expect(try OffsetCommitValue(decoding: ByteSlice(bytes)) == Self.offset(version: 3))
    }

    /// Whatever is cut off or changed, decoding ends in a value or an error, never in a trap or a huge allocation.
    @Test func damagedRecordsEndInErrors() throws {
        for version: Int16 in 0...4 {
            for whole in [
                Self.group(version: version).encoded(version: version),
                Self.offset(version: version).encoded(version: version),
            ] {
                for length in 0..<whole.count {
                    #expect(throws: RecordDecodingError.self) { try GroupMetadataValue(decoding: whole[0..<length]) }
                    _ = try? OffsetCommitValue(decoding: whole[0..<length])
                }
                for index in 2..<whole.count {
                    for value: UInt8 in [0x00, 0x7F, 0x80, 0xFF] {
                        var damaged = whole.array
                        damaged[index] = value
                        _ = try? GroupMetadataValue(decoding: ByteSlice(damaged))
                        _ = try? OffsetCommitValue(decoding: ByteSlice(damaged))
                    }
                }
            }
        }
        let future = GroupRecord(key: try Self.drawn("group-metadata-key"), value: ByteSlice([0, 5]))
        #expect(throws: RecordDecodingError(.unsupportedVersion, "GroupMetadataValue version 5")) {
            try DecodedGroupRecord(future)
        }
    }
}

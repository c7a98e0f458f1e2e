import KafkaProtocol
import RecordFormat
import Testing

@Suite struct ProtocolReaderTests {
    private func error<Value>(_ body: () throws -> Value) -> ProtocolError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? ProtocolError
        }
    }

    @Test(
        arguments: [
            (0, [0]), (1, [1]), (127, [0x7F]), (128, [0x80, 1]), (300, [0xAC, 2]), (16383, [0xFF, 0x7F]),
            (16384, [0x80, 0x80, 1]), (UInt32.max, [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
        ] as [(UInt32, [UInt8])])
    func varintsHaveSevenBitsAByte(value: UInt32, bytes: [UInt8]) throws {
        var writer = ProtocolWriter()
        writer.writeVarint(value)
        #expect(try writer.finish().joined().array == bytes)
        var reader = ProtocolReader(ByteSlice(bytes))
        #expect(try reader.readVarint("value") == value)
        #expect(reader.remaining == 0)
    }

    @Test func varintsOfSixBytesAreRefused() {
        var reader = ProtocolReader(ByteSlice([0x80, 0x80, 0x80, 0x80, 0x80, 1]))
        #expect(error { try reader.readVarint("value") }?.code == .malformed)
    }

    @Test func theFieldThatIsCutOffIsNamed() throws {
        let partitions = [FetchRequest.FetchPartition(partition: 1), .init(partition: 2)]
        let request = FetchRequest(topics: [.init(topic: "a"), .init(topic: "b", partitions: partitions)])
        let bytes = try request.encoded(11)
        // Behind the last partition's partitionMaxBytes stand the empty forgotten topics and rack.
        let cut = bytes[0..<bytes.count - 4 - 2 - 1]
        let error = error { try FetchRequest.decoded(cut, 11) }
        #expect(error?.code == .truncated)
        #expect(error?.path == "FetchRequest.topics[1].partitions[1].partitionMaxBytes")
        #expect(error?.message == "needs 4 bytes, but only 3 are left")
    }

    @Test func elementsWithoutFieldsAreNamedByTheirIndex() throws {
        let bytes = try ListGroupsRequest(statesFilter: ["Stable", "Empty"]).encoded(4)
        let error = error { try ListGroupsRequest.decoded(bytes[0..<bytes.count - 2], 4) }
        #expect(error?.path == "ListGroupsRequest.statesFilter[1]")
    }

    @Test func nullIsRefusedWhereTheVersionHasNone() throws {
        let null = ByteSlice([0xFF, 0xFF, 0xFF, 0xFF])
        let error = error { try MetadataRequest.decoded(null, 0) }
        #expect(error?.code == .unexpectedNull)
        #expect(error?.path == "MetadataRequest.topics")
        #expect(try MetadataRequest.decoded(null, 1).message.topics == nil)
    }

    @Test func anyNegativeLengthIsNull() throws {
        #expect(try MetadataRequest.decoded(ByteSlice([0x80, 0, 0, 0]), 1).message.topics == nil)
    }

    @Test func countsAboveTheBytesLeftAreRefused() {
        // 2^31 - 1 topics in four bytes, and in a varint.
        let plain = error { try MetadataRequest.decoded(ByteSlice([0x7F, 0xFF, 0xFF, 0xFF, 0, 0]), 1) }
        #expect(plain?.code == .invalidLength)
        let compact = error { try MetadataRequest.decoded(ByteSlice([0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0]), 9) }
        #expect(compact?.code == .invalidLength)
        #expect(compact?.path == "MetadataRequest.topics")
    }

    @Test func stringsAboveTheirLimitAreRefused() {
        var bytes: [UInt8] = [0x81, 0x80, 0x02]
        bytes += [UInt8](repeating: 97, count: 1 << 15)
        var reader = ProtocolReader(ByteSlice(bytes))
        #expect(error { try reader.readString("name", compact: true) }?.code == .invalidLength)
    }

    @Test func textThatIsNotUTF8IsReplaced() throws {
        var reader = ProtocolReader(ByteSlice([0, 3, 97, 0xFF, 98]))
        #expect(try reader.readString("name", compact: false) == "a\u{FFFD}b")
    }

    @Test func bytesShareTheirStorage() throws {
        let source = ByteSlice([0, 0, 0, 2, 7, 8])
        var reader = ProtocolReader(source)
        let bytes = try reader.readBytes("bytes", compact: false)
        #expect(bytes.withUnsafeBytes { $0.baseAddress } == source[4..<6].withUnsafeBytes { $0.baseAddress })
    }

    @Test func bytesBehindAMessageAreLeftUnread() throws {
        let bytes = try HeartbeatRequest(groupID: "g").encoded(3).array
        let (message, unread) = try HeartbeatRequest.decoded(ByteSlice(bytes + [1, 2, 3]), 3)
        #expect(message.groupID == "g")
        #expect(unread == 3)
    }

    // MARK: Tagged fields

    @Test func unknownTaggedFieldsAreSkipped() throws {
        let request = HeartbeatRequest(groupID: "g", memberID: "m")
        var bytes = try request.encoded(4).array
        #expect(bytes.removeLast() == 0)
        bytes += [2, 0, 1, 42, 99, 3, 1, 2, 3]
        let (message, unread) = try HeartbeatRequest.decoded(ByteSlice(bytes), 4)
        #expect(message == request)
        #expect(unread == 0)
    }

    @Test func taggedFieldsCannotReachBeyondTheirLength() throws {
        var request = FetchRequest(clusterID: "cluster")
        let bytes = try request.encoded(12).array
        request.clusterID = nil
        let plain = Array(try request.encoded(12).array.dropLast())
        #expect(bytes.count == plain.count + 11)
        // Count 1, tag 0, then a length that is one too small and one too large for the string behind it.
        let short = plain + [1, 0, 7] + bytes.suffix(8)
        let long = plain + [1, 0, 9] + bytes.suffix(8) + [0]
        #expect(error { try FetchRequest.decoded(ByteSlice(short), 12) }?.code == .truncated)
        #expect(error { try FetchRequest.decoded(ByteSlice(long), 12) }?.code == .malformed)
        #expect(
            try FetchRequest.decoded(ByteSlice(plain + [1, 0, 8] + bytes.suffix(8)), 12).message.clusterID == "cluster")
    }

    @Test func moreTaggedFieldsThanBytesAreRefused() throws {
        let bytes = try HeartbeatRequest().encoded(4).array.dropLast() + [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
        #expect(error { try HeartbeatRequest.decoded(ByteSlice(Array(bytes)), 4) }?.code == .invalidLength)
    }
}

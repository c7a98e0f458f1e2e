import KafkaProtocol
import RecordFormat
import Testing

@Suite struct ProtocolWriterTests {
    /// Records that lie outside of memory, as a region of a file would.
    final class Region: ExternalRecords {
        let byteCount: Int
        private let content: ByteSlice

        init(_ content: ByteSlice, promising byteCount: Int? = nil) {
            self.content = content
            self.byteCount = byteCount ?? content.count
        }

        func readBytes() throws -> ByteSlice { content }
    }

    private func error<Value>(_ body: () throws -> Value) -> ProtocolError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? ProtocolError
        }
    }

    // MARK: Values that a version cannot carry

    @Test func valuesThatWouldBeLostAreRefused() {
        let topic = FetchRequest.FetchTopic(topic: "a", partitions: [.init(lastFetchedEpoch: 5)])
        let error = error { try FetchRequest(topics: [topic]).encoded(11) }
        #expect(error?.code == .fieldNotCarried)
        #expect(error?.path == "FetchRequest.topics[0].partitions[0].lastFetchedEpoch")
        #expect(self.error { try CreateTopicsRequest(validateOnly: true).encoded(0) }?.code == .fieldNotCarried)
    }

    @Test func valuesThatMayBeLostAreLeftOut() throws {
        let bytes = try JoinGroupRequest(groupID: "g", reason: "tired").encoded(7)
        #expect(try JoinGroupRequest.decoded(bytes, 7).message == JoinGroupRequest(groupID: "g"))
    }

    @Test func nullIsRefusedWhereTheVersionHasNone() {
        let error = error { try MetadataRequest(topics: nil).encoded(0) }
        #expect(error?.code == .unexpectedNull)
        #expect(error?.path == "MetadataRequest.topics")
    }

    @Test func longStringsAreRefused() {
        let name = String(repeating: "x", count: 1 << 15)
        let error = error { try DeleteGroupsRequest(groupsNames: ["a", name]).encoded(2) }
        #expect(error?.code == .invalidLength)
        #expect(error?.path == "DeleteGroupsRequest.groupsNames[1]")
    }

    // MARK: Tagged fields

    @Test(arguments: [0, 1, 2, 9, 10, 11, 100, 2000])
    func taggedFieldsOfAnyLengthAreRead(count: Int) throws {
        let features = (0..<count).map {
            ApiVersionsResponse.SupportedFeatureKey(name: "feature-\($0)", minVersion: 1, maxVersion: 2)
        }
        let response = ApiVersionsResponse(supportedFeatures: features, finalizedFeaturesEpoch: 7)
        let (decoded, unread) = try ApiVersionsResponse.decoded(response.encoded(3), 3)
        #expect(decoded == response)
        #expect(unread == 0)
    }

    // MARK: Segments

    private func response(_ records: [Records]) -> FetchResponse {
        FetchResponse(responses: [
            .init(topic: "t", partitions: records.enumerated().map { .init(partitionIndex: Int32($0), records: $1) })
        ])
    }

    @Test func largeRecordsAreSegmentsOfTheirOwn() throws {
        let small = ByteSlice([UInt8](repeating: 1, count: ProtocolWriter.segmentThreshold - 1))
        let large = ByteSlice([UInt8](repeating: 2, count: ProtocolWriter.segmentThreshold))
        let region = Region(ByteSlice([UInt8](repeating: 3, count: 10)))
        let response = response([.bytes(small), .bytes(large), .external(region), .bytes(large)])
        let frame = try KafkaFrame.encodeResponse(response, for: .fetch, version: 11, correlationID: 9)

        // Nothing follows the last records in version 11, which has no tagged fields.
        #expect(frame.segments.count == 6)
        guard case .bytes(let shared) = frame.segments[1] else { return #expect(Bool(false), "not in memory") }
        #expect(shared.withUnsafeBytes { $0.baseAddress } == large.withUnsafeBytes { $0.baseAddress })
        #expect(frame.segments[3] == .external(region))
        #expect(frame.byteCount == frame.segments.reduce(0) { $0 + $1.byteCount })

        let bytes = try frame.joined()
        #expect(bytes.count == frame.byteCount)
        var reader = ProtocolReader(bytes)
        #expect(try Int(reader.readInt32("length")) == bytes.count - KafkaFrame.lengthPrefixSize)
        let decoded = try KafkaFrame.decodeResponse(bytes[4..<bytes.count], to: FetchRequest.self, version: 11)
        let records = try decoded.response.responses[0].partitions.map { try $0.records?.readBytes() }
        #expect(records == [small, large, try region.readBytes(), large])
    }

    @Test func emptyRegionsAreNoSegments() throws {
        let frame = try KafkaFrame.encodeResponse(
            response([.external(Region(.empty))]), for: .fetch, version: 12, correlationID: 1)
        #expect(frame.segments.count == 1)
    }

    @Test func regionsThatShrankAreAnError() throws {
        let region = Region(ByteSlice([1, 2, 3]), promising: 5)
        let frame = try KafkaFrame.encodeResponse(
            response([.external(region)]), for: .fetch, version: 12, correlationID: 1)
        #expect(error { try frame.joined() }?.code == .unreadableRecords)
    }

    @Test func framesAbove2GiBAreRefused() {
        let region = Region(.empty, promising: Int(Int32.max) - 10)
        let error = error {
            try KafkaFrame.encodeResponse(response([.external(region)]), for: .fetch, version: 12, correlationID: 1)
        }
        #expect(error?.code == .invalidLength)
    }
}

import KafkaProtocol
import RecordFormat
import Testing

@Suite struct KafkaFrameTests {
    @Test func headersFollowTheFlexibilityOfTheirVersion() throws {
        for version in MetadataRequest.versions {
            let request = MetadataRequest(topics: [.init(name: "t")])
            let frame = try KafkaFrame.encodeRequest(request, version: version, correlationID: 5, clientID: nil)
            let bytes = try frame.joined()
            let (header, body) = try KafkaFrame.decodeRequestHeader(bytes[4..<bytes.count])
            #expect(header == RequestHeader(apiKey: .metadata, apiVersion: version, correlationID: 5, clientID: nil))
            #expect(header.isFlexible == (version >= 9))
            #expect(body.position == (version >= 9 ? 11 : 10))
        }
    }

    @Test func requestsOfNewerVersionsHaveAReadableHeader() throws {
        var writer = ProtocolWriter()
        let header = RequestHeader(apiKey: .apiVersions, apiVersion: 99, correlationID: 3, clientID: "new")
        try header.encode(into: &writer)
        #expect(try KafkaFrame.decodeRequestHeader(writer.finish().joined()).header == header)
    }

    @Test func unknownAPIsKeepTheirNumbers() throws {
        let frame = ByteSlice([0x03, 0xE8, 0, 1, 0, 0, 0, 7, 0xFF])
        let (header, body) = try KafkaFrame.decodeRequestHeader(frame)
        #expect(header.apiKey == APIKey(rawValue: 1000))
        #expect(header.apiKey.name == "UNKNOWN(1000)")
        #expect(header.correlationID == 7)
        #expect(body.remaining == 1)
    }

    @Test func theHeaderOfApiVersionsNeverHasTaggedFields() throws {
        for version in ApiVersionsResponse.versions {
            let frame = try KafkaFrame.encodeResponse(
                ApiVersionsResponse(errorCode: 35), for: .apiVersions, version: version, correlationID: 1)
            let bytes = try frame.joined()
            #expect(bytes[4..<10].array == [0, 0, 0, 1, 0, 35])
            #expect(try KafkaFrame.correlationID(ofResponse: bytes[4..<bytes.count]) == 1)
        }
    }

    @Test func emptyFramesAreRefused() {
        #expect(throws: ProtocolError.self) { try KafkaFrame.decodeRequestHeader(.empty) }
    }

    @Test func blobsStandBehindTheirVersion() throws {
        let subscription = ConsumerProtocolSubscription(topics: ["a"], userData: nil, rackID: "r")
        let bytes = try subscription.versionedBytes(version: 3)
        #expect(bytes[0..<2].array == [0, 3])
        #expect(try ConsumerProtocolSubscription(versionedBytes: bytes) == subscription)
    }

    @Test func blobsOfNewerVersionsAreReadAsOurNewest() throws {
        let subscription = ConsumerProtocolSubscription(topics: ["a"], userData: nil, rackID: "r")
        let newer = try [0, 9] + subscription.versionedBytes(version: 3).array.dropFirst(2) + [1, 2, 3]
        #expect(try ConsumerProtocolSubscription(versionedBytes: ByteSlice(newer)) == subscription)
    }
}

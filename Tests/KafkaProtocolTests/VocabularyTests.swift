import KafkaProtocol
import Testing

@Suite struct VocabularyTests {
    @Test func apisHaveTheirNumbersNamesAndVersions() {
        #expect(APIKey.produce.rawValue == 0)
        #expect(APIKey.initProducerID.rawValue == 22)
        #expect(APIKey.deleteShareGroupOffsets.rawValue == 92)
        #expect(APIKey.fetch.name == "Fetch")
        #expect(APIKey.fetch.supportedVersions == 4...18)
        #expect(APIKey.saslHandshake.supportedVersions == nil)
        #expect(APIKey.saslHandshake.firstFlexibleVersion == Int16.max)
        #expect(APIKey.supported.count == 65)
        #expect(APIKey.supported == APIKey.supported.sorted())
        for key in APIKey.supported { #expect(key.requestType?.apiKey == key) }
    }

    @Test func errorsHaveTheirNumbersNamesAndMeaning() {
        #expect(ErrorCode.none.rawValue == 0)
        #expect(ErrorCode.unknownServerError.rawValue == -1)
        #expect(ErrorCode.offsetOutOfRange.name == "OFFSET_OUT_OF_RANGE")
        #expect(ErrorCode.unknownTopicID.rawValue == 100)
        #expect(ErrorCode.shareSessionLimitReached.rawValue == 133)
        #expect(ErrorCode.notLeaderOrFollower.isRetriable)
        #expect(!ErrorCode.topicAlreadyExists.isRetriable)
        #expect(ErrorCode(6) == .notLeaderOrFollower)
        #expect(ErrorCode(99).name == "UNKNOWN(99)")
    }
}

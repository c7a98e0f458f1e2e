import KafkaProtocol
import RecordFormat
import Testing

@Suite struct RoundTripTests {
    @Test(arguments: allRandomMessages.indices)
    func decodingGivesWhatWasEncoded(index: Int) throws {
        let seed = UInt64.freshSeed()
        func check<Message: RandomMessage>(_ type: Message.Type) throws {
            var source = RandomSource(seed: seed)
            for version in Message.versions {
                for _ in 0..<30 {
                    let message = Message(random: &source, version: version)
                    let (decoded, unread) = try Message.decoded(message.encoded(version), version)
                    try #require(decoded == message, "\(type) version \(version), seed \(seed)")
                    try #require(unread == 0, "\(type) version \(version), seed \(seed)")
                }
            }
        }
        try check(allRandomMessages[index])
    }

    @Test(arguments: allRandomMessages.indices)
    func defaultsCanBeWrittenInEveryVersion(index: Int) throws {
        func check<Message: RandomMessage>(_ type: Message.Type) throws {
            for version in Message.versions {
                let bytes = try Message().encoded(version)
                #expect(try Message.decoded(bytes, version).message == Message(), "\(type) version \(version)")
            }
        }
        try check(allRandomMessages[index])
    }

    @Test(arguments: allRandomMessages.indices)
    func versionsOutsideOfTheRangeAreRefused(index: Int) {
        func check<Message: RandomMessage>(_ type: Message.Type) {
            for version in [Message.versions.lowerBound - 1, Message.versions.upperBound + 1] {
                let error = #expect(throws: ProtocolError.self) { try Message().encoded(version) }
                #expect(error?.code == .unsupportedVersion)
                #expect(error?.path == "\(type)")
                #expect(throws: ProtocolError.self) { try Message.decoded(.empty, version) }
            }
        }
        check(allRandomMessages[index])
    }
}

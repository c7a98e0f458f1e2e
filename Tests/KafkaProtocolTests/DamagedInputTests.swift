import KafkaProtocol
import RecordFormat
import Testing

/// Whatever bytes arrive, reading them ends in a message or in an error, never in a crash.
@Suite struct DamagedInputTests {
    @Test(arguments: allRandomMessages.indices)
    func randomBytesAreReadOrRefused(index: Int) {
        let seed = UInt64.freshSeed()
        func check<Message: RandomMessage>(_ type: Message.Type) {
            var source = RandomSource(seed: seed)
            for version in Message.versions {
                for _ in 0..<100 {
                    let bytes = (0..<(source.next() % 200)).map { _ in UInt8(truncatingIfNeeded: source.next()) }
                    expectOutcome(type, ByteSlice(bytes), version, "seed \(seed)")
                }
            }
        }
        check(allRandomMessages[index])
    }

    @Test(arguments: allRandomMessages.indices)
    func mutatedMessagesAreReadOrRefused(index: Int) throws {
        let seed = UInt64.freshSeed()
        func check<Message: RandomMessage>(_ type: Message.Type) throws {
            var source = RandomSource(seed: seed)
            for version in Message.versions {
                for _ in 0..<20 {
                    let original = try Message(random: &source, version: version).encoded(version).array
                    guard !original.isEmpty else { continue }
                    for _ in 0..<20 {
                        expectOutcome(type, ByteSlice(mutated(original, &source)), version, "seed \(seed)")
                    }
                }
            }
        }
        try check(allRandomMessages[index])
    }

    @Test(arguments: allRandomMessages.indices)
    func truncatedMessagesAreRefused(index: Int) throws {
        let seed = UInt64.freshSeed()
        func check<Message: RandomMessage>(_ type: Message.Type) throws {
            var source = RandomSource(seed: seed)
            for version in Message.versions {
                let bytes = try Message(random: &source, version: version).encoded(version)
                for _ in 0..<min(bytes.count, 100) {
                    let length = Int.random(in: 0..<bytes.count, using: &source)
                    #expect(throws: ProtocolError.self, "\(type) \(version) cut to \(length), seed \(seed)") {
                        try Message.decoded(bytes[0..<length], version)
                    }
                }
            }
        }
        try check(allRandomMessages[index])
    }

    /// What is read again after it was written must be the same: reading loses nothing but unknown tagged fields.
    private func expectOutcome<Message: RandomMessage>(
        _ type: Message.Type, _ bytes: ByteSlice, _ version: Int16, _ comment: String
    ) {
        do {
            let message = try Message.decoded(bytes, version).message
            let again = try Message.decoded(message.encoded(version), version).message
            #expect(again == message, "\(type) version \(version), \(comment)")
        } catch {
            #expect(error is ProtocolError, "\(type) version \(version), \(comment)")
        }
    }

    private func mutated(_ original: [UInt8], _ source: inout RandomSource) -> [UInt8] {
        var bytes = original
        for _ in 0...(source.next() % 3) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &source)
            switch source.next() % 4 {
            case 0: bytes[index] ^= 1 << UInt8(source.next() % 8)
            // The bytes of the largest and of negative lengths.
            case 1: bytes[index] = [0x7F, 0xFF, 0x80, 0][Int(source.next() % 4)]
            case 2: bytes.remove(at: index)
            default: bytes.insert(UInt8(truncatingIfNeeded: source.next()), at: index)
            }
        }
        return bytes
    }
}

import Testing

@testable import SchemaRegistry

/// The errors of the server's own that clients see.
@Suite struct OperationWordsTests {
    @Test func whatTheTopicDoesNotDoHasItsCodeAndWords() {
        let words = OperationWords.register
        let timedOut = words.error(for: .timedOut)
        #expect(timedOut.code == 50002 && timedOut.message == "Register operation timed out")
        let failed = words.error(for: .failed("for a reason"))
        #expect(failed.code == 50001)
        #expect(failed.message == "Register schema operation failed while writing to the Kafka store")
        #expect(words.error(for: .tooLarge).code == 42209)
    }

    @Test func whatTheWriterDoesNotDoHasItsCode() {
        #expect(RegistryError.forwardingFailed(OperationWords.updateConfig.forwarding).code == 50003)
        #expect(RegistryError.unknownLeader(OperationWords.updateConfig.unknownLeader).code == 50004)
    }
}

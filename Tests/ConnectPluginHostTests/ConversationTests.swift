import ConnectAPI
import JSON
import Testing

@testable import ConnectPluginHost

@Suite struct ConversationTests {
    private func message(_ text: String) throws -> PluginMessage { try PluginMessage(parsing: Array(text.utf8)) }

    private func problem(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ConnectError)?.message ?? "\(error)"
        }
    }

    @Test func messagesAreReadAsTheyAreWritten() throws {
        let failure = PluginFailure(["message": "m", "code": "invalidData", "retriable": true, "trace": "t"])
        let messages: [PluginMessage] = [
            .request(id: 1, call: "put", with: ["records": []]), .answer(id: 2, result: ["a": 1]),
            .refusal(id: 3, failure), .notice("alive", with: [:]),
        ]
        for original in messages { #expect(try PluginMessage(parsing: original.body) == original) }
        #expect(failure.error.code == .invalidData)
        #expect(failure.error.isRetriable)
        #expect("\(failure.error)".contains("caused by: t"))
        #expect(try message(#"{"notice":"alive"}"#) == .notice("alive", with: [:]))
    }

    @Test(arguments: [
        ("{", "not JSON"), ("[]", "no JSON object"), ("{}", "neither 'notice' nor an 'id'"),
        (#"{"id":-1,"result":{}}"#, "neither 'notice' nor an 'id'"), (#"{"id":"1","result":{}}"#, "an 'id'"),
        (#"{"id":1}"#, "none of 'call', 'result' and 'error'"),
    ])
    func malformedMessagesAreRefused(_ text: String, _ expected: String) {
        #expect(problem { _ = try message(text) }?.contains(expected) == true)
    }

    @Test func answersFindTheirRequestsAndNoOthers() throws {
        var conversation = Conversation<String>()
        let first = conversation.ask("poll", with: [:], "first")
        _ = conversation.ask("commit", with: [:], "second")
        #expect(first == .request(id: 1, call: "poll", with: [:]))
        #expect(conversation.openCalls == ["poll", "commit"])
        guard case .settle("second", .success(["a": 1])) = try conversation.receive(.answer(id: 2, result: ["a": 1]))
        else {
            Issue.record("the second request has its answer")
            return
        }
        let stranger = problem { _ = try conversation.receive(.answer(id: 2, result: [:])) }
        #expect(stranger == "an answer with the id 2, which no open request has")
        #expect(conversation.end() == ["first"])
        #expect(conversation.end().isEmpty)
    }

    @Test func aRequestThatWasNotSentIsForgotten() throws {
        var conversation = Conversation<String>()
        conversation.withdraw(conversation.ask("put", with: [:], "a"))
        #expect(conversation.openCalls.isEmpty)
    }

    @Test func aPluginsRequestsAreBounded() throws {
        var conversation = Conversation<String>()
        for id in 0..<Int64(Conversation<String>.servedLimit) {
            _ = try conversation.receive(.request(id: id, call: "offsets", with: [:]))
        }
        let more = PluginMessage.request(id: 1000, call: "offsets", with: [:])
        #expect(problem { _ = try conversation.receive(more) } == "more than 64 requests at a time")
        #expect(conversation.owesAnswer)
        conversation.answered(0)
        #expect(
            problem { _ = try conversation.receive(.request(id: 1, call: "offsets", with: [:])) }?.contains(
                "second request") == true)
        _ = try conversation.receive(more)
    }
}

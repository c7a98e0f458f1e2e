import JSON
import Testing

@testable import RESTProxy

@Suite struct SocketConversationTests {
    private func conversation(maximumInFlight: Int = 10) throws -> SocketConversation {
        SocketConversation(
            settings: try V3Settings(RESTProxySettings()).records, maximumInFlight: maximumInFlight)
    }

    private func say(_ conversation: inout SocketConversation, _ text: String) -> [SocketConversation.Action] {
        conversation.receive(.message(Array(text.utf8)))
    }

    private func deliveries(_ ids: String...) -> [SocketConversation.Delivery] {
        ids.map { .init(id: $0, record: ["at": .string($0)]) }
    }

    @Test func aRecordIsWrittenAndAnswered() throws {
        var conversation = try conversation()
        let text = #"{"type":"produce","id":"a","value":{"type":"JSON","data":1}}"#
        let actions = say(&conversation, text)
        let object = try #require(try JSONValue(parsing: text).object)
        #expect(actions == [.produce(object, id: "a", size: text.utf8.count)])
        let answer = conversation.receive(.produced(id: "a", .failure(.partitionNotFound)))
        #expect(
            answer == [
                .send(["type": "produced", "id": "a", "error_code": 40402, "message": "Partition not found."])
            ])
    }

    @Test func noMoreIsReceivedThanMayBeInFlight() throws {
        var conversation = try conversation(maximumInFlight: 2)
        let text = #"{"type":"produce"}"#
        #expect(say(&conversation, text).count == 1)
        #expect(say(&conversation, text).last == .pauseReceiving)
        // What had been received by then is taken all the same, and paused once only.
        #expect(say(&conversation, text).contains(.pauseReceiving) == false)
        let results = (0..<3).map { _ in
            conversation.receive(.produced(id: .null, .failure(.partitionNotFound))).contains(.resumeReceiving)
        }
        #expect(results == [false, true, false])
    }

    @Test func recordsAreReadUpToTheWindow() throws {
        var conversation = try conversation()
        let opening = say(
            &conversation,
            #"{"type":"subscribe","partition":0,"offset":"earliest","format":"json","max_unacknowledged":2}"#)
        guard case .openReader(let query)? = opening.first else {
            Issue.record("nothing is opened")
            return
        }
        #expect(query.partition == 0 && query.start == .earliest && query.valueFormat == .json)
        #expect(
            conversation.receive(.opened(RecordMarks([0: -1]))) == [
                .send(["type": "subscribed", "after": "0:-1"]), .read(limit: 2),
            ])
        #expect(
            conversation.receive(.read(deliveries("0:0"))) == [
                .send(["type": "record", "id": "0:0", "record": ["at": "0:0"]]), .read(limit: 1),
            ])
        // The window is full now.
        #expect(conversation.receive(.read(deliveries("0:1"))).count == 1)
        #expect(say(&conversation, #"{"type":"ack","id":"0:1"}"#) == [.read(limit: 2)])
        // Nothing in time: it is asked again.
        #expect(conversation.receive(.read([])) == [.read(limit: 2)])
    }

    @Test func anAcknowledgementCoversWhatCameBefore() throws {
        var conversation = try conversation()
        _ = say(&conversation, #"{"type":"subscribe","max_unacknowledged":3}"#)
        _ = conversation.receive(.opened(RecordMarks()))
        _ = conversation.receive(.read(deliveries("0:0", "0:1", "0:2")))
        #expect(say(&conversation, #"{"type":"ack","id":"0:1"}"#) == [.read(limit: 2)])
        let again = say(&conversation, #"{"type":"ack","id":"0:0"}"#)
        guard case .send(let error)? = again.first else {
            Issue.record("no answer")
            return
        }
        #expect(again.count == 1 && error["error_code"] == 400)
    }

    @Test func afterAnEndNothingIsDelivered() throws {
        var conversation = try conversation()
        _ = say(&conversation, #"{"type":"subscribe"}"#)
        _ = conversation.receive(.opened(RecordMarks()))
        #expect(
            say(&conversation, #"{"type":"unsubscribe"}"#) == [.closeReader, .send(["type": "unsubscribed"])])
        #expect(conversation.receive(.read(deliveries("0:0"))).isEmpty)
        #expect(say(&conversation, #"{"type":"unsubscribe"}"#) == [.send(["type": "unsubscribed"])])
        #expect(say(&conversation, #"{"type":"subscribe"}"#).count == 1)
        let failed = conversation.receive(.readerFailed(.partitionNotFound))
        #expect(
            failed == [
                .closeReader, .send(["type": "error", "error_code": 40402, "message": "Partition not found."]),
            ])
        #expect(conversation.receive(.readerFailed(.partitionNotFound)).isEmpty)
    }

    @Test(arguments: [
        #"{"type":"dance"}"#, #"{}"#, #"{"type":"ack"}"#, #"{"type":"subscribe","max_unacknowledged":0}"#,
        #"{"type":"subscribe","offset":"5"}"#, #"{"type":"subscribe","partition":-1}"#,
        #"{"type":"subscribe","format":"xml"}"#,
    ])
    func whatCannotBeMeantIsAnsweredWithAnError(text: String) throws {
        var conversation = try conversation()
        let actions = say(&conversation, text)
        guard case .send(let answer)? = actions.first else {
            Issue.record("no answer to \(text)")
            return
        }
        #expect(actions.count == 1)
        #expect(answer["type"] == "error" && answer["error_code"] == 400)
    }

    @Test(arguments: ["", "[]", "{", "nonsense"]) func whatIsNoMessageEndsTheConversation(text: String) throws {
        var conversation = try conversation()
        #expect(say(&conversation, text) == [.close(code: 1007, reason: "a message has to be a JSON object")])
    }

    @Test func thereIsOneSubscriptionAtATime() throws {
        var conversation = try conversation()
        _ = say(&conversation, #"{"type":"subscribe"}"#)
        guard case .send(let answer)? = say(&conversation, #"{"type":"subscribe"}"#).first else {
            Issue.record("no answer")
            return
        }
        #expect(answer["error_code"] == 400)
    }
}

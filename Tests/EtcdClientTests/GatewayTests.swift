import EtcdHarness
import JSON
import Testing

@testable import EtcdClient

/// What comes from the network is read for what it is, or refused; it never ends the process.
struct GatewayTests {
    private let keySpace = KeySpace(prefix: "p/")

    private func fields(_ text: String) throws -> GatewayFields {
        try GatewayFields(JSONValue(parsing: text), path: "answer")
    }

    @Test func integersComeAsTextOrNumbersOrNotAtAll() throws {
        let answer = try fields(#"{"a":"12","b":-3,"c":"18446744073709551615","d":null}"#)
        #expect(try answer.integer("a") == 12)
        #expect(try answer.integer("b") == -3)
        #expect(try answer.integer("c") == -1)
        #expect(try answer.integer("d") == 0)
        #expect(try answer.integer("none") == 0)
    }

    @Test(arguments: [
        #"{"x":"1.5"}"#, #"{"x":1.5}"#, #"{"x":"99999999999999999999"}"#, #"{"x":true}"#, #"{"x":[]}"#, #"{"x":{}}"#,
        #"{"x":""}"#, #"{"x":"0x1"}"#,
    ])
    func whatIsNoIntegerIsRefused(_ text: String) async throws {
        let answer = try fields(text)
        #expect(try await etcdError { try answer.integer("x") }?.code == .malformedAnswer)
    }

    @Test(arguments: [
        #"{"kvs":{}}"#, #"{"kvs":[1]}"#, #"{"kvs":[{"key":"!!!"}]}"#, #"{"kvs":[{"key":"cC9r","value":"A"}]}"#,
        #"{"kvs":[{"key":"cC9r","value":7}]}"#, #"{"kvs":[{"key":"cC9r","version":"x"}]}"#, #"{"kvs":[{}]}"#,
        #"{"kvs":[{"key":"cS9r"}]}"#, #"{"more":"yes"}"#, #"{"count":[]}"#, #"{"header":7}"#,
        #"{"header":{"revision":{}}}"#,
    ])
    func hostilePagesAreRefused(_ members: String) async throws {
        let text = members.contains("header") ? members : #"{"header":{"revision":"1"},"# + members.dropFirst()
        let answer = try fields(text)
        #expect(try await etcdError { try keySpace.page(answer) }?.code == .malformedAnswer)
    }

    @Test func aPageIsRead() throws {
        let answer = try fields(
            #"""
            {"header":{"revision":"9"},"kvs":[{"key":"cC9r","create_revision":"2","mod_revision":"4","version":"2",
            "value":"AP8=","lease":"77"}],"more":true,"count":"5","unknown":{"to":"us"}}
            """#)
        let page = try keySpace.page(answer)
        let expected = EtcdKeyValue(
            key: "k", value: [0, 255], createRevision: EtcdRevision(rawValue: 2),
            modRevision: EtcdRevision(rawValue: 4),
            version: 2, lease: EtcdLeaseID(rawValue: 77))
        #expect(page.keyValues == [expected])
        #expect(page.hasMore)
        #expect(page.count == 5)
    }

    @Test func answersThatAreNoObjectsOrNoneOfOursAreRefused() async throws {
        for text in ["[]", "7", "null", "\"x\""] {
            #expect(try await etcdError { try fields(text) }?.code == .malformedAnswer)
        }
        let strange = try fields(#"{"header":{"revision":"1"},"succeeded":true,"responses":[{"response_other":{}}]}"#)
        #expect(try await etcdError { try keySpace.transactionResult(strange) }?.code == .malformedAnswer)
        let headless = try fields(#"{"succeeded":true}"#)
        #expect(try await etcdError { try keySpace.transactionResult(headless) }?.code == .malformedAnswer)
    }

    @Test func failuresSayWhetherAnythingWasDone() {
        let meanings: [(Int64, String, GatewayFailure.Meaning)] = [
            (14, "etcdserver: no leader", .notNow), (14, "etcdserver: request timed out", .unfinished),
            (14, "etcdserver: leader changed", .unfinished), (4, "context deadline exceeded", .unfinished),
            (16, "etcdserver: invalid auth token", .needsAuthentication),
            (3, "etcdserver: user name is empty", .needsAuthentication),
            (3, "etcdserver: key is not provided", .refused),
            (11, "etcdserver: mvcc: required revision has been compacted", .compacted),
            (11, "etcdserver: mvcc: required revision is a future revision", .refused),
            (8, "etcdserver: too many requests", .notNow),
            (8, "etcdserver: mvcc: database space exceeded", .refused), (2, "anything", .unfinished),
            (99, "", .unfinished),
        ]
        for (status, message, meaning) in meanings {
            #expect(GatewayFailure(status: status, message: message).meaning == meaning, "\(message)")
        }
    }

    @Test(arguments: [
        #"{"error":"etcdserver: key is not provided","message":"etcdserver: key is not provided","code":3}"#,
        #"{"code":3,"message":"etcdserver: key is not provided","details":[]}"#,
    ])
    func failuresOfEveryVersionAreRead(_ body: String) {
        let failure = GatewayFailure(httpStatus: 400, body: Array(body.utf8))
        #expect(failure.meaning == .refused)
        #expect(failure.refusal.message.contains("key is not provided"))
    }

    /// A proxy in between answers with its own page; whether etcd saw the request is then unknown.
    @Test(arguments: ["", "<html>502</html>", "{}", #"{"message":7,"code":3}"#, #"{"message":"x","code":"y"}"#, "[[[["])
    func errorPagesOfOthersLeaveTheOutcomeOpen(_ body: String) {
        #expect(GatewayFailure(httpStatus: 502, body: Array(body.utf8)).meaning == .unfinished)
    }

    @Test func reasonsOfCancelledWatchesAreRead() {
        let unknown = GatewayFailure(
            cancelReason: "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token")
        #expect(unknown.meaning == .needsAuthentication)
        #expect(GatewayFailure(cancelReason: "etcdserver: permission denied").refusal.code == .permissionDenied)
        #expect(GatewayFailure(cancelReason: "").meaning == .unfinished)
    }

    @Test func theEndOfAPrefixIsTheNextKeyBehindIt() {
        #expect(EtcdBounds.end(ofPrefix: [0x61, 0x2F]) == [0x61, 0x30])
        #expect(EtcdBounds.end(ofPrefix: [0x61, 0xFF, 0xFF]) == [0x62])
        #expect(EtcdBounds.end(ofPrefix: [0xFF]) == [0])
        #expect(EtcdBounds.end(ofPrefix: []) == [0])
        #expect(EtcdBounds(.prefix(""), below: []).key == [0])
    }

    @Test func theRingMovesOnOncePerFailure() throws {
        let endpoints = try ["http://a", "http://b", "http://c"].map { try EtcdEndpoint($0) }
        var ring = EndpointRing(endpoints)
        ring.moveOn(from: endpoints[0])
        ring.moveOn(from: endpoints[0])
        #expect(ring.current == endpoints[1])
        ring.moveOn(from: endpoints[1])
        ring.moveOn(from: endpoints[2])
        #expect(ring.current == endpoints[0])
    }

    @Test func pausesGrowToTheirBound() {
        var backoff = Backoff(longest: .milliseconds(160))
        for most in [10, 20, 40, 80, 160, 160, 160] {
            let pause = backoff.pause()
            #expect(pause >= .milliseconds(most / 2) && pause <= .milliseconds(most))
        }
    }
}

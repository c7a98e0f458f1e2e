import HTTPService
import JSON
import KafkaClient
import RecordFormat
import Synchronization
import Testing

@testable import RESTProxy

@Suite(.timeLimit(.minutes(1))) struct ProduceStreamTests {
    /// What a stream answers, as it does.
    private final class Answers: Sendable {
        private let text = Mutex("")

        func add(_ bytes: [UInt8]) { text.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }

        var objects: [JSONValue] {
            text.withLock { $0 }.split(separator: "\r\n").compactMap { try? JSONValue(parsing: String($0)) }
        }
    }

    /// Runs `body` with a stream to a topic `t` of one partition.
    private func withStream(
        _ properties: [String: String] = [:], topic: String = "t", schemas: FakeRegistry? = nil,
        broker settings: [String: String] = [:],
        _ body: (ProduceStream, V3Fixture) async throws -> Void
    ) async throws {
        try await V3Fixture.with(broker: settings) { proxy in
            try await proxy.create("t")
            let settings = try RESTProxySettings(properties)
            let clients = try ProxyClients(proxy.client, settings: settings, schemas: schemas)
            let configuration = try V3Settings(settings)
            let stream = ProduceStream(
                production: Production(clients: clients, settings: configuration), settings: configuration,
                topic: topic,
                clusterID: proxy.clusterID)
            try await body(stream, proxy)
            await clients.close()
        }
    }

    private func answers(_ stream: ProduceStream, _ parts: [String]) async throws -> [JSONValue] {
        let answers = Answers()
        let body = AsyncStream<[UInt8]> { continuation in
            for part in parts { continuation.yield(Array(part.utf8)) }
            continuation.finish()
        }
        try await stream.run(body) { answers.add($0) }
        return answers.objects
    }

    @Test func eachRecordIsAnsweredInOrder() async throws {
        try await withStream { stream, proxy in
            let records = (0..<3000).map { #"{"value":{"type":"JSON","data":\#($0)}}"# }.joined(separator: "\n")
            let bytes = Array(records.utf8)
            let parts = stride(from: 0, to: bytes.count, by: 1000).map {
                String(decoding: bytes[$0..<min($0 + 1000, bytes.count)], as: UTF8.self)
            }
            let answers = try await answers(stream, parts)
            #expect(answers.map { $0["offset"]?.int64 } == (0..<3000).map { Int64($0) })
            #expect(answers.allSatisfy { $0["error_code"] == 200 })
            let ends = try await KafkaAdmin(client: proxy.client).listOffsets([TopicPartition("t", 0): .latest])
            #expect(try ends[TopicPartition("t", 0)]?.get().offset == LogOffset(3000))
        }
    }

    /// An answer comes while the request goes on.
    @Test func answersDoNotWaitForTheEnd() async throws {
        try await withStream { stream, _ in
            let (body, continuation) = AsyncStream<[UInt8]>.makeStream()
            let answers = Answers()
            let running = Task { try await stream.run(body) { answers.add($0) } }
            for number in 1...5 {
                continuation.yield(Array(#"{"value":{"type":"STRING","data":"x"}}"#.utf8))
                while answers.objects.count < number { await Task.yield() }
            }
            continuation.finish()
            try await running.value
            #expect(answers.objects.map { $0["offset"] } == [0, 1, 2, 3, 4])
        }
    }

    @Test func aRecordThatIsRefusedEndsNothing() async throws {
        try await withStream { stream, _ in
            let answers = try await answers(
                stream,
                [
                    #"{"value":{"type":"BINARY","data":"%"}}"#, #"{"partition_id":7,"value":{"type":"JSON","data":1}}"#,
                    #"{"value":{"type":"AVRO","schema":"\"int\"","data":1}}"#,
                    #"{"value":{"type":"JSON","data":2}}"#,
                ])
            #expect(answers.map { $0["error_code"] } == [400, 40402, 422, 200])
            #expect(answers[0]["message"] == "Bad Request: data=\"%\" is not a valid base64 string.")
            #expect(
                answers[2]["message"]
                    == "Error: 42206 : Payload error. Schema Registry must be configured when using schemas.")
        }
    }

    /// Records that come together are each answered for itself, in its place.
    @Test func whatIsRefusedAmongOthersLeavesThemInOrder() async throws {
        try await withStream(["producer.max.request.size": "1000"]) { stream, proxy in
            func record(_ text: String) -> String { #"{"value":{"type":"STRING","data":"\#(text)"}}"# }
            let parts = [
                record("a"), #"{"value":{"type":"BINARY","data":"%"}}"#, record("b"),
                #"{"partition_id":7,"value":{"type":"JSON","data":1}}"#, record("c"),
                record(String(repeating: "x", count: 2000)), record("d"),
                #"{"partition_id":0,"value":{"type":"STRING","data":"e"}}"#,
            ]
            let answers = try await answers(stream, [parts.joined()])
            #expect(answers.map { $0["offset"]?.int64 } == [0, nil, 1, nil, 2, nil, 3, 4])
            #expect(answers.map { $0["error_code"]?.int64 } == [200, 400, 200, 40402, 200, 413, 200, 200])
            let read = try await proxy.send("GET", "/topics/t/records?offset=earliest&format=string").json
            #expect(read["data"]?.array?.map { $0["value"]?["data"] } == ["a", "b", "c", "d", "e"])
        }
    }

    /// A topic that is not there is waited for once, and not for each of the records that came together.
    @Test func recordsForAMissingTopicAreRefusedTogether() async throws {
        try await withStream(topic: "none", broker: ["auto.create.topics.enable": "false"]) { stream, _ in
            // Five seconds for each of them would be more than the test may take.
            let parts = [String](repeating: "{}", count: 30) + [#"{"partition_id":-1}"#, "{}"]
            let answers = try await answers(stream, [parts.joined()])
            let codes = [Int64](repeating: 40401, count: 30) + [40402, 40401]
            #expect(answers.map { $0["error_code"]?.int64 } == codes)
        }
    }

    /// The same for one that goes away, which the producer finds out with the first record.
    @Test func recordsForATopicThatGoesAwayAreRefusedTogether() async throws {
        try await withStream(["producer.max.block.ms": "1000"], broker: ["auto.create.topics.enable": "false"]) {
            stream, proxy in
            let written = try await answers(stream, ["{}"])
            #expect(written.map { $0["error_code"] } == [200])
            try await KafkaAdmin(client: proxy.client).deleteTopic("t")
            // A second for each of them would be more than the test may take.
            let parts = [String](repeating: #"{"partition_id":99}"#, count: 100).joined()
            let answers = try await answers(stream, [parts])
            #expect(answers.count == 100)
            #expect(answers.allSatisfy { $0["error_code"] == 40401 || $0["error_code"] == 40403 })
        }
    }

    /// What is ready is written and answered while a registry takes its time for what follows.
    @Test func aSlowRegistryHoldsUpNothingBeforeIt() async throws {
        let registry = FakeRegistry()
        registry.gate.close()
        try await withStream(schemas: registry) { stream, _ in
            let answers = Answers()
            let (body, continuation) = AsyncStream<[UInt8]>.makeStream()
            let part = #"{"value":{"type":"JSON","data":1}}{"value":{"type":"AVRO","schema":"number","data":2}}{}"#
            continuation.yield(Array(part.utf8))
            let running = Task { try await stream.run(body) { answers.add($0) } }
            while answers.objects.count < 1 { await Task.yield() }
            registry.gate.open()
            continuation.finish()
            try await running.value
            #expect(answers.objects.map { $0["offset"] } == [0, 1, 2])
        }
    }

    @Test func eachRecordOfATooLongStreamIsRefused() async throws {
        try await withStream([
            "streaming.connection.max.duration.ms": "0", "streaming.connection.max.duration.grace.period.ms": "60000",
        ]) { stream, _ in
            let answers = try await answers(stream, ["{}{}{}"])
            #expect(answers.map { $0["error_code"] } == [408, 408, 408])
        }
    }

    @Test(arguments: ["{}[1]{}", "{}{\"a\":tru}{}", "{} {\"a\":", "{}\u{0}{}"]) func whatIsNoJSONEndsTheStream(
        text: String
    ) async throws {
        try await withStream { stream, _ in
            let answers = try await answers(stream, [text])
            #expect(answers.map { $0["error_code"] } == [200, 400])
            #expect(
                answers.last?["message"]?.string?.hasPrefix("Bad Request: Error processing message: ") == true)
        }
    }

    @Test func aRecordThatIsTooLargeEndsTheStream() async throws {
        try await withStream(["api.v3.produce.request.size.limit.max.bytes": "60"]) { stream, _ in
            let large = #"{"value":{"type":"STRING","data":"\#(String(repeating: "x", count: 60))"}}"#
            let answers = try await answers(stream, ["{}", large, "{}"])
            #expect(answers.map { $0["error_code"] } == [200, 400])
            #expect(answers.last?["message"]?.string?.contains("larger than allowed threshold") == true)
        }
    }

    @Test func aStreamEndsWhenItHasBeenOpenForTooLong() async throws {
        try await withStream([
            "streaming.connection.max.duration.ms": "0", "streaming.connection.max.duration.grace.period.ms": "1",
        ]) { stream, _ in
            // The body never ends; the stream does.
            let (body, continuation) = AsyncStream<[UInt8]>.makeStream()
            continuation.yield(Array("{}".utf8))
            let answers = Answers()
            try await stream.run(body) { answers.add($0) }
            let answer: JSONValue = [
                "error_code": 408,
                "message": "Streaming connection open for longer than allowed: Connection will be closed.",
            ]
            #expect(!answers.objects.isEmpty && answers.objects.allSatisfy { $0 == answer })
            continuation.finish()
        }
    }

    @Test func limitsHoldRecordByRecord() async throws {
        try await withStream([
            "api.v3.produce.rate.limit.enabled": "true", "api.v3.produce.rate.limit.max.bytes.per.sec": "1",
        ]) { stream, _ in
            // The first is paid for in more seconds than the test takes.
            let first = #"{"value":{"type":"STRING","data":"\#(String(repeating: "x", count: 1000))"}}"#
            let answers = try await answers(stream, [first, "{}{}"])
            #expect(answers.map { $0["error_code"] } == [200, 429, 429])
        }
    }

    @Test func aBodyOfNothingIsRefusedOrARecord() async throws {
        try await withStream { stream, _ in
            let answers = try await answers(stream, [" "])
            #expect(answers.map { $0["error_code"] } == [422])
        }
        try await withStream(["null.request.body.always.publishes.empty.record": "true"]) { stream, _ in
            let answers = try await answers(stream, [" "])
            #expect(answers.map { $0["offset"] } == [0])
        }
    }

    /// Whoever does not read its answer is not read from either.
    @Test func aClientThatDoesNotReadIsHeldBack() async throws {
        try await withStream(["api.v3.produce.stream.max.in.flight": "10"]) { stream, proxy in
            let (body, continuation) = AsyncStream<[UInt8]>.makeStream()
            let taken = Answers()
            let (gate, opener) = AsyncStream<Void>.makeStream()
            let running = Task {
                try await stream.run(body) { bytes in
                    for await _ in gate { break }
                    taken.add(bytes)
                }
            }
            for _ in 0..<1000 { continuation.yield(Array("{}".utf8)) }
            continuation.finish()
            let partition = TopicPartition("t", 0)
            func written() async throws -> Int64 {
                try await KafkaAdmin(client: proxy.client).listOffsets([partition: .latest])[partition]?.get().offset
                    .rawValue ?? 0
            }
            while try await written() < 10 { await Task.yield() }
            for _ in 0..<50 { await Task.yield() }
            // Ten in line, one that is being added, and those of the answer that is not taken.
            #expect(try await written() < 100)
            opener.finish()
            try await running.value
            #expect(taken.objects.count == 1000)
        }
    }
}

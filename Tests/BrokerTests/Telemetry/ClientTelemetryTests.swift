import KafkaProtocol
import RecordFormat
import Synchronization
import Testing

@testable import Broker

/// What clients are asked for, and what is taken of them, with a clock of the test's own.
@Suite struct ClientTelemetryTests {
    private final class Clock: Sendable {
        private let milliseconds = Mutex<Int64>(1_000_000)
        var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }
        func pass(_ time: Int64) { milliseconds.withLock { $0 += time } }
    }

    private let clock = Clock()
    private let client = MetricsSubscription.Client(
        instance: .zero, clientID: "shop-7", software: ClientSoftware(name: "apache-kafka-java", version: "3.9.0"),
        address: "10.0.0.7", port: 4711)

    private func telemetry(_ settings: [String: [String: String]], maxBytes: Int = 1000) -> ClientTelemetry {
        let telemetry = ClientTelemetry(maxBytes: maxBytes) { [clock] in clock.now }
        telemetry.apply(settings)
        return telemetry
    }

    private func code(_ body: () throws -> Void) -> ErrorCode {
        do { try body() } catch let refusal as RequestRefusal { return refusal.code } catch {
            return .unknownServerError
        }
        return .none
    }

    private func named(_ instance: TopicID) -> MetricsSubscription.Client {
        var client = client
        client.instance = instance
        return client
    }

    private func push(
        _ subscribed: ClientTelemetry.Subscribed, _ metrics: ByteSlice = ByteSlice("metrics"), codec: Int8 = 0,
        subscriptionID: Int32? = nil, terminating: Bool = false
    ) -> PushTelemetryRequest {
        PushTelemetryRequest(
            clientInstanceID: subscribed.instance, subscriptionID: subscriptionID ?? subscribed.subscriptionID,
            terminating: terminating, compressionType: codec, metrics: metrics)
    }

    @Test func patternsMatchTheWholeOfWhatTheyAreAbout() throws {
        func matches(_ match: String) throws -> Bool {
            try MetricsSubscription(name: "m", settings: ["match": match]).matches(client)
        }
        for match in [
            "", "client_id=shop-.*", "client_id = shop-7 , client_source_port=47[0-9]+",
            "client_software_name=apache-.*,client_software_version=3\\.9\\..*", "client_source_address=10\\..*",
            "client_instance_id=A+",
        ] { #expect(try matches(match), "\(match)") }
        for match in ["client_id=shop", "client_id=shop-7,client_source_port=1", "client_software_version=3.8.*"] {
            #expect(try !matches(match), "\(match)")
        }
    }

    @Test func subscriptionsThatMatchAreTakenTogether() throws {
        let telemetry = telemetry([
            "a": ["metrics": "org.apache.kafka.producer,org.x", "interval.ms": "5000"],
            "b": ["metrics": "org.x,org.a", "interval.ms": "9000", "match": "client_id=shop-.*"],
            "c": ["metrics": "*", "match": "client_id=other"],
        ])
        let subscribed = try telemetry.subscriptions(for: client)
        #expect(subscribed.metrics == ["org.a", "org.apache.kafka.producer", "org.x"] && subscribed.interval == 5000)
        #expect(subscribed.instance != .zero)
        var other = client
        other.clientID = "other"
        #expect(try telemetry.subscriptions(for: other).metrics == ["*"])
        let none = try self.telemetry([:]).subscriptions(for: client)
        #expect(none.metrics.isEmpty && none.interval == 300_000)
    }

    @Test func clientsKeepTheirInterval() throws {
        let telemetry = telemetry(["a": ["metrics": "*", "interval.ms": "1000"]])
        let subscribed = try telemetry.subscriptions(for: client)
        let me = named(subscribed.instance)
        #expect(code { _ = try telemetry.subscriptions(for: me) } == .throttlingQuotaExceeded)
        // The push that follows a subscription comes when it likes, the next ones at the interval.
        #expect(try telemetry.push(push(subscribed), from: me).string == "metrics")
        clock.pass(999)
        #expect(code { _ = try telemetry.push(push(subscribed), from: me) } == .throttlingQuotaExceeded)
        clock.pass(1)
        #expect(code { _ = try telemetry.push(push(subscribed), from: me) } == .none)
        // The last one may come early, and is the last.
        clock.pass(1)
        #expect(code { _ = try telemetry.push(push(subscribed, terminating: true), from: me) } == .none)
        clock.pass(5000)
        #expect(code { _ = try telemetry.push(push(subscribed), from: me) } == .invalidRequest)
    }

    @Test func pushesAreChecked() throws {
        let telemetry = telemetry(["a": ["metrics": "*", "interval.ms": "1000"]])
        let subscribed = try telemetry.subscriptions(for: client)
        let me = named(subscribed.instance)
        func refusal(_ request: PushTelemetryRequest) -> ErrorCode {
            clock.pass(1000)
            return code { _ = try telemetry.push(request, from: me) }
        }
        #expect(refusal(push(subscribed, subscriptionID: subscribed.subscriptionID + 1)) == .unknownSubscriptionID)
        // Who is told so asks again, and need not wait.
        #expect(code { _ = try telemetry.subscriptions(for: me) } == .none)
        #expect(refusal(push(subscribed, codec: 9)) == .unsupportedCompressionType)
        #expect(refusal(push(subscribed, ByteSlice(String(repeating: "x", count: 1001)))) == .telemetryTooLarge)
        #expect(refusal(push(subscribed, codec: 4)) == .invalidRecord)
        for codec in ClientTelemetry.codecs {
            clock.pass(1000)
            let bytes = try codec.compress(ByteSlice("metrics").bytes)
            #expect(try telemetry.push(push(subscribed, bytes, codec: codec.rawValue), from: me).string == "metrics")
        }
        // What grows beyond all bounds is not let grow.
        let bomb = try CompressionCodec.zstd.compress(ByteSlice(String(repeating: "x", count: 1 << 20)).bytes)
        #expect(bomb.count < 1000 && refusal(push(subscribed, bomb, codec: 4)) == .invalidRecord)
        for instance in [TopicID.zero, TopicID(high: 0, low: 1)] {
            #expect(code { _ = try telemetry.push(push(subscribed), from: named(instance)) } == .invalidRequest)
        }
    }

    @Test func newSubscriptionsAreToldAtOnce() throws {
        let telemetry = telemetry(["a": ["metrics": "org.a", "interval.ms": "1000"]])
        let subscribed = try telemetry.subscriptions(for: client)
        let me = named(subscribed.instance)
        telemetry.apply(["a": ["metrics": "org.b", "interval.ms": "1000"]])
        #expect(code { _ = try telemetry.push(push(subscribed), from: me) } == .unknownSubscriptionID)
        let next = try telemetry.subscriptions(for: me)
        #expect(next.subscriptionID != subscribed.subscriptionID && next.metrics == ["org.b"])
        #expect(code { _ = try telemetry.push(push(next), from: me) } == .none)
    }

    @Test func madeUpClientsTakeBoundedMemory() throws {
        let telemetry = telemetry([:])
        for _ in 0..<(ClientTelemetry.maxInstances + 10) { _ = try telemetry.subscriptions(for: client) }
        #expect(telemetry.count <= ClientTelemetry.maxInstances)
    }

    @Test func requestsOverASocket() async throws {
        try await TestBroker.with(["telemetry.max.bytes": "100"]) { server in
            let admin = try await server.connect()
            _ = try await AlterConfigsTests.alter(
                server, .clientMetrics, "m",
                [
                    AlterConfigsTests.entry("interval.ms", "100"), AlterConfigsTests.entry("metrics", "*"),
                    AlterConfigsTests.entry("match", "client_software_name=tester,client_source_address=127.*"),
                ])
            func subscribe(_ client: TestConnection) async throws -> GetTelemetrySubscriptionsResponse {
                try await client.ask(GetTelemetrySubscriptionsRequest())
            }
            // A client that has not said what it is does not match.
            let stranger = try await subscribe(admin)
            #expect(stranger.errorCode == 0 && stranger.requestedMetrics.isEmpty)
            let client = try await server.connect()
            _ = try await client.ask(ApiVersionsRequest(clientSoftwareName: "tester", clientSoftwareVersion: "1"))
            let told = try await subscribe(client)
            #expect(told.errorCode == 0 && told.requestedMetrics == ["*"] && told.pushIntervalMs == 100)
            #expect(told.telemetryMaxBytes == 100 && told.acceptedCompressionTypes == [4, 3, 1, 2])
            #expect(told.deltaTemporality && told.clientInstanceID != .zero)
            let taken = try await client.ask(
                PushTelemetryRequest(
                    clientInstanceID: told.clientInstanceID, subscriptionID: told.subscriptionID, terminating: true,
                    metrics: ByteSlice("m")))
            #expect(taken.errorCode == 0)
            let late = try await client.ask(
                PushTelemetryRequest(clientInstanceID: told.clientInstanceID, subscriptionID: told.subscriptionID))
            #expect(ErrorCode.of(late.errorCode) == .invalidRequest)
            for (number, size, code) in [(Int32(1), 1, ErrorCode.unknownSubscriptionID), (0, 101, .telemetryTooLarge)] {
                let other = try await server.connect()
                _ = try await other.ask(ApiVersionsRequest(clientSoftwareName: "tester", clientSoftwareVersion: "1"))
                let told = try await subscribe(other)
                let refused = try await other.ask(
                    PushTelemetryRequest(
                        clientInstanceID: told.clientInstanceID, subscriptionID: told.subscriptionID &+ number,
                        metrics: ByteSlice(String(repeating: "m", count: size))))
                #expect(ErrorCode.of(refused.errorCode) == code)
            }
            let nameless = try await client.ask(PushTelemetryRequest())
            #expect(ErrorCode.of(nameless.errorCode) == .invalidRequest)
        }
    }
}

import KafkaProtocol
import Testing

@testable import Broker

/// Setting quotas, and asking for them.
@Suite struct ClientQuotaRequestTests {
    typealias Entity = AlterClientQuotasRequest.EntityData
    typealias Change = AlterClientQuotasRequest.OpData
    typealias Filter = DescribeClientQuotasRequest.ComponentData

    static func alter(
        _ client: TestConnection, _ entity: [Entity], _ changes: [Change], validateOnly: Bool = false
    ) async throws -> (ErrorCode, String?) {
        let answer = try await client.ask(
            AlterClientQuotasRequest(
                entries: [.init(entity: entity, ops: changes)], validateOnly: validateOnly))
        #expect(answer.entries[0].entity.map(\.entityType) == entity.map(\.entityType))
        return (.of(answer.entries[0].errorCode), answer.entries[0].errorMessage)
    }

    /// Sets one quota, which must succeed.
    static func set(_ client: TestConnection, _ entity: [Entity], _ key: String, _ value: Double) async throws {
        let (code, message) = try await alter(client, entity, [Change(key: key, value: value)])
        guard code == .none else { throw TestFailure("quota \(key): \(code) \(message ?? "")") }
    }

    static func user(_ name: String?) -> Entity { Entity(entityType: "user", entityName: name) }
    static func clientID(_ name: String?) -> Entity { Entity(entityType: "client-id", entityName: name) }
    static func address(_ name: String?) -> Entity { Entity(entityType: "ip", entityName: name) }

    private func describe(
        _ client: TestConnection, _ filter: [Filter] = [], strict: Bool = false
    ) async throws -> [String] {
        let answer = try await client.ask(DescribeClientQuotasRequest(components: filter, strict: strict))
        #expect(answer.errorCode == 0)
        return try #require(answer.entries).map { entry in
            let entity = entry.entity.map { "\($0.entityType)=\($0.entityName ?? "*")" }
            let values = entry.values.map { "\($0.key):\($0.value)" }
            return (entity + values).joined(separator: " ")
        }
    }

    @Test func quotasAreSetFilteredRemovedAndKept() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(in: directory) { server in
            let client = try await server.connect()
            try await Self.set(client, [Self.user("a")], "producer_byte_rate", 10)
            try await Self.set(client, [Self.user("a"), Self.clientID("c")], "consumer_byte_rate", 20)
            try await Self.set(client, [Self.user(nil), Self.clientID(nil)], "request_percentage", 0.5)
            try await Self.set(client, [Self.clientID("c")], "controller_mutation_rate", 1.5)
            try await Self.set(client, [Self.address("0:0:0:0:0:0:0:1")], "connection_creation_rate", 5)
            try await Self.set(client, [Self.address(nil)], "connection_creation_rate", 6)
            try await Self.set(client, [Self.address("::ffff:10.0.0.1")], "connection_creation_rate", 7)
            #expect(
                try await describe(client, [Filter(entityType: "ip", matchType: 0, match: "10.0.0.1")])
                    == ["ip=10.0.0.1 connection_creation_rate:7.0"])
            #expect(try await describe(client).count == 7)
            #expect(
                try await describe(client, [Filter(entityType: "user", matchType: 0, match: "a")]) == [
                    "user=a producer_byte_rate:10.0", "user=a client-id=c consumer_byte_rate:20.0",
                ])
            #expect(
                try await describe(client, [Filter(entityType: "user", matchType: 0, match: "a")], strict: true)
                    == ["user=a producer_byte_rate:10.0"])
            #expect(
                try await describe(client, [Filter(entityType: "user", matchType: 1, match: nil)])
                    == ["user=* client-id=* request_percentage:0.5"])
            #expect(try await describe(client, [Filter(entityType: "client-id", matchType: 2, match: nil)]).count == 3)
            #expect(
                try await describe(client, [Filter(entityType: "ip", matchType: 0, match: "::1")])
                    == ["ip=::1 connection_creation_rate:5.0"])
            #expect(try await describe(client, [Filter(entityType: "user", matchType: 0, match: "b")]) == [])
        }
        try await TestBroker.with(in: directory) { server in
            let client = try await server.connect()
            #expect(try await describe(client).count == 7 && server.broker.quotas.limits(.requestPercentage))
            let removal = [
                Change(key: "producer_byte_rate", remove: true), Change(key: "consumer_byte_rate", value: 7),
                Change(key: "no_such", remove: true),
            ]
            #expect(try await Self.alter(client, [Self.user("a")], removal, validateOnly: true).0 == .none)
            #expect(try await describe(client).contains("user=a producer_byte_rate:10.0"))
            #expect(try await Self.alter(client, [Self.user("a")], removal).0 == .none)
            #expect(try await describe(client).contains("user=a consumer_byte_rate:7.0"))
            #expect(!server.broker.quotas.limits(.producerByteRate))
        }
    }

    @Test func refusals() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            let user = Self.user("a")
            let rate = Change(key: "producer_byte_rate", value: 1)
            let cases: [([Entity], [Change], String)] = [
                ([], [rate], "empty client quota entity"),
                ([Entity(entityType: "planet", entityName: "x")], [rate], "planet"),
                ([user, Self.user("b")], [rate], "duplicate entity entry user"),
                (
                    [user, Self.address("127.0.0.1")], [Change(key: "connection_creation_rate", value: 1)],
                    "combination"
                ),
                ([Self.address("no address")], [Change(key: "connection_creation_rate", value: 1)], "not a valid IP"),
                ([user], [Change(key: "no_such", value: 1)], "no_such"),
                ([user], [Change(key: "connection_creation_rate", value: 1)], "connection_creation_rate"),
                ([Self.address(nil)], [rate], "producer_byte_rate"),
                ([user], [Change(key: "producer_byte_rate", value: 0)], "greater than 0"),
                ([user], [Change(key: "consumer_byte_rate", value: -1)], "greater than 0"),
                ([user], [Change(key: "producer_byte_rate", value: 1.5)], "fractional"),
                ([user], [Change(key: "producer_byte_rate", value: 1e300)], "too large"),
                ([Self.address(nil)], [Change(key: "connection_creation_rate", value: 3e9)], "INT"),
                ([user], [Change(key: "request_percentage", value: .infinity)], "number"),
                ([user], [Change(key: "request_percentage", value: .nan)], "greater than 0"),
                ([user], [rate, rate], "Duplicate quota key"),
            ]
            for (entity, changes, words) in cases {
                let (code, message) = try await Self.alter(client, entity, changes)
                #expect(
                    code == .invalidRequest && message?.contains(words) == true, "\(words): \(code) \(message ?? "")")
            }
            let twice = try await client.ask(
                AlterClientQuotasRequest(entries: [
                    .init(entity: [user], ops: [rate]), .init(entity: [user], ops: [rate]),
                    .init(entity: [Self.user("good")], ops: [rate]),
                ]))
            #expect(twice.entries.map { ErrorCode.of($0.errorCode) } == [.invalidRequest, .invalidRequest, .none])
            #expect(try await describe(client) == ["user=good producer_byte_rate:1.0"])
        }
    }

    @Test func filtersThatMakeNoSense() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            let cases: [([Filter], ErrorCode)] = [
                ([Filter(entityType: "", matchType: 2, match: nil)], .invalidRequest),
                ([Filter(entityType: "planet", matchType: 2, match: nil)], .unsupportedVersion),
                ([Filter(entityType: "user", matchType: 0, match: nil)], .invalidRequest),
                ([Filter(entityType: "user", matchType: 1, match: "a")], .invalidRequest),
                ([Filter(entityType: "user", matchType: 2, match: "a")], .invalidRequest),
                ([Filter(entityType: "user", matchType: 3, match: nil)], .invalidRequest),
                (
                    [
                        Filter(entityType: "user", matchType: 2, match: nil),
                        Filter(entityType: "user", matchType: 1, match: nil),
                    ], .invalidRequest
                ),
                (
                    [
                        Filter(entityType: "user", matchType: 2, match: nil),
                        Filter(entityType: "ip", matchType: 2, match: nil),
                    ], .invalidRequest
                ),
            ]
            for (filter, code) in cases {
                let answer = try await client.ask(DescribeClientQuotasRequest(components: filter))
                #expect(ErrorCode.of(answer.errorCode) == code && answer.entries == nil, "\(filter)")
                #expect(answer.errorMessage != nil)
            }
        }
    }
}

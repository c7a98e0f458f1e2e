import KafkaProtocol
import Testing

@testable import Broker

@Suite struct FeatureTests {
    private func update(
        _ client: TestConnection, _ feature: String, to level: Int16, type: Int8 = 1, validateOnly: Bool = false
    ) async throws -> ErrorCode {
        let answer = try await client.ask(
            UpdateFeaturesRequest(
                featureUpdates: [.init(feature: feature, maxVersionLevel: level, upgradeType: type)],
                validateOnly: validateOnly))
        return .of(answer.errorCode)
    }

    private func finalized(_ client: TestConnection) async throws -> (Int64, [String: Int16]) {
        let answer = try await client.ask(ApiVersionsRequest(clientSoftwareName: "a", clientSoftwareVersion: "1"))
        return (
            answer.finalizedFeaturesEpoch,
            Dictionary(uniqueKeysWithValues: answer.finalizedFeatures.map { ($0.name, $0.maxVersionLevel) })
        )
    }

    @Test func levelsAreListedChangedAndKept() async throws {
        let directory = try TestDirectory()
        let name = Feature.transactions.name
        try await TestBroker.with(in: directory) { server in
            let client = try await server.connect()
            let defaults = Dictionary(uniqueKeysWithValues: Feature.all.map { ($0.name, $0.defaultLevel) })
            #expect(try await finalized(client) == (0, defaults))
            #expect(try await update(client, name, to: 1, type: 2, validateOnly: true) == .none)
            #expect(try await finalized(client) == (0, defaults))
            #expect(try await update(client, name, to: 1, type: 2) == .none)
            #expect(try await finalized(client).1[name] == 1)
            // The same again is no change.
            #expect(try await update(client, name, to: 1) == .none)
            #expect(try await finalized(client).0 == 1)
            #expect(try await update(client, name, to: 0, type: 3) == .none)
            #expect(server.broker.level(of: .transactions) == 0)
        }
        try await TestBroker.with(in: directory) { server in
            let client = try await server.connect()
            let (epoch, levels) = try await finalized(client)
            #expect(epoch == 2 && levels[name] == nil && levels[Feature.groups.name] == 1)
            #expect(try await update(client, name, to: 2) == .none)
            #expect(server.broker.level(of: .transactions) == 2)
        }
    }

    @Test func refusalsChangeNothing() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            let name = Feature.transactions.name
            for (feature, level, type) in [
                (name, Int16(1), Int8(1)), (name, 3, 1), (name, -1, 2), (name, 2, 0), (name, 2, 4),
                ("no.such.version", 1, 1), ("metadata.version", 20, 1),
            ] {
                #expect(
                    try await update(client, feature, to: level, type: type) == .invalidUpdateVersion,
                    "\(feature) \(level) \(type)")
            }
            #expect(try await update(client, name, to: 1, type: 2) == .none)
            #expect(try await update(client, name, to: 2, type: 2) == .invalidUpdateVersion)
            let none = try await client.ask(UpdateFeaturesRequest())
            #expect(ErrorCode.of(none.errorCode) == .invalidRequest)
            let twice = try await client.ask(
                UpdateFeaturesRequest(
                    featureUpdates: [1, 2].map { .init(feature: name, maxVersionLevel: $0, upgradeType: 3) }))
            #expect(ErrorCode.of(twice.errorCode) == .invalidRequest)
            #expect(server.broker.level(of: .transactions) == 1)
        }
    }

    @Test func clientsBeforeVersionFourAreNotToldWhatTheyCannotRead() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            for version in ApiVersionsRequest.versions {
                let answer = try await client.ask(
                    ApiVersionsRequest(clientSoftwareName: "a", clientSoftwareVersion: "1"), version: version)
                #expect(answer.supportedFeatures.map(\.name) == (version < 4 ? [] : Feature.all.map(\.name)))
            }
        }
    }
}

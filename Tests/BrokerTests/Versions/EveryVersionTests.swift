import KafkaProtocol
import LogHarness
import Logging
import NIOCore
import RecordFormat
import Testing

@testable import Broker

/// Every API at every version that is listed, over a socket: an answer comes back, is whole at that version, and says
/// what was asked.
///
/// A handler that sets a field which the version cannot carry closes the connection, so that every failure of this kind
/// shows here.
@Suite struct EveryVersionTests {
    @Test func listedVersionsAreThoseOfTheMessages() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            let ofMetrics = Set([APIKey.getTelemetrySubscriptions, .pushTelemetry].map(\.rawValue))
            let first = try await client.ask(ApiVersionsRequest(), version: 0)
            #expect(ofMetrics.isDisjoint(with: first.apiKeys.map(\.apiKey)))
            // Clients ask for what is listed, so that this is listed only once it is of use.
            try await AlterConfigsTests.alter(
                server, .clientMetrics, "m", [AlterConfigsTests.entry("metrics", "org")])
            for version in ApiVersionsRequest.versions {
                let answer = try await client.ask(
                    ApiVersionsRequest(clientSoftwareName: "test", clientSoftwareVersion: "1"), version: version)
                #expect(answer.errorCode == 0)
                let listed = Set(answer.apiKeys.map(\.apiKey))
                #expect(listed == Set(VersionSweep.served.map(\.rawValue)), "version \(version)")
            }
            // KIP-511: a version that is not there is answered in version 0, with the list.
            let frame = try TestConnection.bytes(of: ApiVersionsRequest(), version: 3, correlationID: 7)
            var ahead = frame
            ahead[7] = 99
            let refused = try TestConnection.decode(
                try await client.exchange(ahead), to: ApiVersionsRequest.self, version: 0)
            #expect(refused.errorCode == ErrorCode.unsupportedVersion.rawValue)
            #expect(!refused.apiKeys.isEmpty)
            let nameless = try await client.ask(ApiVersionsRequest(), version: 3)
            #expect(nameless.errorCode == ErrorCode.invalidRequest.rawValue)
        }
    }

    @Test func topicAndRecordAPIs() async throws {
        try await TestBroker.with { try await VersionSweep(server: $0, client: $0.connect()).topicsAndRecords() }
    }

    @Test func administrationAPIs() async throws {
        try await TestBroker.with { try await VersionSweep(server: $0, client: $0.connect()).administration() }
    }

    @Test func settingAPIs() async throws {
        try await TestBroker.with { try await VersionSweep(server: $0, client: $0.connect()).settings() }
    }

    @Test func groupAPIs() async throws {
        try await TestBroker.with { try await VersionSweep(server: $0, client: $0.connect()).groups() }
    }

    @Test func shareGroupAPIs() async throws {
        try await TestBroker.with { try await VersionSweep(server: $0, client: $0.connect()).sharing() }
    }

    @Test func transactionAPIs() async throws {
        try await TestBroker.with { try await VersionSweep(server: $0, client: $0.connect()).transactions() }
    }

    @Test func unknownAPIsAndVersionsEndTheConnectionBehindWhatCameBefore() async throws {
        try await TestBroker.with { server in
            for (apiKey, version) in [(Int16(4), Int16(0)), (999, 0), (-1, 0), (12, 99), (12, -1)] {
                let client = try await server.connect()
                var frame = try TestConnection.bytes(of: HeartbeatRequest(), version: 0, correlationID: 5)
                for (index, field) in [apiKey, version].enumerated() {
                    frame[4 + 2 * index] = UInt8(truncatingIfNeeded: field >> 8)
                    frame[5 + 2 * index] = UInt8(truncatingIfNeeded: field)
                }
                let before = try client.begin(DescribeClusterRequest())
                await #expect(throws: TestConnection.Closed.self) { _ = try await client.exchange(frame) }
                #expect(try await before.get().clusterID == server.broker.clusterID)
                try await client.untilClosed()
            }
            #expect(server.log.messages(from: .warning).contains { $0.contains("version 99 is not served") })
        }
    }

    @Test func whatClientsAreIsToldToTheLog() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            _ = try await client.ask(
                ApiVersionsRequest(clientSoftwareName: "some-client", clientSoftwareVersion: "1.2.3"))
            #expect(server.log.messages(from: .debug).contains { $0.hasSuffix("is a client of some-client 1.2.3") })
        }
    }
}

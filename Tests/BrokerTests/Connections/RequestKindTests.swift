import KafkaProtocol
import LogHarness
import Logging
import ServerHarness
import Testing

@testable import Broker

/// What the log says of the requests that connections send.
@Suite struct RequestKindTests {
    @Test func eachKindIsLoggedOncePerConnectionWithItsClient() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            _ = try await client.ask(
                ApiVersionsRequest(clientSoftwareName: "reader", clientSoftwareVersion: "1.2"), version: 3)
            for _ in 0..<3 { _ = try await client.ask(MetadataRequest(), version: 12) }
            _ = try await client.ask(MetadataRequest(), version: 9)
            try await client.close()
            let other = try await server.connect()
            // An older client says nothing of itself, and an empty name is none.
            _ = try await other.ask(ApiVersionsRequest(), version: 2)
            _ = try await other.ask(MetadataRequest(), version: 12)
            try await other.close()
            let lines = server.log.messages(from: .debug).filter { $0.hasPrefix("first ") }
                .map { String($0.prefix { $0 != "," }) + ($0.contains("by reader 1.2,") ? " by reader" : "") }
            #expect(server.log.messages(from: .debug).filter { $0.contains("by unknown unknown,") }.count == 2)
            #expect(
                lines == [
                    "first ApiVersions version 3 of a connection by reader",
                    "first Metadata version 12 of a connection by reader",
                    "first Metadata version 9 of a connection by reader",
                    "first ApiVersions version 2 of a connection", "first Metadata version 12 of a connection",
                ])
        }
    }

    @Test func nothingIsKeptWhereTheLogWouldNotShowIt() {
        var logger = Logger(label: "test") { _ in StreamLogHandler.standardError(label: "test") }
        logger.logLevel = .info
        #expect(RequestKinds(logger) == nil)
        logger.logLevel = .debug
        #expect(RequestKinds(logger) != nil)
    }
}

import HTTPService
import HTTPTypes
import JSON
import Logging
import SchemaClient
import Testing

@Suite struct HTTPRegistryTransportTests {
    /// Serves a registry that answers with what it was asked.
    private func serving(_ body: (_ url: String) async throws -> Void) async throws {
        var routes = RouteTable(mediaTypes: ["application/json", "application/vnd.schemaregistry.v1+json"])
        routes.add(.get, "/{a}/{b}") { request in
            ServiceResponse(json: [
                "a": .string(request.parameter("a")), "b": .string(request.parameter("b")),
                "q": .text(request.queryValues("q").first), "authorization": .text(request.headers[.authorization]),
            ])
        }
        routes.add(.post, "/echo") { request in
            ServiceResponse(.init(code: 409), json: try JSONValue(parsing: request.body))
        }
        let service = HTTPService(
            configuration: .init(listeners: [HTTPListener(host: "127.0.0.1", port: 0)]), routes: routes,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        async let running: Void = service.run()
        let address = try await service.addresses()[0]
        do {
            try await body("127.0.0.1:\(address.port)")
        } catch {
            await service.shutdown()
            throw error
        }
        await service.shutdown()
        try await running
    }

    @Test func pathQueryAndCredentialsGoOver() async throws {
        try await serving { place in
            let transport = try HTTPRegistryTransport(.init(urls: ["http://us%40er:pass@\(place)/"]))
            let request = RegistryRequest(.get, ["a/b c", ":.ctx:s"], query: [.init("q", "1&2=ü")])
            let answer = try await transport.send(request)
            let json = try JSONValue(parsing: answer.body)
            #expect(answer.status == 200)
            #expect(json["a"] == "a/b c" && json["b"] == ":.ctx:s" && json["q"] == "1&2=ü")
            #expect(json["authorization"] == "Basic dXNAZXI6cGFzcw==")
            await transport.close()
        }
    }

    @Test func aRefusalIsAnAnswer() async throws {
        try await serving { place in
            var settings = HTTPRegistryTransport.Settings(urls: ["http://\(place)"])
            settings.token = "secret"
            let transport = try HTTPRegistryTransport(settings)
            let answer = try await transport.send(RegistryRequest(.post, ["echo"], body: Array(#"{"x":1}"#.utf8)))
            #expect(answer == RegistryResponse(status: 409, body: Array(#"{"x":1}"#.utf8)))
            let seen = try await transport.send(RegistryRequest(.get, ["a", "b"]))
            #expect(try JSONValue(parsing: seen.body)["authorization"] == "Bearer secret")
            await transport.close()
        }
    }

    @Test func theNextRegistryAnswersWhereTheFirstDoesNot() async throws {
        try await serving { place in
            let transport = try HTTPRegistryTransport(.init(urls: ["http://127.0.0.1:1", "http://\(place)"]))
            #expect(try await transport.send(RegistryRequest(.get, ["a", "b"])).status == 200)
            await transport.close()
        }
    }

    @Test func nobodyThereIsAnErrorThatNamesThePlaces() async throws {
        let transport = try HTTPRegistryTransport(.init(urls: ["http://u:secret@127.0.0.1:1"]))
        let error = await #expect(throws: SchemaClientError.self) {
            try await transport.send(RegistryRequest(.get, ["a", "b"]))
        }
        #expect(error?.message.hasPrefix("no Schema Registry answers at http://127.0.0.1:1: ") == true)
        #expect(error?.isRetriable == true)
        #expect(error?.description.contains("secret") == false)
        await transport.close()
    }

    @Test(arguments: ["", "127.0.0.1:8081", "ftp://h", "http://"])
    func otherAddressesAreRefused(_ url: String) {
        #expect(throws: SchemaClientError.self) { try HTTPRegistryTransport(.init(urls: [url])) }
    }

    @Test func noAddressIsRefused() {
        #expect(throws: SchemaClientError.self) { try HTTPRegistryTransport(.init(urls: [])) }
    }
}

import JSON
import SchemaClient
import SchemaFormat
import Synchronization
import Testing

@Suite struct SchemaClientTests {
    private let registry = FakeRegistry()

    private func client(_ settings: SchemaClientSettings = .init(retryWait: .zero)) -> SchemaClient {
        SchemaClient(
            transport: registry, languages: [PlainLanguage(), PlainLanguage(type: .protobuf)], settings: settings)
    }

    @Test func aNumberIsAskedForOnce() async throws {
        let id = registry.add(SchemaText("one"), under: "s")
        let client = client()
        #expect(client.knownSchema(id: id) == nil)
        #expect(try await client.schema(id: id).schema.canonicalText == "one")
        #expect(try await client.schema(id: id).schema.canonicalText == "one")
        #expect(client.knownSchema(id: id)?.schema.canonicalText == "one")
        #expect(registry.requestCount == 1)
    }

    @Test func aGUIDIsAskedForOnce() async throws {
        let id = registry.add(SchemaText("one"), under: "s")
        let client = client(), guid = SchemaMark.Identity.guid("00000000-0000-0000-0000-00000000000\(id)")
        #expect(client.knownSchema(guid) == nil)
        #expect(try await client.schema(guid).schema.canonicalText == "one")
        #expect(try await client.schema(guid).id == id)
        #expect(client.knownSchema(guid)?.id == id)
        #expect(
            registry.state.withLock { $0.requests.map(\.path) }
                == [["schemas", "guids", guid.description, "ids"], ["schemas", "ids", "\(id)"]])
        let unknown = SchemaMark.Identity.guid("00000000-0000-0000-0000-000000000009")
        let error = await #expect(throws: SchemaClientError.self) { try await client.schema(unknown) }
        #expect(error?.errorCode == 40403)
    }

    @Test func manyWhoAskAtATimeShareOneRequest() async throws {
        let id = registry.add(SchemaText("one"), under: "s")
        let client = client()
        registry.holdBack()
        try await withThrowingTaskGroup(of: Int32.self) { group in
            for _ in 0..<50 { group.addTask { try await client.schema(id: id).id } }
            while registry.requestCount == 0 { await Task.yield() }
            registry.release()
            for try await found in group { #expect(found == id) }
        }
        #expect(registry.requestCount == 1)
    }

    @Test func aNumberBelongsToAContext() async throws {
        registry.add(SchemaText("one"), under: "s")
        let client = client()
        _ = try await client.schema(id: 1)
        _ = try await client.schema(id: 1, subject: ":.other:s")
        _ = try await client.schema(id: 1, subject: ":.other:t")
        _ = try await client.schema(id: 1, subject: "t")
        #expect(registry.requestCount == 2)
        #expect(
            registry.state.withLock { $0.requests.map(\.query) }
                == [[], [RegistryRequest.Parameter("subject", ":.other:s")]])
    }

    @Test func whatIsMissingIsAnErrorWithTheRegistrysCode() async throws {
        let client = client()
        let error = await #expect(throws: SchemaClientError.self) { try await client.schema(id: 7) }
        #expect(error?.errorCode == 40403)
        #expect(error?.status == 404)
        #expect(error?.description == "it is not there; error code: 40403")
        // Registered since, it is found: a failure is not kept.
        for index in 1...7 { registry.add(SchemaText("text \(index)"), under: "s") }
        #expect(try await client.schema(id: 7).schema.canonicalText == "text 7")
    }

    @Test func aRegistrationIsMadeOnce() async throws {
        let client = client()
        let schema = SchemaText("one", type: .protobuf)
        #expect(client.knownRegistration(of: schema, under: "s") == nil)
        let first = try await client.register(schema, under: "s")
        let again = try await client.register(schema, under: "s")
        #expect([first.id, again.id] == [1, 1])
        #expect([first.subject, again.subject] == ["s", "s"])
        // A registry that names the version with the id is believed; one that does not is not asked for it.
        #expect([first.version, again.version] == [1, 1])
        #expect(client.knownRegistration(of: schema, under: "s")?.id == 1)
        let requests = registry.state.withLock { $0.requests }
        #expect(requests.map(\.path) == [["subjects", "s", "versions"], ["schemas", "ids", "1"]])
        #expect(try JSONValue(parsing: requests[0].body) == ["schema": "one", "schemaType": "PROTOBUF"])
    }

    @Test func normalizingIsAskedFor() async throws {
        _ = try await client().register(SchemaText("one"), under: "s", normalizes: true)
        _ = try await client().lookUp(SchemaText("one"), under: "s", normalizes: true)
        let queries = registry.state.withLock { $0.requests.filter { $0.method == .post }.map(\.query) }
        #expect(queries == Array(repeating: [RegistryRequest.Parameter("normalize", "true")], count: 2))
    }

    @Test func aLookUpFindsTheVersion() async throws {
        registry.add(SchemaText("one"), under: "s")
        registry.add(SchemaText("two"), under: "s")
        let found = try await client().lookUp(SchemaText("two"), under: "s")
        #expect(found.id == 2 && found.version == 2 && found.subject == "s")
        await #expect(throws: SchemaClientError.self) { try await client().lookUp(SchemaText("three"), under: "s") }
    }

    @Test func theLatestVersionExpires() async throws {
        registry.add(SchemaText("one"), under: "s")
        let lasting = client()
        let fleeting = client(SchemaClientSettings(latestLifetime: .zero))
        #expect(try await lasting.latestVersion(of: "s").version == 1)
        #expect(try await fleeting.latestVersion(of: "s").version == 1)
        registry.add(SchemaText("two"), under: "s")
        #expect(try await lasting.latestVersion(of: "s").version == 1)
        #expect(try await fleeting.latestVersion(of: "s").version == 2)
        // What this client registers itself is the latest at once.
        _ = try await lasting.register(SchemaText("three"), under: "s")
        #expect(try await lasting.latestVersion(of: "s").version == 3)
    }

    @Test func whatWasAskedForBeforeARegistrationIsNotTheLatestAfterIt() async throws {
        registry.add(SchemaText("one"), under: "s")
        let client = client()
        registry.holdBack()
        async let early = client.latestVersion(of: "s")
        while registry.state.withLock({ $0.waiting.isEmpty }) { await Task.yield() }
        registry.holdBackNoMore()
        _ = try await client.register(SchemaText("two"), under: "s")
        registry.release()
        #expect(try await early.version == 1)
        #expect(try await client.latestVersion(of: "s").version == 2)
    }

    @Test func theVersionBelowZeroIsTheLatest() async throws {
        registry.add(SchemaText("one"), under: "s")
        let client = client(SchemaClientSettings(latestLifetime: .zero))
        #expect(try await client.version(-1, of: "s").version == 1)
        registry.add(SchemaText("two"), under: "s")
        #expect(try await client.version(-1, of: "s").version == 2)
    }

    @Test func onlyWhatAnotherTryMayCureIsRetriable() {
        #expect(SchemaClientError(unanswered: "nobody is there").isRetriable)
        for status in [408, 429, 500, 503] { #expect(SchemaClientError("busy", status: status).isRetriable) }
        for status in [200, 401, 404, 409, 422] { #expect(!SchemaClientError("refused", status: status).isRetriable) }
        #expect(!SchemaClientError("the registry's answer has no id").isRetriable)
    }

    @Test func aVersionIsAskedForOnce() async throws {
        registry.add(SchemaText("one"), under: "s")
        let client = client()
        #expect(try await client.version(1, of: "s").schema.canonicalText == "one")
        #expect(try await client.version(1, of: "s").id == 1)
        #expect(registry.requestCount == 1)
        let error = await #expect(throws: SchemaClientError.self) { try await client.version(2, of: "s") }
        #expect(error?.errorCode == 40402)
    }

    @Test func whatASchemaRefersToComesBeforeIt() async throws {
        func reference(_ name: String, _ subject: String) -> SchemaReference {
            SchemaReference(name: name, subject: subject, version: 1)
        }
        registry.add(SchemaText("leaf"), under: "leaf")
        registry.add(SchemaText("left", references: [reference("Leaf", "leaf")]), under: "left")
        registry.add(SchemaText("right", references: [reference("Leaf", "leaf")]), under: "right")
        let top = SchemaText("top", references: [reference("Left", "left"), reference("Right", "right")])
        let id = registry.add(top, under: "top")
        let schema = try #require(try await client().schema(id: id).schema as? PlainSchema)
        #expect(schema.dependencies.map(\.text) == ["leaf", "left", "right"])
        #expect(schema.dependencies.map(\.name) == ["Leaf", "Left", "Right"])
        let parsed = try #require(try await client().parse(top) as? PlainSchema)
        #expect(parsed.dependencies == schema.dependencies)
    }

    @Test func whatTheRegistryCannotDoNowIsTriedAgain() async throws {
        registry.add(SchemaText("one"), under: "s")
        let busy = RegistryResponse(status: 503, body: Array("starting".utf8))
        registry.state.withLock { $0.failures = [nil, busy, RegistryResponse(status: 429, body: [])] }
        #expect(try await client().schema(id: 1).id == 1)
        #expect(registry.requestCount == 4)
        registry.state.withLock { $0.failures = [busy, busy, busy, busy] }
        let error = await #expect(throws: SchemaClientError.self) { try await client().schema(id: 1) }
        #expect(error?.status == 503)
        #expect(error?.message == "the registry answered 503 and does not say why")
        #expect(registry.requestCount == 8)
    }

    @Test func whatIsRefusedIsNotTriedAgain() async throws {
        let refusal: JSONValue = ["error_code": 409, "message": "not compatible"]
        registry.state.withLock { $0.failures = [RegistryResponse(status: 409, body: refusal.utf8)] }
        let error = await #expect(throws: SchemaClientError.self) {
            try await client().register(SchemaText("one"), under: "s")
        }
        #expect(error?.errorCode == 409)
        #expect(error?.message == "not compatible")
        #expect(registry.requestCount == 1)
    }

    @Test func aSchemaThatCannotBeReadHereIsToldApart() async throws {
        registry.add(SchemaText("{}", type: .json), under: "s")
        registry.add(SchemaText("bad"), under: "s")
        let client = client()
        let error = await #expect(throws: SchemaClientError.self) { try await client.schema(id: 1) }
        #expect(error?.message == "schemas of type JSON cannot be read here")
        await #expect(throws: SchemaError(.invalidSchema, "it is bad")) { try await client.schema(id: 2) }
    }

    @Test func closingClosesTheTransport() async {
        await client().close()
        #expect(registry.state.withLock { $0.isClosed })
    }
}

import HTTPService
import HTTPTypes
import JSON
import SchemaFormat

/// What the server calls itself and its cluster.
struct RegistryNames: Sendable {
    var version: String
    var commit: String
    var groupID: String
    /// What the Kafka cluster calls itself.
    var kafkaClusterID: @Sendable () async throws -> String
}

/// Schema Registry's HTTP API over a registry.
struct RegistryRoutes: Sendable {
    let registry: Registry
    let names: RegistryNames

    typealias Handler = @Sendable (RegistryCall) async throws -> ServiceResponse

    /// The routes.
    var table: RouteTable {
        var table = RouteTable(mediaTypes: RegistryAnswer.mediaTypes)
        addServer(to: &table)
        addSchemas(to: &table)
        addSubjects(to: &table)
        addVersions(to: &table)
        addCompatibility(to: &table)
        addConfig(to: &table)
        addModes(to: &table)
        addContexts(to: &table)
        return table
    }

    /// Adds a route.
    ///
    /// - Parameter isInContext: Whether the path may stand behind `/contexts/{context}` too, where it means that context.
    func add(
        _ method: HTTPRequest.Method, _ path: String, isInContext: Bool = true, to table: inout RouteTable,
        _ handler: @escaping Handler
    ) {
        let state = registry.state
        let answer: RouteTable.Handler = { request in
            let call = try RegistryCall(request)
            var response: ServiceResponse
            do {
                response = try await handler(call)
            } catch let error as ServiceError {
                response = error.response
            } catch let error as RegistryError where error.code < 50000 {
                response = RegistryAnswer.translate(error).response
            }
            if call.isForwarded, let field = HTTPField.Name(WriterClient.offsetField) {
                response.headers[field] = String(state.position)
            }
            return RegistryAnswer.typed(response, for: request)
        }
        table.add(method, path, RegistryDescriptions.of(method, path), answer)
        if isInContext { table.add(method, "/contexts/{\(RegistryCall.contextParameter)}" + path, nil, answer) }
    }

    // MARK: The server

    private func addServer(to table: inout RouteTable) {
        for method in [HTTPRequest.Method.get, .post] {
            add(method, "/", isInContext: false, to: &table) { _ in RegistryAnswer.json([:]) }
        }
        add(.get, "/v1/metadata/id", isInContext: false, to: &table) { _ in
            let clusters: JSONValue = [
                "kafka-cluster": .string(try await names.kafkaClusterID()),
                "schema-registry-cluster": .string(names.groupID),
            ]
            return RegistryAnswer.json(["id": "", "scope": ["path": [], "clusters": clusters]])
        }
        add(.get, "/v1/metadata/version", isInContext: false, to: &table) { _ in
            RegistryAnswer.json(["version": .string(names.version), "commitId": .string(names.commit)])
        }
    }

    // MARK: Contexts

    private func addContexts(to table: inout RouteTable) {
        add(.get, "/contexts", isInContext: false, to: &table) { call in
            let prefix = call.text("contextPrefix") ?? ""
            let contexts = try await registry.store().contextNames.filter { $0.hasPrefix(prefix) }
            return RegistryAnswer.json(.array(try call.page(of: contexts).map(JSONValue.string)))
        }
        add(.delete, "/contexts/{context}", isInContext: false, to: &table) { call in
            let qualifier = call.qualifier
            let outcome = try await registry.change(call, .deleteContext) { store throws(RegistryError) in
                try SubjectDeletion.context(qualifier, in: store)
            }
            return Self.answer(outcome) { _, _ in ServiceResponse(.noContent) }
        }
    }

    // MARK: Answers

    /// The answer of a change, made here or elsewhere.
    static func answer<Result>(
        _ outcome: Registry.Outcome<Result>, _ made: (Result, SubjectStore) throws -> ServiceResponse
    ) rethrows -> ServiceResponse {
        switch outcome {
        case .made(let result, let store): try made(result, store)
        case .forwarded(let response): response
        }
    }

    /// The text of a schema in the form that is asked for; `nil` where none is.
    func text(of schema: RegisteredSchema, _ call: RegistryCall, in store: SubjectStore) throws -> String? {
        guard let form = call.text("format") else { return nil }
        let reading = try registry.library.read(SchemaDraft(schema), subject: schema.subject, in: store)
        do {
            return try reading.schema.text(in: form)
        } catch {
            throw RegistryError.invalidSchema(error.message)
        }
    }

    /// The schema with references that say their context, if the request asks for that.
    func qualified(_ schema: RegisteredSchema, _ call: RegistryCall) -> RegisteredSchema {
        guard call.text("referenceFormat") == "qualified" else { return schema }
        var qualified = schema
        let subject = QualifiedSubject(schema.subject)
        for index in qualified.references.indices {
            qualified.references[index].subject = subject.resolve(qualified.references[index].subject)
        }
        return qualified
    }
}

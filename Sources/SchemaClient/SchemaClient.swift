import JSON
public import SchemaFormat

/// A Schema Registry as serializers see it: schemas by number, numbers by schema, the latest of a subject.
///
/// What was asked once is kept, so that a message costs no request; many who ask for the same at a time share one. May be used from
/// any number of tasks. A schema never changes under its number, so nothing but the latest version of a subject is ever asked
/// for again.
public final class SchemaClient: Sendable {
    private struct IDKey: Hashable, Sendable {
        var id: Int32
        /// The context that the number is of.
        var context: String
    }

    private struct TextKey: Hashable, Sendable {
        var schema: SchemaText
        var subject: String
        var normalizes: Bool
    }

    private struct VersionKey: Hashable, Sendable {
        var subject: String
        var version: Int
    }

    private struct Latest: Sendable {
        var schema: RegisteredSchema
        var expiresAt: ContinuousClock.Instant?
    }

    /// How many schemas may stand behind another one.
    private static let dependencyLimit = 1000

    private let exchange: RegistryExchange
    private let languages: [SchemaType: any SchemaLanguage]
    private let settings: SchemaClientSettings
    private let byID: SharedFetches<IDKey, RegisteredSchema>
    private let byGUID: SharedFetches<String, RegisteredSchema>
    private let registered: SharedFetches<TextKey, RegisteredSchema>
    private let lookedUp: SharedFetches<TextKey, RegisteredSchema>
    private let byVersion: SharedFetches<VersionKey, RegisteredSchema>
    private let latest: SharedFetches<String, Latest>

    /// Creates a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - transport: The way to the registry, which ``close()`` closes.
    ///   - languages: What schemas may be written in.
    public init(
        transport: any RegistryTransport, languages: [any SchemaLanguage], settings: SchemaClientSettings = .init()
    ) {
        exchange = RegistryExchange(transport: transport, settings: settings)
        self.languages = Dictionary(languages.map { ($0.type, $0) }) { first, _ in first }
        self.settings = settings
        byID = SharedFetches(limit: settings.cacheSize)
        byGUID = SharedFetches(limit: settings.cacheSize)
        registered = SharedFetches(limit: settings.cacheSize)
        lookedUp = SharedFetches(limit: settings.cacheSize)
        byVersion = SharedFetches(limit: settings.cacheSize)
        latest = SharedFetches(limit: settings.cacheSize)
    }

    /// Ends what is open; nothing can be asked any more.
    public func close() async { await exchange.transport.close() }

    // MARK: Reading

    /// The schema of a number, if it was asked for before: no wait, for where a message is read.
    ///
    /// - Parameter subject: A subject in the context that the number is of; `nil` is the default context.
    public func knownSchema(id: Int32, subject: String? = nil) -> RegisteredSchema? {
        byID.known(IDKey(id: id, context: Self.context(of: subject)))
    }

    /// The schema of a number.
    ///
    /// - Throws: ``SchemaClientError`` with the registry's code, 40403 where it knows no such number.
    public func schema(id: Int32, subject: String? = nil) async throws -> RegisteredSchema {
        try await byID.value(for: IDKey(id: id, context: Self.context(of: subject))) { [self] in
            let query = subject.map { [RegistryRequest.Parameter("subject", $0)] } ?? []
            let answer = try await exchange.ask(.get, ["schemas", "ids", String(id)], query: query)
            return try await registeredSchema(answer, id: id, subject: nil, version: nil)
        }
    }

    /// The schema of a mark, if it was asked for before: no wait, for where a message is read.
    public func knownSchema(_ identity: SchemaMark.Identity) -> RegisteredSchema? {
        switch identity {
        case .id(let id): knownSchema(id: id)
        case .guid(let guid): byGUID.known(guid)
        }
    }

    /// The schema of a mark.
    ///
    /// - Throws: ``SchemaClientError`` with the registry's code, 40403 where it knows no such schema.
    public func schema(_ identity: SchemaMark.Identity) async throws -> RegisteredSchema {
        switch identity {
        case .id(let id): try await schema(id: id)
        case .guid(let guid):
            try await byGUID.value(for: guid) { [self] in
                // A GUID is of all contexts; in each of them the schema has a number of its own.
                let answer = try await exchange.ask(.get, ["schemas", "guids", guid, "ids"])
                guard let place = answer.array?.first, let id = place["id"]?.int64.flatMap(Int32.init(exactly:)) else {
                    throw SchemaClientError("Schema \(guid) not found", status: 404, errorCode: 40403)
                }
                let context = place["context"]?.string ?? "."
                return try await schema(id: id, subject: context == "." ? nil : ":\(context):")
            }
        }
    }

    /// A version of a subject; one below zero is the latest.
    ///
    /// - Throws: ``SchemaClientError`` with the registry's code, 40401 or 40402 where there is none.
    public func version(_ version: Int, of subject: String) async throws -> RegisteredSchema {
        guard version >= 0 else { return try await latestVersion(of: subject) }
        return try await byVersion.value(for: VersionKey(subject: subject, version: version)) { [self] in
            try await ask(for: String(version), of: subject)
        }
    }

    /// The latest version of a subject, not older than the settings' lifetime.
    ///
    /// - Throws: ``SchemaClientError`` with the registry's code, 40401 where there is none.
    public func latestVersion(of subject: String) async throws -> RegisteredSchema {
        let now = ContinuousClock.now
        let isCurrent = { (known: Latest) in known.expiresAt.map { $0 > now } ?? true }
        return try await latest.value(for: subject, isCurrent: isCurrent) { [self] in
            Latest(
                schema: try await ask(for: "latest", of: subject),
                expiresAt: settings.latestLifetime.map { .now.advanced(by: $0) })
        }.schema
    }

    private func ask(for version: String, of subject: String) async throws -> RegisteredSchema {
        let answer = try await exchange.ask(.get, ["subjects", subject, "versions", version])
        return try await registeredSchema(answer, id: nil, subject: subject, version: nil)
    }

    // MARK: Writing

    /// Registers a schema, unless the subject has it already.
    ///
    /// - Parameter normalizes: Whether schemas that mean the same count as the same.
    /// - Returns: The schema under its number, in the registry's form of it.
    /// - Throws: ``SchemaClientError`` with the registry's code: 409 for one that is not compatible, 42201 for one that is
    ///   none.
    public func register(
        _ schema: SchemaText, under subject: String, normalizes: Bool = false
    ) async throws -> RegisteredSchema {
        let key = TextKey(schema: schema, subject: subject, normalizes: normalizes)
        return try await registered.value(for: key) { [self] in
            let query = normalizes ? [RegistryRequest.Parameter("normalize", "true")] : []
            let path = ["subjects", subject, "versions"]
            let answer = try await exchange.ask(.post, path, query: query, body: schema.json)
            guard let id = answer["id"]?.int64.flatMap(Int32.init(exactly:)) else {
                throw SchemaClientError("the registry registered a schema under '\(subject)' and names no id")
            }
            latest.forget(subject)
            var result = try await self.schema(id: id, subject: subject)
            result.subject = subject
            // Registries of others may name the id alone.
            result.version = answer["version"]?.int64.map { Int($0) }
            return result
        }
    }

    /// Finds a schema among the versions of a subject.
    ///
    /// - Throws: ``SchemaClientError`` with the registry's code, 40401 or 40403 where it is not there.
    public func lookUp(
        _ schema: SchemaText, under subject: String, normalizes: Bool = false
    ) async throws -> RegisteredSchema {
        let key = TextKey(schema: schema, subject: subject, normalizes: normalizes)
        return try await lookedUp.value(for: key) { [self] in
            let query = normalizes ? [RegistryRequest.Parameter("normalize", "true")] : []
            let answer = try await exchange.ask(.post, ["subjects", subject], query: query, body: schema.json)
            return try await registeredSchema(answer, id: nil, subject: subject, version: nil)
        }
    }

    /// What was registered under a subject by this client, if it was: no wait, for where a message is written.
    public func knownRegistration(
        of schema: SchemaText, under subject: String, normalizes: Bool = false
    ) -> RegisteredSchema? {
        registered.known(TextKey(schema: schema, subject: subject, normalizes: normalizes))
    }

    // MARK: Parsing

    /// Reads a schema with what it refers to.
    ///
    /// - Throws: ``SchemaClientError`` for a reference that is not there, `SchemaError` for a text that is no schema.
    public func parse(_ schema: SchemaText) async throws -> any ParsedSchema {
        try language(schema.type).parse(
            schema.text, dependencies: try await dependencies(of: schema.references), isNew: true)
    }

    private func registeredSchema(
        _ answer: JSONValue, id: Int32?, subject: String?, version: Int?
    ) async throws -> RegisteredSchema {
        let text = try SchemaText(answer)
        guard let id = id ?? answer["id"]?.int64.flatMap(Int32.init(exactly:)) else {
            throw SchemaClientError("the registry's answer has no id")
        }
        let schema = try language(text.type).parse(
            text.text, dependencies: try await dependencies(of: text.references), isNew: false)
        return RegisteredSchema(
            id: id, subject: answer["subject"]?.string ?? subject,
            version: answer["version"]?.int64.map { Int($0) } ?? version, references: text.references, schema: schema)
    }

    private func language(_ type: SchemaType) throws -> any SchemaLanguage {
        guard let language = languages[type] else {
            throw SchemaClientError("schemas of type \(type.rawValue) cannot be read here")
        }
        return language
    }

    /// Everything that references lead to; what another one needs comes before it, and each once.
    private func dependencies(of references: [SchemaReference]) async throws -> [SchemaDependency] {
        var found: [SchemaDependency] = []
        var names: Set<String> = []
        var open = references.reversed().map { (reference: $0, isResolved: false, text: "") }
        while let (reference, isResolved, text) = open.popLast() {
            if isResolved {
                found.append(SchemaDependency(name: reference.name, text: text))
                continue
            }
            guard names.insert(reference.name).inserted else { continue }
            guard names.count <= Self.dependencyLimit else {
                throw SchemaClientError("more than \(Self.dependencyLimit) schemas stand behind one")
            }
            let version = reference.version < 0 ? "latest" : String(reference.version)
            let path = ["subjects", reference.subject, "versions", version]
            let deleted = [RegistryRequest.Parameter("deleted", "true")]
            let schema = try SchemaText(try await exchange.ask(.get, path, query: deleted))
            open.append((reference, true, schema.text))
            open += schema.references.reversed().map { ($0, false, "") }
        }
        return found
    }

    /// The context of a subject such as `:.context:subject`; empty for the default one.
    private static func context(of subject: String?) -> String {
        guard let subject, subject.hasPrefix(":.") else { return "" }
        return String(subject.dropFirst().prefix { $0 != ":" })
    }
}

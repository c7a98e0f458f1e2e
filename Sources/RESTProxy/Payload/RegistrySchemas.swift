import AvroFormat
public import JSON
public import SchemaClient
public import SchemaFormat

/// The schemas of a Schema Registry.
public struct RegistrySchemas: SchemaService {
    private let client: SchemaClient

    /// Creates it; whoever made the client closes it.
    public init(_ client: SchemaClient) { self.client = client }

    /// The schema with an id, asked for once.
    public func schema(id: Int32) async throws -> RegisteredSchema { try await schema(.id(id)) }

    /// The schema that a key or value was written with, asked for once.
    public func schema(_ identity: SchemaMark.Identity) async throws -> RegisteredSchema {
        if let known = client.knownSchema(identity) { return known }
        return try await asking { try await client.schema(identity) }
    }

    /// A version of a subject; the latest is asked for again after a minute.
    public func schema(subject: String, version: Int32?) async throws -> RegisteredSchema {
        try await asking {
            if let version { return try await client.version(Int(version), of: subject) }
            return try await client.latestVersion(of: subject)
        }
    }

    /// Registers a schema under a subject, once.
    public func register(_ text: String, type: SchemaType, subject: String) async throws -> RegisteredSchema {
        let schema = SchemaText(text, type: type)
        if let known = client.knownRegistration(of: schema, under: subject) { return known }
        return try await asking { try await client.register(schema, under: subject) }
    }

    /// Reads a schema without registering it.
    public func parse(_ text: String, type: SchemaType) async throws -> any ParsedSchema {
        try await asking { try await client.parse(SchemaText(text, type: type)) }
    }

    /// The value of bytes; in Avro's plain form where that is asked for.
    public func decode(_ bytes: RawSpan, with schema: any ParsedSchema, as form: JSONForm) throws -> JSONValue {
        guard form == .plain, let avro = schema as? AvroSchema else { return try schema.decode(bytes) }
        return try avro.decode(bytes, form: .plain)
    }

    /// Asks, with errors as the proxy's answers have them.
    private func asking<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let error as SchemaClientError {
            throw SchemaServiceError(Self.kind(of: error), error.description)
        } catch let error as SchemaError {
            throw SchemaServiceError(.invalidSchema, error.message)
        }
    }

    private static func kind(of error: SchemaClientError) -> SchemaServiceError.Kind {
        switch error.status {
        case 404: .notFound
        case 422: .invalidSchema
        case let status? where status < 500 && status != 408 && status != 429: .refused
        default: .unavailable
        }
    }
}

import ConnectAPI
import RecordFormat
import SchemaClient
import SchemaFormat
import Synchronization

/// Keys and values in a format whose schemas are in a registry: one for each task's keys and one for its values.
///
/// It asks the registry for what it has not met yet. A schema that it has met costs a look-up in memory, and no wait.
final class RegistryConverter<Format: FormatMapping>: Converter {
    /// A schema of a subject that values of a mapped schema are written with.
    private struct Target: Sendable {
        let mapped: MappedSchema
        let prefix: [UInt8]
        let writer: Format.Writer
    }

    /// Which target: the mapped schemas are kept by their targets, so an identity is not used again meanwhile.
    private struct TargetKey: Hashable, Sendable {
        let mapped: ObjectIdentifier
        let subject: String
        /// The registry's number where it may become another.
        let id: Int32?
    }

    private struct ReaderKey: Hashable, Sendable {
        let schema: SchemaMark.Identity
        let topic: String
    }

    private struct State: Sendable {
        var mapped: RecentValues<MappedKey, MappedSchema>
        var targets: RecentValues<TargetKey, Target>
        var readers: RecentValues<ReaderKey, Format.Reader>
    }

    /// A schema or none; dictionaries look schemas up by what they hold, and by identity first.
    private struct MappedKey: Hashable, Sendable {
        let schema: ConnectSchema?
    }

    private let format: Format
    private let settings: RegistrySettings
    private let isKey: Bool
    private let lease: LeasedClient
    private let state: Mutex<State>

    private var client: SchemaClient { lease.client }
    private var part: String { isKey ? "key" : "value" }

    init(format: Format, settings: RegistrySettings, isKey: Bool, cacheSize: Int, client: LeasedClient) {
        self.format = format
        self.settings = settings
        self.isKey = isKey
        lease = client
        state = Mutex(
            State(
                mapped: RecentValues(limit: 2 * cacheSize), targets: RecentValues(limit: 2 * cacheSize),
                readers: RecentValues(limit: 2 * cacheSize)))
    }

    // MARK: Writing

    func serialize(
        topic: String, headers: inout [RecordHeader], schema: ConnectSchema?, value: ConnectValue
    ) async throws -> ByteSlice? {
        if try format.isAbsent(value, schema) { return nil }
        let target = try await target(of: try mapped(schema), topic: topic)
        return ByteSlice(try format.message(of: value, target.writer, behind: target.prefix))
    }

    private func mapped(_ schema: ConnectSchema?) throws -> MappedSchema {
        let key = MappedKey(schema: schema)
        if let known = state.withLock({ $0.mapped.value(for: key) }) { return known }
        let mapped = try format.mapped(schema)
        state.withLock { $0.mapped.insert(mapped, for: key) }
        return mapped
    }

    private func target(of mapped: MappedSchema, topic: String) async throws -> Target {
        let subject = try settings.subject(topic: topic, isKey: isKey, recordName: mapped.parsed.name)
        if case .latest(let isStrict) = settings.choice {
            // Known for as long as the settings say; then another version may be the latest.
            let latest = try await ConnectError.naming(
                "Error retrieving the latest \(format.name) schema of the subject '\(subject)'"
            ) { try await client.latestVersion(of: subject) }
            let key = TargetKey(mapped: ObjectIdentifier(mapped), subject: subject, id: latest.id)
            if let known = state.withLock({ $0.targets.value(for: key) }) { return known }
            try check(latest, isStrict, "latest.compatibility.strict", reads: mapped)
            return try keep(latest, for: key, mapped, latest.schema)
        }
        let key = TargetKey(mapped: ObjectIdentifier(mapped), subject: subject, id: nil)
        if let known = state.withLock({ $0.targets.value(for: key) }) { return known }
        switch settings.choice {
        case .id(let id, let isStrict):
            let found = try await ConnectError.naming("Error retrieving the schema of the id \(id) in use.schema.id") {
                try await client.schema(id: id, subject: subject)
            }
            try check(found, isStrict, "id.compatibility.strict", reads: mapped)
            return try keep(found, for: key, mapped, found.schema)
        case .register:
            let found = try await ConnectError.naming(
                "Error registering \(format.name) schema under the subject '\(subject)'"
            ) {
                try await client.register(mapped.text, under: subject, normalizes: settings.normalizes)
            }
            return try keep(found, for: key, mapped, mapped.parsed)
        case .lookUp, .latest:
            let found = try await ConnectError.naming(
                "Error retrieving \(format.name) schema under the subject '\(subject)' (auto.register.schemas=false)"
            ) {
                try await client.lookUp(mapped.text, under: subject, normalizes: settings.normalizes)
            }
            return try keep(found, for: key, mapped, mapped.parsed)
        }
    }

    private func keep(
        _ found: RegisteredSchema, for key: TargetKey, _ mapped: MappedSchema, _ schema: any ParsedSchema
    ) throws -> Target {
        var prefix: [UInt8] = []
        SchemaFraming.appendPrefix(of: found.id, to: &prefix)
        let target = Target(mapped: mapped, prefix: prefix, writer: try format.writer(for: mapped, as: schema))
        state.withLock { $0.targets.insert(target, for: key) }
        return target
    }

    /// Checks that what the value's own schema writes can be read with the one that is used.
    private func check(
        _ found: RegisteredSchema, _ isStrict: Bool, _ setting: String, reads mapped: MappedSchema
    ) throws {
        guard found.schema.type == mapped.parsed.type else {
            throw ConnectError(
                .invalidData,
                "the schema of the id \(found.id) is of type \(found.schema.type.rawValue) and not \(format.name)"
            )
        }
        guard isStrict else { return }
        let obstacles = found.schema.obstacles(readingDataOf: mapped.parsed, roles: .newReader)
        if let first = obstacles.first {
            throw ConnectError(
                .invalidData,
                "Incompatible schema of type '\(found.schema.type.rawValue)', id \(found.id). Set \(setting)=false to"
                    + " disable this check. \(first)")
        }
    }

    // MARK: Reading

    func deserialize(topic: String, headers: [RecordHeader], bytes: ByteSlice?) async throws -> SchemaAndValue {
        guard let bytes else { return .null }
        let mark = try mark(of: bytes, headers)
        let reader = try await reader(of: mark.identity, topic: topic)
        let message =
            mark.leadingBytes.isEmpty
            ? bytes[mark.messageStart..<bytes.count] : ByteSlice(mark.leadingBytes + bytes.array)
        return try format.value(of: message.bytes, reader)
    }

    /// The header says which schema it is, or else what stands before the message.
    private func mark(of bytes: ByteSlice, _ headers: [RecordHeader]) throws -> SchemaMark {
        let name = SchemaMark.headerName(isKey: isKey)
        do throws(SchemaClientError) {
            if let header = headers.last(where: { $0.key == name })?.value {
                return try SchemaMark(header: header.bytes)
            }
            return try SchemaMark(before: bytes.bytes)
        } catch {
            throw ConnectError(.invalidData, error.message)
        }
    }

    private func reader(of id: SchemaMark.Identity, topic: String) async throws -> Format.Reader {
        let key = ReaderKey(schema: id, topic: topic)
        if let known = state.withLock({ $0.readers.value(for: key) }) { return known }
        let attempt = "Error retrieving \(format.name) \(part) schema for id \(id)"
        let found: RegisteredSchema
        if let known = client.knownSchema(id) {
            found = known
        } else {
            found = try await ConnectError.naming(attempt) { try await client.schema(id) }
        }
        let reader = try format.reader(of: found.schema, version: try await version(of: found, topic: topic))
        state.withLock { $0.readers.insert(reader, for: key) }
        return reader
    }

    /// The schema's version under the topic's subject, which Connect's schema has where it has none of its own.
    ///
    /// - Returns: `nil` where the subject has no such schema: a topic may have been copied under another name, and its
    ///   records can be read all the same.
    private func version(of found: RegisteredSchema, topic: String) async throws -> Int32? {
        guard
            let subject = try? settings.subject(topic: topic, isKey: isKey, recordName: found.schema.name)
        else { return nil }
        let text = SchemaText(found.schema.canonicalText, type: found.schema.type, references: found.references)
        do {
            return try await client.lookUp(text, under: subject).version.flatMap { Int32(exactly: $0) }
        } catch let error as SchemaClientError where error.status == 404 {
            return nil
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ConnectError(
                error, during: "Error retrieving \(format.name) \(part) schema version for id \(found.id)")
        }
    }
}

import ConnectAPI
import SchemaClient

/// How a converter uses a Schema Registry, under the names that serializers have for it.
struct RegistrySettings: Sendable {
    /// Which schema a value is written with.
    enum Choice: Sendable, Hashable {
        /// The value's own, registered if it is not (`auto.register.schemas`).
        case register
        /// The value's own, which has to be registered.
        case lookUp
        /// The latest version of the subject (`use.latest.version`).
        case latest(isStrict: Bool)
        /// The one of this number (`use.schema.id`).
        case id(Int32, isStrict: Bool)
    }

    /// Which schema a value is written with.
    let choice: Choice
    /// Whether schemas that mean the same count as the same.
    let normalizes: Bool
    /// Under which subject a topic's keys and values stand.
    let keySubject: SubjectNameStrategy
    let valueSubject: SubjectNameStrategy
    /// How the client behaves.
    let client: SchemaClientSettings
    /// What the transport is made of.
    let configuration: [String: String]

    /// Reads a converter's configuration.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration`.
    init(_ configuration: [String: String]) throws {
        self.configuration = configuration
        let parsed = try Self.definition(requiresURL: false).parse(configuration)
        for (name, reason) in Self.refused {
            let value = configuration[name]?.trimmingSpace.lowercased() ?? ""
            guard !value.isEmpty, value != "false" else { continue }
            throw ConnectError(
                .invalidConfiguration, "\(name) is set, which this converter does not have: \(reason)")
        }
        let id = parsed.integer("use.schema.id") ?? -1
        if parsed.boolean("auto.register.schemas") ?? true {
            choice = .register
        } else if id >= 0 {
            choice = .id(Int32(id), isStrict: parsed.boolean("id.compatibility.strict") ?? true)
        } else if parsed.boolean("use.latest.version") ?? false {
            choice = .latest(isStrict: parsed.boolean("latest.compatibility.strict") ?? true)
        } else {
            choice = .lookUp
        }
        normalizes = parsed.boolean("normalize.schemas") ?? false
        keySubject = try Self.strategy("key.subject.name.strategy", parsed)
        valueSubject = try Self.strategy("value.subject.name.strategy", parsed)
        let lifetime = parsed.integer("latest.cache.ttl.sec") ?? -1
        client = SchemaClientSettings(
            cacheSize: max(2, parsed.integer("max.schemas.per.subject") ?? 1000),
            latestLifetime: lifetime < 0 ? nil : .seconds(lifetime),
            retryLimit: max(0, parsed.integer("max.retries") ?? 3),
            retryWait: .milliseconds(max(0, parsed.integer("retries.wait.ms") ?? 1000)),
            longestRetryWait: .milliseconds(max(0, parsed.integer("retries.max.wait.ms") ?? 20_000)))
    }

    /// The subject of a topic's keys or values.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` where the strategy needs a record's name and there is none.
    func subject(topic: String, isKey: Bool, recordName: String?) throws -> String {
        do throws(SchemaClientError) {
            return try (isKey ? keySubject : valueSubject).subject(topic: topic, isKey: isKey, recordName: recordName)
        } catch {
            throw ConnectError(.invalidData, error.message)
        }
    }

    private static func strategy(_ name: String, _ parsed: ParsedConfiguration) throws -> SubjectNameStrategy {
        let className = parsed.string(name) ?? ""
        // What newer serializers have by default: a topic's name, unless the registry knows better.
        if className.hasSuffix("AssociatedNameStrategy") { return .topicName }
        guard let strategy = SubjectNameStrategy(className: className) else {
            throw ConnectError(
                .invalidConfiguration,
                "\(name) is \(className); it has to be TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy"
                    + " of io.confluent.kafka.serializers.subject")
        }
        return strategy
    }

    /// What serializers have and would be silently wrong to pass over.
    private static let refused: [(name: String, reason: String)] = [
        ("use.latest.with.metadata", "use use.latest.version or use.schema.id"),
        ("use.schema.guid", "use use.schema.id"),
        ("rule.executors", "rules of a schema are not run"),
        ("proxy.host", "the registry is asked directly"),
        ("bearer.auth.custom.provider.class", "no Java class can be loaded; set bearer.auth.token"),
        ("generate.struct.for.nulls", "a message that is not there is null"),
        ("preserve.additional.properties", "members that the schema does not name are left out"),
        ("ignore.modern.dialects", "every draft of JSON Schema is read as what it is"),
    ]
}

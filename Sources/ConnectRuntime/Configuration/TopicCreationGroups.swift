import ConnectAPI
import ConnectPlugins
import KafkaClient

/// How a source connector has topics created: `topic.creation.…` (KIP-158).
struct TopicCreationGroups: Sendable {
    /// Settings for topics whose names match.
    struct Group: Sendable {
        var name: String
        var include: [NamePattern]
        var exclude: [NamePattern]
        var partitions: Int
        var replicationFactor: Int
        /// Further settings of the topics.
        var settings: [String: String]

        func matches(_ topic: String) -> Bool {
            include.contains { $0.matches(topic) } && !exclude.contains { $0.matches(topic) }
        }
    }

    private let groups: [Group]
    private let standard: Group

    private static let prefix = "topic.creation."
    private static let ownKeys = ["include", "exclude", "replication.factor", "partitions"]

    /// Whether a connector says anything about the creation of topics. An empty list of groups says nothing.
    static func isUsed(by configuration: [String: String]) -> Bool {
        configuration.contains { key, value in
            key.hasPrefix(prefix) && !(key == prefix + "groups" && value.trimmingSpace.isEmpty)
        }
    }

    /// The names of the groups beside the one that always exists.
    static func names(_ configuration: [String: String]) -> [String] {
        var names: [String] = []
        for name in TransformChain.aliases(configuration[prefix + "groups"])
        where name != "default" && !names.contains(name) {
            names.append(name)
        }
        return names
    }

    /// What the keys of a group begin with.
    static func prefix(of group: String) -> String { "\(prefix)\(group)." }

    /// Reads a connector's groups; `nil` if it says nothing about them.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration`.
    init?(_ configuration: [String: String]) throws {
        guard Self.isUsed(by: configuration) else { return nil }
        func group(_ name: String) throws -> Group {
            let values = configuration.entries(under: Self.prefix(of: name))
            let parsed = try Self.definition(of: name, configuration).parse(values)
            return Group(
                name: name, include: try parsed.list("include").map { try NamePattern($0) },
                exclude: try parsed.list("exclude").map { try NamePattern($0) },
                partitions: parsed.integer("partitions") ?? -1,
                replicationFactor: parsed.integer("replication.factor") ?? -1,
                settings: values.filter { !Self.ownKeys.contains($0.key) })
        }
        standard = try group("default")
        groups = try Self.names(configuration).map(group)
    }

    /// The topic to create: as the first group says that it matches.
    func newTopic(_ name: String) -> (topic: NewTopic, group: String) {
        let group = groups.first { $0.matches(name) } ?? standard
        return (
            NewTopic(
                name, partitions: Int32(group.partitions), replicationFactor: Int16(group.replicationFactor),
                configs: group.settings), group.name
        )
    }

    /// The keys of a group, without what they begin with.
    static func definition(of group: String, _ configuration: [String: String]) -> ConfigDefinition {
        let isDefault = group == "default"
        let heading = isDefault ? group : "Topic Creation: \(group)"
        func standard(_ key: String) -> ConfigKey.Default {
            if isDefault { return .required }
            return configuration[prefix(of: "default") + key].map { .value($0.trimmingSpace) } ?? .value("-1")
        }
        return ConfigDefinition([
            ConfigKey(
                "include", .list, default: .value(isDefault ? ".*" : ""), importance: .low,
                documentation: "Regular expressions; topics whose whole name matches one are created so.",
                validator: .patterns, group: heading, order: 1, width: .long,
                displayName: "Inclusion Topic Pattern for \(heading)"),
            ConfigKey(
                "exclude", .list, default: .value(""), importance: .low,
                documentation: "Regular expressions; topics whose whole name matches one are not created so.",
                validator: .patterns, group: heading, order: 2, width: .long,
                displayName: "Exclusion Topic Pattern for \(heading)"),
            ConfigKey(
                "replication.factor", .short, default: standard("replication.factor"), importance: .low,
                documentation: "Copies of the topics; -1 for the broker's default.",
                validator: .positiveOrDefault(
                    "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster,"
                        + " or -1 to use the broker's default"), group: heading, order: 3, width: .long,
                displayName: "Replication Factor for Topics in \(heading)"),
            ConfigKey(
                "partitions", .int, default: standard("partitions"), importance: .low,
                documentation: "Partitions of the topics; -1 for the broker's default.",
                validator: .positiveOrDefault(
                    "Number of partitions must be positive, or -1 to use the broker's default"), group: heading,
                order: 4, width: .long, displayName: "Partition Count for Topics in \(heading)"),
        ])
    }
}

extension ConfigValidator {
    /// Accepts lists of regular expressions.
    fileprivate static let patterns = ConfigValidator { text in
        for pattern in text.split(separator: ",") {
            do { _ = try NamePattern(String(pattern).trimmingSpace) } catch {
                return "Syntax error in regular expression: \((error as? ConnectError)?.message ?? "\(error)")"
            }
        }
        return nil
    }

    /// Accepts numbers from 1 on, and -1.
    fileprivate static func positiveOrDefault(_ problem: String) -> ConfigValidator {
        ConfigValidator { text in
            guard let number = Int(text), number < 1, number != -1 else { return nil }
            return problem
        }
    }
}

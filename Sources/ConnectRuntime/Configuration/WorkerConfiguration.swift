public import ConnectAPI

/// The settings of a worker, under the names that Kafka Connect's distributed worker has for them.
public struct WorkerConfiguration: Sendable {
    /// The name of the group of workers that share the work; `group.id`.
    public var groupID: String
    /// How the worker takes part in that group.
    public var group: GroupConfiguration
    /// The topic that connector configurations are kept in; `config.storage.topic`.
    public var configTopic: InternalTopicConfiguration
    /// The topic that source offsets are kept in; `offset.storage.topic`.
    public var offsetTopic: InternalTopicConfiguration
    /// The topic that statuses are kept in; `status.storage.topic`.
    public var statusTopic: InternalTopicConfiguration
    /// The class of the converter for keys; `key.converter`.
    public var keyConverter: String
    /// The class of the converter for values; `value.converter`.
    public var valueConverter: String
    /// The class of the converter for headers; `header.converter`.
    public var headerConverter: String
    /// How long a task has for an orderly end; `task.shutdown.graceful.timeout.ms`.
    public var taskShutdownTimeout: Duration
    /// How long doing without a task that had no orderly end may take: storing its offsets and saying so.
    public var abandonmentTimeout: Duration
    /// How often source offsets are committed; `offset.flush.interval.ms`.
    public var offsetFlushInterval: Duration
    /// Where the REST API listens, such as `http://127.0.0.1:8083`; `listeners`.
    public var listeners: String
    /// What other workers and status answers call this one; `rest.advertised.host.name`.
    public var advertisedHost: String?
    /// The port that goes with it; `rest.advertised.port`.
    public var advertisedPort: Int?
    /// How the REST API is served beside that.
    public var rest: RESTConfiguration
    /// Whether a bare restart of a connector restarts its tasks too; `restart.default.include.tasks`, our own key.
    public var restartsTasksByDefault: Bool
    /// The most tasks that one connector may have; `tasks.max.limit`, our own key.
    public var maximumTasks: Int
    /// What its operator sees and what keeps tasks alive.
    public var operations: OperationSettings
    /// What is done about topics that connectors use; `topic.creation.enable` and `topic.tracking.…`.
    public var topics: ConnectorTopics
    /// Which settings of clients connectors may have; `connector.client.config.override.policy`.
    public var overridePolicy: ClientOverridePolicy
    /// Whether source connectors write exactly once; `exactly.once.source.support`.
    public var exactlyOnceSourceSupport: ExactlyOnceSourceSupport
    /// The directories that connectors of any language are found in; `plugin.path`.
    public var pluginPath: [String]
    /// How long a REST request may wait for the worker.
    public var requestTimeout: Duration
    /// Every key as it was given, for converters and clients, which have their settings under prefixes.
    public var properties: [String: String]
    /// The values among them that came from config providers.
    var secrets: [String] = []

    /// Reads a worker's properties; keys of other components are left alone.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a value of the wrong form.
    public init(_ properties: [String: String] = [:]) throws {
        let parsed = try Self.definition.parse(properties)
        func text(_ key: String) -> String { parsed.string(key) ?? "" }
        func milliseconds(_ key: String) -> Duration { .milliseconds(parsed.integer(key) ?? 0) }
        groupID = text("group.id")
        group = try GroupConfiguration(parsed)
        configTopic = InternalTopicConfiguration(
            name: text("config.storage.topic"), partitions: 1,
            replicationFactor: parsed.integer("config.storage.replication.factor") ?? -1)
        offsetTopic = InternalTopicConfiguration(
            name: text("offset.storage.topic"), partitions: parsed.integer("offset.storage.partitions") ?? 25,
            replicationFactor: parsed.integer("offset.storage.replication.factor") ?? -1)
        statusTopic = InternalTopicConfiguration(
            name: text("status.storage.topic"), partitions: parsed.integer("status.storage.partitions") ?? 5,
            replicationFactor: parsed.integer("status.storage.replication.factor") ?? -1)
        keyConverter = text("key.converter")
        valueConverter = text("value.converter")
        headerConverter = text("header.converter")
        taskShutdownTimeout = milliseconds("task.shutdown.graceful.timeout.ms")
        offsetFlushInterval = milliseconds("offset.flush.interval.ms")
        listeners = text("listeners")
        advertisedHost = parsed.string("rest.advertised.host.name")
        advertisedPort = parsed.integer("rest.advertised.port")
        rest = RESTConfiguration(parsed, properties)
        restartsTasksByDefault = parsed.boolean("restart.default.include.tasks") ?? false
        maximumTasks = parsed.integer("tasks.max.limit") ?? 1000
        operations = try OperationSettings(properties)
        topics = ConnectorTopics(parsed)
        overridePolicy = try ClientOverridePolicy(parsed)
        exactlyOnceSourceSupport = ExactlyOnceSourceSupport(text(ExactlyOnceSourceSupport.key.name))
        pluginPath = parsed.list("plugin.path").filter { !$0.isEmpty }
        if exactlyOnceSourceSupport == .enabled, properties["producer.bootstrap.servers"] != nil {
            throw ConnectError(
                .invalidConfiguration,
                "exactly.once.source.support=enabled and producer.bootstrap.servers exclude each other: fencing and offsets"
                    + " are on the worker's own cluster")
        }
        abandonmentTimeout = .seconds(5)
        requestTimeout = .seconds(90)
        self.properties = properties
        configTopic.readSettings(prefix: "config.storage.", properties)
        offsetTopic.readSettings(prefix: "offset.storage.", properties)
        statusTopic.readSettings(prefix: "status.storage.", properties)
        try ConnectorClientSettings.check(properties)
    }

    /// The keys, their defaults and checks.
    public static let definition = ConfigDefinition(
        ownKeys + VersionRequirement.converterKeys + RESTConfiguration.keys + GroupConfiguration.keys
            + OperationSettings.keys)

    private static let ownKeys: [ConfigKey] = [
        key("group.id", .string, "connect-cluster", "The name of the group of workers that share the work."),
        key("config.storage.topic", .string, "connect-configs", "The topic that connector configurations are kept in."),
        key("config.storage.replication.factor", .short, "-1", "Copies of that topic; -1 for the broker's default."),
        key("offset.storage.topic", .string, "connect-offsets", "The topic that source offsets are kept in."),
        key("offset.storage.partitions", .int, "25", "Partitions of that topic.", .atLeast(1)),
        key("offset.storage.replication.factor", .short, "-1", "Copies of that topic; -1 for the broker's default."),
        key("status.storage.topic", .string, "connect-status", "The topic that statuses are kept in."),
        key("status.storage.partitions", .int, "5", "Partitions of that topic.", .atLeast(1)),
        key("status.storage.replication.factor", .short, "-1", "Copies of that topic; -1 for the broker's default."),
        key("key.converter", .class, "org.apache.kafka.connect.storage.StringConverter", "The converter for keys."),
        key("value.converter", .class, "org.apache.kafka.connect.storage.StringConverter", "The converter for values."),
        key(
            "header.converter", .class, "org.apache.kafka.connect.storage.SimpleHeaderConverter",
            "The converter for headers."),
        key("task.shutdown.graceful.timeout.ms", .long, "5000", "How long tasks have for an orderly end.", .atLeast(0)),
        key("config.providers", .list, "", "Names for the providers that look up the values of placeholders."),
        key("topic.creation.enable", .boolean, "true", "Whether source connectors may say how topics are created."),
        key("topic.tracking.enable", .boolean, "true", "Whether the topics that connectors use are kept track of."),
        key("topic.tracking.allow.reset", .boolean, "true", "Whether that can be begun anew over REST."),
        key(
            "connector.client.config.override.policy", .string, "All",
            "Which settings of their clients connectors may have.", ClientOverridePolicy.validator),
        key(
            "connector.client.config.override.allowlist", .list, "", "Those settings with the policy Allowlist."),
        key("offset.flush.interval.ms", .long, "60000", "How often source offsets are committed.", .atLeast(1)),
        key("listeners", .list, "http://127.0.0.1:8083", "Where the REST API listens."),
        ConfigKey(
            "rest.advertised.host.name", .string, default: .none, importance: .low,
            documentation: "What other workers call this one."),
        ConfigKey(
            "rest.advertised.port", .int, default: .none, importance: .low, documentation: "The port that goes with it."
        ),
        key(
            "restart.default.include.tasks", .boolean, "false",
            "Whether a restart of a connector restarts its tasks too when the request does not say."),
        ExactlyOnceSourceSupport.key,
        key(
            "plugin.path", .list, "",
            "Directories that hold connectors as programs, or are such; see docs/plugin-protocol.md."),
        key("tasks.max.limit", .int, "1000", "The largest tasks.max that a connector may have.", .atLeast(1)),
    ]

    /// Whether a worker has a key of this name, or takes every key that begins as it does.
    public static func knows(_ name: String) -> Bool {
        let prefixes = [
            "config.storage.", "offset.storage.", "status.storage.", "key.converter.", "value.converter.",
            "header.converter.", "config.providers.", "producer.", "consumer.", "admin.",
        ]
        return definition[name] != nil || RESTConfiguration.knows(name)
            || prefixes.contains { name.hasPrefix($0) && name.count > $0.count }
    }

    /// A key of a worker with a default.
    static func key(
        _ name: String, _ kind: ConfigKey.Kind, _ value: String, _ documentation: String,
        _ validator: ConfigValidator? = nil
    ) -> ConfigKey {
        ConfigKey(
            name, kind, default: .value(value), importance: .medium, documentation: documentation, validator: validator)
    }

    /// The settings below a prefix, without it.
    func settings(under prefix: String) -> [String: String] { properties.entries(under: prefix) }
}

/// One of the three topics that a worker keeps its state in.
public struct InternalTopicConfiguration: Sendable, Hashable {
    /// The topic's name.
    public var name: String
    /// How many partitions it is created with.
    public var partitions: Int
    /// How many copies it is created with; -1 for the broker's default.
    public var replicationFactor: Int
    /// Further settings of the topic; it is compacted whatever they say.
    public var settings: [String: String] = [:]

    /// Creates a description.
    public init(name: String, partitions: Int, replicationFactor: Int) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
    }

    /// Takes over `<prefix><topic setting>`, except for what is fixed or has a key of its own.
    mutating func readSettings(prefix: String, _ properties: [String: String]) {
        settings = properties.entries(under: prefix)
        for own in ["topic", "partitions", "replication.factor", "cleanup.policy"] { settings[own] = nil }
    }
}

extension [String: String] {
    /// The entries whose key begins with `prefix`, without it.
    func entries(under prefix: String) -> [String: String] {
        var entries: [String: String] = [:]
        for (key, value) in self where key.hasPrefix(prefix) && key.count > prefix.count {
            entries[String(key.dropFirst(prefix.count))] = value
        }
        return entries
    }
}

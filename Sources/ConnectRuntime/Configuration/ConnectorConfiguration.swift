import ConnectAPI
import ConnectPlugins

/// The configuration keys that every connector has, whatever its class.
enum ConnectorConfiguration {
    /// The keys of every source connector.
    static let source = ConfigDefinition(common + sourceOnly + exactlyOnce + deadLetterGroup)
    /// The keys of every sink connector.
    static let sink = ConfigDefinition(common + sinkOnly)

    private static let common: [ConfigKey] =
        commonGroup + VersionRequirement.connectorKeys + transformGroups + errorGroup
        + RestartSettings.keys(ofConnectors: true)

    /// Kafka has dead letters for sinks only.
    private static let deadLetterGroup = sinkOnly.filter { $0.name.hasPrefix("errors.deadletterqueue.") }

    private static let commonGroup: [ConfigKey] = [
        ConfigKey(
            "name", .string, default: .required, importance: .high,
            documentation: "The connector's name, unique in the cluster.",
            validator: .nonEmptyWithoutControlCharacters, group: "Common", order: 1, width: .medium,
            displayName: "Connector name"),
        ConfigKey(
            "connector.class", .string, default: .required, importance: .high,
            documentation: "The connector's class: its full name, the last part of it, or that without 'Connector'.",
            group: "Common", order: 2, width: .long, displayName: "Connector class"),
        ConfigKey(
            "tasks.max", .int, default: .value("1"), importance: .high,
            documentation: "The most tasks that the connector may divide its work into.", validator: .atLeast(1),
            group: "Common", order: 3, width: .short, displayName: "Tasks max"),
        ConfigKey(
            "tasks.max.enforce", .boolean, default: .value("true"), importance: .low,
            documentation: "Whether a connector that makes more tasks than allowed fails.", group: "Common", order: 4,
            width: .short, displayName: "Enforce tasks max"),
        ConfigKey(
            "key.converter", .class, default: .none, importance: .low,
            documentation: "The converter for keys; the worker's when it is not given.", group: "Common", order: 5,
            width: .short, displayName: "Key converter class"),
        ConfigKey(
            "value.converter", .class, default: .none, importance: .low,
            documentation: "The converter for values; the worker's when it is not given.", group: "Common", order: 6,
            width: .short, displayName: "Value converter class"),
        ConfigKey(
            "header.converter", .class, default: .none, importance: .low,
            documentation: "The converter for headers; the worker's when it is not given.", group: "Common", order: 7,
            width: .short, displayName: "Header converter class"),
        ConfigKey(
            "config.action.reload", .string, default: .value("restart"), importance: .low,
            documentation: "What to do when a value from a configuration provider changes.",
            validator: .oneOf(["none", "restart"]), group: "Common", order: 10, width: .medium,
            displayName: "Reload Action"),
    ]

    private static let transformGroups: [ConfigKey] = [
        ConfigKey(
            "transforms", .list, default: .value(""), importance: .low,
            documentation: "Names for the transforms that records go through, in order.", validator: .uniqueAliases,
            group: "Transforms", order: 8, width: .long, displayName: "Transforms"),
        ConfigKey(
            "predicates", .list, default: .value(""), importance: .low,
            documentation: "Names for the conditions that transforms refer to.", validator: .uniqueAliases,
            group: "Predicates", order: 9, width: .long, displayName: "Predicates"),
    ]

    private static let errorGroup: [ConfigKey] = [
        ConfigKey(
            "errors.retry.timeout", .long, default: .value("0"), importance: .medium,
            documentation: "How many milliseconds a failed operation is tried again; 0 for not at all, -1 for ever.",
            group: "Error Handling", order: 1, width: .medium, displayName: "Retry Timeout for Errors"),
        ConfigKey(
            "errors.retry.delay.max.ms", .long, default: .value("60000"), importance: .medium,
            documentation: "The longest pause between two tries, in milliseconds.", group: "Error Handling", order: 2,
            width: .medium, displayName: "Maximum Delay Between Retries for Errors"),
        ConfigKey(
            "errors.tolerance", .string, default: .value("none"), importance: .medium,
            documentation: "Whether a record that cannot be processed fails the task (none) or is skipped (all).",
            validator: .oneOf(["none", "all"]), group: "Error Handling", order: 3, width: .short,
            displayName: "Error Tolerance"),
        ConfigKey(
            "errors.log.enable", .boolean, default: .value("false"), importance: .medium,
            documentation: "Whether each tolerated error is logged.", group: "Error Handling", order: 4, width: .short,
            displayName: "Log Errors"),
        ConfigKey(
            "errors.log.include.messages", .boolean, default: .value("false"), importance: .medium,
            documentation: "Whether the log tells which record it was.", group: "Error Handling", order: 5,
            width: .short,
            displayName: "Log Error Details"),
    ]

    private static let sourceOnly: [ConfigKey] = [
        ConfigKey(
            "topic.creation.groups", .list, default: .value(""), importance: .low,
            documentation: "Names for groups of topics that are created alike.", validator: .uniqueAliases,
            group: "Topic Creation", order: 1, width: .long, displayName: "Topic Creation Groups")
    ]

    private static let sinkOnly: [ConfigKey] = [
        ConfigKey(
            "topics", .list, default: .value(""), importance: .high,
            documentation: "The topics to read, separated by commas.", group: "Common", order: 4, width: .long,
            displayName: "Topics"),
        ConfigKey(
            "topics.regex", .string, default: .value(""), importance: .high,
            documentation: "A regular expression; every topic whose whole name matches is read.",
            validator: ConfigValidator { pattern in
                pattern.isEmpty || (try? NamePattern(pattern)) != nil ? nil : "Must be a valid regex"
            }, group: "Common", order: 4, width: .long, displayName: "Topics regex"),
        ConfigKey(
            "errors.deadletterqueue.topic.name", .string, default: .value(""), importance: .medium,
            documentation: "The topic for records that cannot be processed; none are kept when it is empty.",
            group: "Error Handling", order: 6, width: .medium, displayName: "Dead Letter Queue Topic Name"),
        ConfigKey(
            "errors.deadletterqueue.topic.replication.factor", .short, default: .value("3"), importance: .medium,
            documentation: "Copies of that topic when it is created.", group: "Error Handling", order: 7,
            width: .medium,
            displayName: "Dead Letter Queue Topic Replication Factor"),
        ConfigKey(
            "errors.deadletterqueue.context.headers.enable", .boolean, default: .value("false"), importance: .medium,
            documentation: "Whether such records get headers that tell what happened.", group: "Error Handling",
            order: 8,
            width: .medium, displayName: "Enable Error Context Headers"),
        PutBisection.key,
    ]
}

extension ConfigValidator {
    /// Accepts lists without repetition.
    static let uniqueAliases = ConfigValidator { text in
        let aliases = text.split(separator: ",").map { String($0).trimmingSpace }
        return Set(aliases).count == aliases.count ? nil : "Duplicate alias provided."
    }
}

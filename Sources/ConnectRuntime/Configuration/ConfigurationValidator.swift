import ConnectAPI

/// Checks a connector's configuration: the keys of every connector, the connector's own, and its converters'.
struct ConfigurationValidator: Sendable {
    let plugins: PluginCatalog
    /// The most tasks that a connector may ask for.
    let maximumTasks: Int
    /// Whether source connectors may say how topics are created.
    var createsTopics = true
    /// Which settings of their clients connectors may have.
    var overridePolicy = ClientOverridePolicy.all
    /// The worker's properties, which connectors' settings of clients go over.
    var workerProperties: [String: String] = [:]
    /// Whether this worker's source connectors write exactly once.
    var exactlyOnceSourceSupport = ExactlyOnceSourceSupport.disabled

    /// Checks a configuration.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` when it names no class, `.notFound` for an
    ///   unknown one.
    func validate(_ configuration: [String: String]) async throws -> ConfigInfos {
        guard let className = configuration["connector.class"] else {
            throw ConnectError(
                .invalidConfiguration, "Connector config \(keys(of: configuration)) contains no connector type")
        }
        if let refused = refusedVersion(className, configuration) { return refused }
        let connector = try plugins.makeConnector(for: configuration)
        let common = connector is any SourceConnector ? ConnectorConfiguration.source : ConnectorConfiguration.sink
        var values = common.validate(configuration)
        if connector is any SinkConnector { Self.checkTopics(configuration, &values) }
        if let source = connector as? any SourceConnector { checkExactlyOnce(source, configuration, &values) }
        checkClasses(&values)
        checkVersions(configuration, &values)
        checkTasks(&values)
        let own = connector.definition
        // A connector may define a common key anew; its own word counts then.
        let ownValues = try await connector.validate(
            configuration: configuration, values: own.validate(configuration))
        var infos: [ConfigInfos.Info] = []
        for value in values where own[value.name] == nil {
            infos.append(ConfigInfos.Info(definition: common[value.name], value: value))
        }
        for value in ownValues { infos.append(ConfigInfos.Info(definition: own[value.name], value: value)) }
        var groups = common.groups
        for group in own.groups where !groups.contains(group) { groups.append(group) }
        for (key, isHeader) in [("header.converter", true), ("key.converter", false), ("value.converter", false)] {
            addConverter(key, isHeader: isHeader, configuration, &infos, &groups)
        }
        addTransforms(configuration, &infos, &groups)
        addPredicates(configuration, &infos, &groups)
        if connector is any SourceConnector { addTopicCreation(configuration, &infos, &groups) }
        addClientOverrides(configuration, isSource: connector is any SourceConnector, &infos)
        refuseUnsupported(configuration, isSource: connector is any SourceConnector, &infos)
        addUnknownKeys(configuration, &infos)
        return ConfigInfos(name: className, groups: groups, configs: infos)
    }

    /// Adds the keys that nothing knows, without their values, which may be secrets with a slip in their names.
    ///
    /// They are no errors: a connector may read keys that it does not define. What may have been meant is recommended.
    private func addUnknownKeys(_ configuration: [String: String], _ infos: inout [ConfigInfos.Info]) {
        let known = Set(infos.map(\.value.name))
        // What is below these is the business of a client or a class that is not known here.
        let open =
            ClientRole.allCases.map(\.overridePrefix) + topicSettingPrefixes(configuration)
            + ["key.converter.", "value.converter.", "header.converter."].filter { prefix in
                configuration[String(prefix.dropLast())] == nil
            }
        for key in configuration.keys.sorted() where !known.contains(key) && !open.contains(where: key.hasPrefix) {
            let nearest = NearestName.of(key, among: known.sorted())
            infos.append(
                ConfigInfos.Info(
                    definition: nil,
                    value: ConfigValue(name: key, value: nil, recommendedValues: nearest.map { [$0] } ?? [])))
        }
    }

    /// The topics of a sink have to be given in exactly one of two ways.
    static func checkTopics(_ configuration: [String: String], _ values: inout [ConfigValue]) {
        let list = (configuration["topics"] ?? "").split(separator: ",").map { String($0).trimmingSpace }
        let hasTopics = list.contains { !$0.isEmpty }
        let hasPattern = !(configuration["topics.regex"] ?? "").trimmingSpace.isEmpty
        func report(_ key: String, _ message: String) {
            guard let index = values.firstIndex(where: { $0.name == key }) else { return }
            values[index].errors.append(message)
        }
        if hasTopics && hasPattern {
            for key in ["topics", "topics.regex"] {
                report(key, "topics and topics.regex are mutually exclusive options, but both are set.")
            }
        } else if !hasTopics && !hasPattern {
            for key in ["topics", "topics.regex"] { report(key, "Must configure one of topics or topics.regex") }
        }
        let deadLetters = (configuration["errors.deadletterqueue.topic.name"] ?? "").trimmingSpace
        if !deadLetters.isEmpty && list.contains(deadLetters) {
            report(
                "topics",
                "The DLQ topic '\(deadLetters)' may not be included in the list of topics (\"topics\"=\(list)) consumed by"
                    + " the connector")
        }
    }

    /// Tasks are made and kept whole in memory, so that a number out of all proportion would end the server, and end it
    /// again at each start.
    private func checkTasks(_ values: inout [ConfigValue]) {
        guard let index = values.firstIndex(where: { $0.name == "tasks.max" }),
            let value = values[index].value, let number = Int(value), number > maximumTasks
        else { return }
        values[index].errors.append(
            "Invalid value \(value) for configuration tasks.max: Value must be no more than \(maximumTasks), this worker's"
                + " tasks.max.limit")
    }

    private func checkClasses(_ values: inout [ConfigValue]) {
        for index in values.indices {
            guard let className = values[index].value, !className.isEmpty else { continue }
            let isKnown =
                switch values[index].name {
                case "key.converter", "value.converter": plugins.find(className, [.converter]) != nil
                case "header.converter": plugins.find(className, [.headerConverter]) != nil
                default: true
                }
            if !isKnown {
                values[index].errors.append(
                    "Invalid value \(className) for configuration \(values[index].name): Class \(className) could not be found."
                )
            }
        }
    }

    private func addConverter(
        _ key: String, isHeader: Bool, _ configuration: [String: String], _ infos: inout [ConfigInfos.Info],
        _ groups: inout [String]
    ) {
        guard let className = configuration[key],
            let definition = plugins.definition(className, isHeader ? .headerConverter : .converter)
        else { return }
        add(definition, prefix: key + ".", configuration, &infos, &groups)
    }

    func add(
        _ definition: ConfigDefinition, prefix: String, _ configuration: [String: String],
        _ infos: inout [ConfigInfos.Info], _ groups: inout [String]
    ) {
        for var value in definition.validate(configuration.entries(under: prefix)) {
            var key = definition[value.name]
            key?.name = prefix + value.name
            value.name = prefix + value.name
            infos.append(ConfigInfos.Info(definition: key, value: value))
        }
        for group in definition.groups where !groups.contains(group) { groups.append(group) }
    }

    /// The keys as Java shows a map, without the values: with no class nobody knows which of them are passwords.
    private func keys(of configuration: [String: String]) -> String {
        "{" + configuration.keys.sorted().joined(separator: ", ") + "}"
    }
}

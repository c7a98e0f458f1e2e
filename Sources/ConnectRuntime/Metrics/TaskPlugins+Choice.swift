import ConnectAPI

extension TaskPlugins {
    /// Finds what the task's converters and transforms are made of.
    ///
    /// - Parameters:
    ///   - connector: The connector that the task was made by.
    ///   - task: The task's class and version.
    ///   - configuration: The connector's configuration, with the values of its placeholders.
    ///   - worker: What has the converters that the connector does not name.
    /// - Throws: ``ConnectError`` for a class or version that there is not, of which the task fails when it starts.
    init(
        connector: PluginCatalog.Description, task: Part, _ configuration: [String: String],
        worker: WorkerConfiguration, plugins: PluginCatalog
    ) throws {
        func part(_ name: String, _ kind: PluginCatalog.Kind, _ version: VersionRequirement) throws -> Part {
            guard let plugin = try plugins.find(name, [kind], version) else {
                throw ConnectError(.notFound, "Class \(name) could not be found.")
            }
            return Part(plugin.description)
        }
        func part(_ choice: ConverterChoice, _ kind: PluginCatalog.Kind) throws -> Part {
            try part(choice.name, kind, choice.version)
        }
        func named(_ list: String, _ alias: String, _ kind: PluginCatalog.Kind) throws -> Named {
            let prefix = "\(list).\(alias)."
            let version = try VersionRequirement(key: prefix + VersionRequirement.suffix, of: configuration)
            return Named(alias: alias, part: try part(configuration[prefix + "type"] ?? "", kind, version))
        }
        let converters = try ConverterChoices(configuration, worker: worker)
        self.init(
            kind: connector.kind, connector: Part(connector), task: task,
            keyConverter: try part(converters.key, .converter),
            valueConverter: try part(converters.value, .converter),
            headerConverter: try part(converters.header, .headerConverter))
        for alias in TransformChain.aliases(configuration["transforms"]) {
            transforms.append(try named("transforms", alias, .transformation))
            let predicate = configuration["transforms.\(alias).predicate"]?.trimmingSpace ?? ""
            // One that several transforms have is told once.
            guard !predicate.isEmpty, !predicates.contains(where: { $0.alias == predicate }) else { continue }
            predicates.append(try named("predicates", predicate, .predicate))
        }
    }
}

extension TaskEnvironment {
    /// Has the task's metrics tell which plug-ins it works with.
    ///
    /// - Parameters:
    ///   - connector: The connector that the task was made by.
    ///   - task: The task's class and version.
    func tellPlugins(connector: PluginCatalog.Description, task: TaskPlugins.Part) {
        // What is not there fails the task's start, which says so.
        let chosen = try? TaskPlugins(
            connector: connector, task: task, connectorConfiguration, worker: worker, plugins: plugins)
        metrics.note { measurements, _ in measurements.plugins = chosen }
    }
}

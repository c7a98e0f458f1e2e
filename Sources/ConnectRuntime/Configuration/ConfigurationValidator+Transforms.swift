import ConnectAPI

/// Checks the transforms and predicates that a configuration names.
extension ConfigurationValidator {
    /// The keys that each transform has beside its own (KIP-585).
    private static let stageDefinition = ConfigDefinition([
        ConfigKey(
            "predicate", .string, default: .none, importance: .medium,
            documentation: "The alias of a predicate used to determine whether to apply this transformation."),
        ConfigKey(
            "negate", .boolean, default: .value("false"), importance: .medium,
            documentation: "Whether the configured predicate should be negated."),
    ])

    func addTransforms(
        _ configuration: [String: String], _ infos: inout [ConfigInfos.Info], _ groups: inout [String]
    ) {
        for alias in TransformChain.aliases(configuration["transforms"]) {
            let prefix = "transforms.\(alias)."
            addPlugin(.transformation, "Transforms: \(alias)", prefix, configuration, &infos, &groups) {
                _ = try plugins.makeTransform($0, version: $1, configuration: $2)
            }
            let first = infos.count
            add(Self.stageDefinition, prefix: prefix, configuration, &infos, &groups)
            checkPredicate(prefix, configuration, &infos[first...])
        }
    }

    func addPredicates(
        _ configuration: [String: String], _ infos: inout [ConfigInfos.Info], _ groups: inout [String]
    ) {
        for alias in TransformChain.aliases(configuration["predicates"]) {
            addPlugin(
                .predicate, "Predicates: \(alias)", "predicates.\(alias).", configuration, &infos, &groups
            ) { _ = try plugins.makePredicate($0, version: $1, configuration: $2) }
        }
    }

    /// Adds the `type` of a transform or predicate, and its own keys.
    ///
    /// - Parameter make: Makes it from its configuration, to see whether its keys go together.
    private func addPlugin(
        _ kind: PluginCatalog.Kind, _ group: String, _ prefix: String, _ configuration: [String: String],
        _ infos: inout [ConfigInfos.Info], _ groups: inout [String],
        make: (_ className: String, _ version: VersionRequirement, _ configuration: [String: String]) throws -> Void
    ) {
        let typeKey = ConfigKey(
            prefix + "type", .class, default: .required, importance: .high,
            documentation: "The class of \(prefix.dropLast()).", group: group, order: 0, width: .long,
            displayName: "Type of \(prefix.dropLast())",
            recommendedValues: plugins.descriptions(connectorsOnly: false).filter { $0.kind == kind }.map(\.className))
        var type = ConfigDefinition([typeKey]).validate(configuration)[0]
        let place = infos.count
        infos.append(ConfigInfos.Info(definition: typeKey, value: type))
        infos.append(version(below: prefix, of: type.value, kind, group, configuration))
        if !groups.contains(group) { groups.append(group) }
        guard let className = type.value else { return }
        func report(_ reason: String) {
            type.errors.append("Invalid value \(className) for configuration \(typeKey.name): \(reason)")
        }
        if let definition = plugins.definition(className, kind) {
            add(definition, prefix: prefix, configuration, &infos, &groups)
            // What one key alone has wrong is said there.
            if infos[place...].allSatisfy(\.value.errors.isEmpty) {
                var own = configuration.entries(under: prefix)
                for key in ["type"] + Self.stageDefinition.keys.map(\.name) { own.removeValue(forKey: key) }
                do {
                    let version = try VersionRequirement.take(from: &own, below: prefix)
                    try make(className, version, own)
                } catch { report((error as? ConnectError)?.message ?? "\(error)") }
            }
        } else {
            report("Class \(className) could not be found.")
        }
        infos[place].value = type
    }

    /// A transform's predicate has to be one of the connector's.
    private func checkPredicate(
        _ prefix: String, _ configuration: [String: String], _ infos: inout ArraySlice<ConfigInfos.Info>
    ) {
        let predicates = TransformChain.aliases(configuration["predicates"])
        let name = configuration[prefix + "predicate"]?.trimmingSpace ?? ""
        for index in infos.indices {
            if infos[index].value.name == prefix + "predicate", !name.isEmpty, !predicates.contains(name) {
                infos[index].value.errors.append(
                    "Invalid value \(name) for configuration \(prefix)predicate: predicates has no alias of that name")
            }
            if infos[index].value.name == prefix + "negate", configuration[prefix + "negate"] != nil, name.isEmpty {
                infos[index].value.errors.append(
                    "Config '\(prefix)negate' was provided but there is no config '\(prefix)predicate' defining a"
                        + " predicate to be negated.")
            }
        }
    }
}

import ConnectAPI

/// Checks the versions of plug-ins that a configuration asks for (KIP-891).
extension ConfigurationValidator {
    /// The keys of classes with the keys of their versions.
    private static let versioned: [(classKey: String, versionKey: String, kinds: Set<PluginCatalog.Kind>)] = [
        ("connector.class", VersionRequirement.connectorKey, [.source, .sink]),
        ("key.converter", "key.converter.\(VersionRequirement.suffix)", [.converter]),
        ("value.converter", "value.converter.\(VersionRequirement.suffix)", [.converter]),
        ("header.converter", "header.converter.\(VersionRequirement.suffix)", [.headerConverter]),
    ]

    /// What is wrong with the version of the connector; nothing that is the connector's own can be checked then.
    ///
    /// - Returns: `nil` where it is there, and where there is no such class.
    func refusedVersion(_ className: String, _ configuration: [String: String]) -> ConfigInfos? {
        guard let newest = plugins.find(className, [.source, .sink]),
            (try? plugins.makeConnector(for: configuration)) == nil
        else { return nil }
        let isSink = newest.description.kind == .sink
        let common = isSink ? ConnectorConfiguration.sink : ConnectorConfiguration.source
        var values = common.validate(configuration)
        if isSink { Self.checkTopics(configuration, &values) }
        checkVersions(configuration, &values)
        return ConfigInfos(
            name: className, groups: common.groups,
            configs: values.map { ConfigInfos.Info(definition: common[$0.name], value: $0) })
    }

    /// Checks the versions of the connector and of its converters, and recommends those that there are.
    func checkVersions(_ configuration: [String: String], _ values: inout [ConfigValue]) {
        for (classKey, versionKey, kinds) in Self.versioned {
            guard let index = values.firstIndex(where: { $0.name == versionKey }) else { continue }
            check(&values[index], className: configuration[classKey], kinds)
            guard configuration[classKey] == nil, configuration[versionKey] != nil else { continue }
            // The worker's converter has the worker's version; this one would be passed over in silence.
            values[index].errors.append(
                "Config '\(versionKey)' was provided but there is no config '\(classKey)' that it is a version of.")
        }
    }

    /// The version of a transform or predicate.
    func version(
        below prefix: String, of className: String?, _ kind: PluginCatalog.Kind, _ group: String,
        _ configuration: [String: String]
    ) -> ConfigInfos.Info {
        let key = VersionRequirement.key(
            prefix + VersionRequirement.suffix, String(prefix.dropLast()), group: group, order: 0, .medium)
        var value = ConfigDefinition([key]).validate(configuration)[0]
        check(&value, className: className, [kind])
        return ConfigInfos.Info(definition: key, value: value)
    }

    private func check(_ value: inout ConfigValue, className: String?, _ kinds: Set<PluginCatalog.Kind>) {
        value.isVisible = className != nil
        guard let className else { return }
        value.recommendedValues = plugins.versions(className, kinds).reversed().map(\.versionText)
        guard let text = value.value, let requirement = try? VersionRequirement(text) else { return }
        do {
            _ = try plugins.find(className, kinds, requirement)
        } catch {
            value.errors.append((error as? ConnectError)?.message ?? "\(error)")
        }
    }
}

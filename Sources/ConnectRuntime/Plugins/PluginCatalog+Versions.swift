import ConnectAPI
import Synchronization

/// One class in several versions side by side (KIP-891).
extension PluginCatalog {
    /// The versions that there are of the class that `name` means, the newest first; none where there is no such class.
    func versions(_ name: String, _ kinds: Set<Kind>) -> [Plugin] {
        let candidates = plugins.withLock { $0.filter { kinds.contains($0.description.kind) } }
        var meant = candidates.filter { $0.description.className == name }
        if meant.isEmpty {
            let matches = candidates.filter { $0.isMeant(byShort: name) }
            // What is dropped into a directory takes no short name away from what is linked in.
            let groups = [matches.filter { !$0.isHosted }, matches]
            meant = groups.first { Set($0.map(\.description.className)).count == 1 } ?? []
        }
        return meant.sorted { $0.version > $1.version }
    }

    /// The newest version that `requirement` admits of the class that `name` means.
    ///
    /// - Returns: `nil` where there is no such class.
    /// - Throws: ``ConnectError`` with code `.notFound` that lists the versions that there are, where none fits.
    func find(_ name: String, _ kinds: Set<Kind>, _ requirement: VersionRequirement) throws -> Plugin? {
        let versions = versions(name, kinds)
        guard let newest = versions.first else { return nil }
        if let plugin = versions.first(where: { requirement.admits($0.version) }) { return plugin }
        let all = versions.reversed().map(\.versionText).joined(separator: ", ")
        throw ConnectError(
            .notFound,
            "Plugin \(newest.description.className) not found that matches the version range \(requirement),"
                + " available versions: [\(all)]")
    }

    /// The connector that a configuration describes, in the version that it asks for, or the newest where that is not
    /// there.
    func connector(of configuration: [String: String]) -> Plugin? {
        guard let name = configuration["connector.class"] else { return nil }
        return (try? requiredConnector(name, configuration)) ?? find(name, [.source, .sink])
    }

    /// Makes the connector that a configuration describes, in the version that it asks for.
    ///
    /// - Throws: as ``chooseConnector(for:)``.
    func makeConnector(for configuration: [String: String]) throws -> any Connector {
        try chooseConnector(for: configuration).connector
    }

    /// Makes the connector that a configuration describes, in the version that it asks for, and says which that is.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound` for a class or version that there is not, and with code
    ///   `.invalidConfiguration` for a version of the wrong form.
    func chooseConnector(
        for configuration: [String: String]
    ) throws -> (description: Description, connector: any Connector) {
        let name = configuration["connector.class"] ?? ""
        let plugin = try requiredConnector(name, configuration)
        switch (plugin?.description, plugin?.factory) {
        case (let description?, .source(let make)): return (description, make())
        case (let description?, .sink(let make)): return (description, make())
        default:
            var known: [String] = []
            for plugin in descriptions(connectorsOnly: true) where known.last != plugin.className {
                known.append(plugin.className)
            }
            throw ConnectError(
                .notFound,
                "Failed to find any class that implements Connector and which name matches \(name),"
                    + " available connectors are: \(known.joined(separator: ", "))")
        }
    }

    private func requiredConnector(_ name: String, _ configuration: [String: String]) throws -> Plugin? {
        try find(
            name, [.source, .sink], VersionRequirement(key: VersionRequirement.connectorKey, of: configuration))
    }
}

extension PluginCatalog.Plugin {
    /// The version for people.
    var versionText: String { description.version ?? PluginVersion.undefined }

    /// The configuration keys; a connector's are its own, without those that every connector has.
    var definition: ConfigDefinition {
        switch factory {
        case .source(let make): make().definition
        case .sink(let make): make().definition
        case .converter(let definition, _), .headerConverter(let definition, _), .transformation(let definition, _),
            .predicate(let definition, _):
            definition
        }
    }
}

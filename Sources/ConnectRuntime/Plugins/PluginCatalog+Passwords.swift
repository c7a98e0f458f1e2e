import ConnectAPI

extension PluginCatalog {
    /// The keys of a configuration whose type is PASSWORD: of the connector, of the converters, transforms and
    /// predicates that it names, and of its clients.
    ///
    /// A class or version may be named by a placeholder, or be a plug-in that only other workers have. Its passwords
    /// are told by the names of their keys then.
    func passwordKeys(of configuration: [String: String]) -> Set<String> {
        var keys = ClientRole.passwordKeys(in: configuration)
        func add(_ name: String?, _ version: String?, _ kinds: Set<Kind>, below prefix: String) {
            let versions = name.map { self.versions($0, kinds) } ?? []
            let requirement = try? VersionRequirement(version ?? "latest")
            if !versions.contains(where: { requirement?.admits($0.version) ?? false }) {
                for key in configuration.entries(under: prefix).keys where SecretName.speaks(key) {
                    keys.insert(prefix + key)
                }
            }
            // A restart may take another version, and what was a password does not cease to be one by that.
            for key in versions.flatMap(\.definition.keys) where key.kind == .password {
                keys.insert(prefix + key.name)
            }
        }
        func addPart(_ name: String?, _ kind: Kind, below prefix: String) {
            add(name, configuration[prefix + VersionRequirement.suffix], [kind], below: prefix)
        }
        add(
            configuration["connector.class"], configuration[VersionRequirement.connectorKey], [.source, .sink],
            below: "")
        for (key, kind) in [
            ("key.converter", Kind.converter), ("value.converter", .converter), ("header.converter", .headerConverter),
        ] {
            // Without a word of the connector it is the worker's, which has no settings here.
            if let className = configuration[key] { addPart(className, kind, below: key + ".") }
        }
        for (list, kind) in [("transforms", Kind.transformation), ("predicates", .predicate)] {
            for alias in TransformChain.aliases(configuration[list]) {
                let prefix = "\(list).\(alias)."
                addPart(configuration[prefix + "type"], kind, below: prefix)
            }
        }
        return keys
    }
}

import ConnectAPI

extension PluginCatalog {
    /// The keys of a configuration whose type is PASSWORD: of the connector, of the converters, transforms and
    /// predicates that it names, and of its clients.
    ///
    /// A class may be named by a placeholder, or be a plug-in that only other workers have. Its passwords are told by
    /// the names of their keys then.
    func passwordKeys(of configuration: [String: String]) -> Set<String> {
        var keys = ClientRole.passwordKeys(in: configuration)
        func add(_ definition: ConfigDefinition?, below prefix: String) {
            guard let definition else {
                for key in configuration.entries(under: prefix).keys where SecretName.speaks(key) {
                    keys.insert(prefix + key)
                }
                return
            }
            for key in definition.keys where key.kind == .password { keys.insert(prefix + key.name) }
        }
        add((try? makeConnector(configuration["connector.class"] ?? ""))?.definition, below: "")
        for (key, kind) in [
            ("key.converter", Kind.converter), ("value.converter", .converter), ("header.converter", .headerConverter),
        ] {
            // Without a word of the connector it is the worker's, which has no settings here.
            if let className = configuration[key] { add(definition(className, kind), below: key + ".") }
        }
        for (list, kind) in [("transforms", Kind.transformation), ("predicates", .predicate)] {
            for alias in TransformChain.aliases(configuration[list]) {
                let prefix = "\(list).\(alias)."
                add(configuration[prefix + "type"].flatMap { definition($0, kind) }, below: prefix)
            }
        }
        return keys
    }
}

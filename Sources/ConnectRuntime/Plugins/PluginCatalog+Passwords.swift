import ConnectAPI

extension PluginCatalog {
    /// The keys of a configuration whose type is PASSWORD: of the connector, and of the converters, transforms and
    /// predicates that it names.
    func passwordKeys(of configuration: [String: String]) -> Set<String> {
        var keys: Set<String> = []
        func add(_ definition: ConfigDefinition?, below prefix: String) {
            for key in definition?.keys ?? [] where key.kind == .password { keys.insert(prefix + key.name) }
        }
        if let connector = try? makeConnector(configuration["connector.class"] ?? "") {
            add(connector.definition, below: "")
        }
        for (key, kind) in [
            ("key.converter", Kind.converter), ("value.converter", .converter), ("header.converter", .headerConverter),
        ] { add(configuration[key].flatMap { definition($0, kind) }, below: key + ".") }
        for (list, kind) in [("transforms", Kind.transformation), ("predicates", .predicate)] {
            for alias in TransformChain.aliases(configuration[list]) {
                let prefix = "\(list).\(alias)."
                add(configuration[prefix + "type"].flatMap { definition($0, kind) }, below: prefix)
            }
        }
        return keys
    }
}

import JSON

extension AvroSchemaParser {
    mutating func reference(to name: String, in namespace: String?) -> AvroTypeID {
        if let primitive = AvroType.Content(primitive: name) { return add(primitive, properties: JSONObject()) }
        if let known = known(name, in: namespace) { return known }
        let full = AvroName(name, in: namespace).full
        mentions.append((full, path))
        if let id = awaited[full] { return id }
        let id = reserve(unionName: full)
        awaited[full] = id
        return id
    }

    /// The type of that name in the namespace, or in none.
    func known(_ name: String, in namespace: String?) -> AvroTypeID? {
        definitions[AvroName(name, in: namespace).full] ?? definitions[name]
    }

    func name(of object: JSONObject, in namespace: String?) throws(AvroError) -> AvroName {
        guard let text = object["name"]?.string else {
            throw failure("No name in schema: \(JSONValue.object(object).excerpt)")
        }
        let name = AvroName(text, in: object["namespace"]?.string ?? namespace)
        if let fault = rules.fault(in: name.simple) { throw failure(fault) }
        if isNew {
            for part in name.namespace?.split(separator: ".", omittingEmptySubsequences: false) ?? [] {
                if let fault = rules.fault(in: String(part)) {
                    throw failure("Namespace part \"\(part)\" is invalid: \(fault)")
                }
            }
        }
        if AvroType.Content(primitive: name.full) != nil {
            throw failure("Schemas may not be named after primitives: \(name.full)")
        }
        return name
    }

    /// Takes a place for a type that is about to be defined.
    mutating func declare(_ name: AvroName) -> AvroTypeID {
        if let first = definitions[name.full] {
            let id = reserve(unionName: name.full)
            repetitions.append((id, first, path))
            return id
        }
        let id = awaited.removeValue(forKey: name.full) ?? reserve(unionName: name.full)
        definitions[name.full] = id
        return id
    }

    /// Defines a type.
    ///
    /// - Returns: Where the type of that name stands, which is where it was defined first.
    mutating func define(_ id: AvroTypeID, _ content: AvroType.Content, properties: JSONObject) -> AvroTypeID {
        types[id.index] = AvroType(content, properties: properties)
        return definitions[unionNames[id.index]] ?? id
    }

    func aliasTexts(of object: JSONObject) throws(AvroError) -> [String] {
        guard let value = object["aliases"] else { return [] }
        guard let elements = value.array else { throw failure("aliases not an array: \(value.excerpt)") }
        var aliases: [String] = []
        var known: Set<String> = []
        for element in elements {
            guard let alias = element.string else { throw failure("alias not a string: \(element.excerpt)") }
            if known.insert(alias).inserted { aliases.append(alias) }
        }
        return aliases
    }

    func aliases(of object: JSONObject, named name: AvroName) throws(AvroError) -> [AvroName] {
        var aliases: [AvroName] = []
        for text in try aliasTexts(of: object) {
            let alias = AvroName(text, in: name.namespace)
            if isNew, let fault = rules.fault(in: alias.simple) { throw failure(fault) }
            if !aliases.contains(alias) { aliases.append(alias) }
        }
        return aliases
    }
}

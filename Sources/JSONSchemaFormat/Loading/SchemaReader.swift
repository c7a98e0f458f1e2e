import JSON
import SchemaFormat

/// Reads the keywords of one schema, those of its draft; what is not one is let be.
struct SchemaReader {
    let object: JSONObject
    let place: Int
    let draft: SchemaDraft
    /// What was read: cheap rules before those that go deeper, and those last that ask what the others have looked at.
    private(set) var rules: [SchemaRule] = []
    private(set) var asksForEvaluated = false
    private(set) var hasDefault = false

    init(object: JSONObject, place: Int, draft: SchemaDraft) {
        self.object = object
        self.place = place
        self.draft = draft
    }

    /// Reads all of it.
    ///
    /// - Throws: ``SchemaError`` with code `.invalidSchema` that names the keyword and where it stands.
    mutating func read(with loader: inout SchemaLoader) throws(SchemaError) {
        if let reference = try string("$ref", loader) {
            rules.append(.reference(try loader.node(at: try loader.target(of: reference, from: place))))
            if draft.referencesStandAlone { return }
        }
        try readAnnotations(loader)
        try readDynamicReference(&loader)
        try readValues(loader)
        try readNumbers(loader)
        try readStrings(loader)
        try readArrays(&loader)
        try readObjects(&loader)
        try readCombinations(&loader)
        try readUnevaluated(&loader)
    }

    private mutating func readAnnotations(_ loader: SchemaLoader) throws(SchemaError) {
        for keyword in [draft.idKeyword, "title", "description"] { _ = try string(keyword, loader) }
        if draft == .draft7 { for keyword in ["readOnly", "writeOnly"] { _ = try flag(keyword, loader) } }
        // A default that is null is none where Schema Registry reads the later drafts.
        if let value = object["default"] { hasDefault = draft <= .draft7 || !value.isNull }
    }

    private mutating func readDynamicReference(_ loader: inout SchemaLoader) throws(SchemaError) {
        if draft == .draft2019, let reference = try string("$recursiveRef", loader) {
            let target = try loader.target(of: reference, from: place)
            let node = try loader.node(at: target)
            let isRecursive = loader.places[target].value["$recursiveAnchor"]?.bool == true
            rules.append(isRecursive ? .dynamicReference(node, anchor: "") : .reference(node))
        }
        if draft == .draft2020, let reference = try string("$dynamicRef", loader) {
            let target = try loader.target(of: reference, from: place)
            let node = try loader.node(at: target)
            let anchor = URIReference(reference).fragment ?? ""
            let isDynamic = loader.places[target].value["$dynamicAnchor"]?.string == anchor && !anchor.isEmpty
            rules.append(isDynamic ? .dynamicReference(node, anchor: anchor) : .reference(node))
        }
    }

    private mutating func readValues(_ loader: SchemaLoader) throws(SchemaError) {
        switch object["type"] {
        case nil: break
        case .string(let name): rules.append(.types([try type(name, loader)], isList: false))
        case .array(let names):
            var types: [InstanceType] = []
            for name in names {
                guard let name = name.string else { throw failure("type", "a name or a list of names", loader) }
                types.append(try type(name, loader))
            }
            rules.append(.types(types, isList: true))
        default: throw failure("type", "a name or a list of names", loader)
        }
        if let value = object["enum"] {
            guard let values = value.array else { throw failure("enum", "a list of values", loader) }
            rules.append(.enumeration(Set(values.map(InstanceKey.init))))
        }
        if draft >= .draft6, let value = object["const"] { rules.append(.constant(InstanceKey(value))) }
    }

    private func type(_ name: String, _ loader: SchemaLoader) throws(SchemaError) -> InstanceType {
        guard let type = InstanceType(rawValue: name) else {
            let known = InstanceType.allCases.map(\.rawValue).joined(separator: ", ")
            throw SchemaError(
                .invalidSchema, "\(loader.places.path(to: place)): 'type' is '\(name)', which is none of \(known)")
        }
        return type
    }

    // MARK: - Combinations

    private mutating func readCombinations(_ loader: inout SchemaLoader) throws(SchemaError) {
        if let nodes = try schemas("allOf", &loader) { rules.append(.allOf(nodes)) }
        if let nodes = try schemas("anyOf", &loader) { rules.append(.anyOf(nodes)) }
        if let nodes = try schemas("oneOf", &loader) { rules.append(.oneOf(nodes)) }
        if let node = try schema("not", &loader) { rules.append(.not(node)) }
        guard draft >= .draft7 else { return }
        let condition = try schema("if", &loader)
        let positive = try schema("then", &loader)
        let negative = try schema("else", &loader)
        if condition != nil || positive != nil || negative != nil {
            rules.append(.conditional(if: condition, then: positive, else: negative))
        }
    }

    private mutating func readUnevaluated(_ loader: inout SchemaLoader) throws(SchemaError) {
        guard draft >= .draft2019 else { return }
        if let node = try schema("unevaluatedItems", &loader) {
            rules.append(.unevaluatedItems(node))
            asksForEvaluated = true
        }
        if let node = try schema("unevaluatedProperties", &loader) {
            rules.append(.unevaluatedProperties(node))
            asksForEvaluated = true
        }
    }

    mutating func append(_ rule: SchemaRule) { rules.append(rule) }
}

// MARK: - What the value of a keyword has to be

extension SchemaReader {
    func failure(_ keyword: String, _ expected: String, _ loader: SchemaLoader) -> SchemaError {
        SchemaError(.invalidSchema, "\(loader.places.path(to: place)): '\(keyword)' has to be \(expected)")
    }

    func string(_ keyword: String, _ loader: SchemaLoader) throws(SchemaError) -> String? {
        guard let value = object[keyword] else { return nil }
        guard let text = value.string else { throw failure(keyword, "a string", loader) }
        return text
    }

    func flag(_ keyword: String, _ loader: SchemaLoader) throws(SchemaError) -> Bool? {
        guard let value = object[keyword] else { return nil }
        guard let flag = value.bool else { throw failure(keyword, "true or false", loader) }
        return flag
    }

    func number(_ keyword: String, _ loader: SchemaLoader) throws(SchemaError) -> ExactDecimal? {
        guard let value = object[keyword] else { return nil }
        guard case .number(let number) = value else { throw failure(keyword, "a number", loader) }
        return ExactDecimal(number)
    }

    /// An integer; one that does not fit is the largest there is.
    func count(_ keyword: String, _ loader: SchemaLoader) throws(SchemaError) -> Int? {
        guard let number = try self.number(keyword, loader) else { return nil }
        guard let count = number.clampedInteger else { throw failure(keyword, "an integer", loader) }
        return count
    }

    func names(_ keyword: String, _ value: JSONValue, _ loader: SchemaLoader) throws(SchemaError) -> [String] {
        guard let elements = value.array else { throw failure(keyword, "a list of names", loader) }
        var names: [String] = []
        for element in elements {
            guard let name = element.string else { throw failure(keyword, "a list of names", loader) }
            names.append(name)
        }
        return names
    }

    func schema(_ keyword: String, _ loader: inout SchemaLoader) throws(SchemaError) -> SchemaNodeID? {
        guard let value = object[keyword] else { return nil }
        return try loader.node(at: loader.places.child(of: place, keyword, value))
    }

    func schemas(_ keyword: String, _ loader: inout SchemaLoader) throws(SchemaError) -> [SchemaNodeID]? {
        guard let value = object[keyword] else { return nil }
        guard let elements = value.array else { throw failure(keyword, "a list of schemas", loader) }
        let list = loader.places.child(of: place, keyword, value)
        var nodes: [SchemaNodeID] = []
        for (index, element) in elements.enumerated() {
            nodes.append(try loader.node(at: loader.places.child(of: list, String(index), element)))
        }
        return nodes
    }

    func namedSchemas(
        _ keyword: String, _ loader: inout SchemaLoader
    ) throws(SchemaError) -> [(name: String, node: SchemaNodeID)]? {
        guard let value = object[keyword] else { return nil }
        guard let named = value.object else { throw failure(keyword, "an object of schemas", loader) }
        let map = loader.places.child(of: place, keyword, value)
        var nodes: [(name: String, node: SchemaNodeID)] = []
        for member in named {
            nodes.append((member.name, try loader.node(at: loader.places.child(of: map, member.name, member.value))))
        }
        return nodes
    }

    func pattern(_ keyword: String, _ text: String, _ loader: SchemaLoader) throws(SchemaError) -> LinearPattern {
        do { return try LinearPattern(text) } catch {
            throw SchemaError(
                .invalidSchema,
                "\(loader.places.path(to: place)): '\(keyword)' has the pattern '\(text)', which is malformed or has "
                    + "what is not supported: \(error.message)")
        }
    }
}

import JSON

extension AvroSchemaParser {
    mutating func type(_ json: JSONValue, in namespace: String?) throws(AvroError) -> AvroTypeID {
        switch json {
        case .string(let name): return reference(to: name, in: namespace)
        case .array(let members): return try union(members, in: namespace)
        case .object(let object): return try definition(object, in: namespace)
        case .null, .bool, .number: throw failure("Schema not yet supported: \(json.excerpt)")
        }
    }

    mutating func definition(_ object: JSONObject, in namespace: String?) throws(AvroError) -> AvroTypeID {
        guard let kind = object["type"]?.string else {
            // Others than Apache Avro take a definition for a type's name, and what they registered has to be read.
            guard !isNew, let inner = object["type"] else {
                throw failure("No type: \(JSONValue.object(object).excerpt)")
            }
            return try inside("type") { parser throws(AvroError) in try parser.type(inner, in: namespace) }
        }
        if let primitive = AvroType.Content(primitive: kind) {
            return add(primitive, properties: properties(of: object))
        }
        switch kind {
        case "record", "error": return try record(object, isError: kind == "error", in: namespace)
        case "enum": return try enumeration(object, in: namespace)
        case "fixed": return try fixed(object, in: namespace)
        case "array":
            guard let items = object["items"] else {
                throw failure("Array has no items type: \(JSONValue.object(object).excerpt)")
            }
            let id = try inside("items") { parser throws(AvroError) in try parser.type(items, in: namespace) }
            return add(.array(items: id), properties: properties(of: object))
        case "map":
            guard let values = object["values"] else {
                throw failure("Map has no values type: \(JSONValue.object(object).excerpt)")
            }
            let id = try inside("values") { parser throws(AvroError) in try parser.type(values, in: namespace) }
            return add(.map(values: id), properties: properties(of: object))
        default:
            if let known = known(kind, in: namespace) { return known }
            throw failure(
                "A schema \"type\" MUST be a primitive type or one of \"enum\", \"fixed\", \"record\", \"error\", "
                    + "\"array\" or \"map\", and not \"\(kind)\"")
        }
    }

    mutating func union(_ elements: [JSONValue], in namespace: String?) throws(AvroError) -> AvroTypeID {
        var members: [AvroTypeID] = []
        var names: Set<String> = []
        for (index, element) in elements.enumerated() {
            try inside(String(index)) { parser throws(AvroError) in
                if case .array = element { throw parser.failure("Nested union: \(element.excerpt)") }
                let member = try parser.type(element, in: namespace)
                let name = parser.unionNames[member.index]
                guard names.insert(name).inserted else { throw parser.failure("Duplicate in union:\(name)") }
                members.append(member)
            }
        }
        return add(.union(members), properties: JSONObject())
    }

    mutating func add(_ content: AvroType.Content, properties: JSONObject) -> AvroTypeID {
        let id = reserve(unionName: content.unionName)
        types[id.index] = AvroType(content, properties: properties)
        return id
    }

    mutating func reserve(unionName: String) -> AvroTypeID {
        types.append(nil)
        unionNames.append(unionName)
        return AvroTypeID(index: types.count - 1)
    }

    /// What stands beside the properties that Avro has a use for.
    func properties(of object: JSONObject, isEnumeration: Bool = false) -> JSONObject {
        var properties = JSONObject()
        for member in object where !Self.reserved.contains(member.name) {
            if !isEnumeration || member.name != "default" { properties[member.name] = member.value }
        }
        return properties
    }

    static let reserved: Set<String> = [
        "doc", "fields", "items", "name", "namespace", "size", "symbols", "values", "type", "aliases",
    ]
}

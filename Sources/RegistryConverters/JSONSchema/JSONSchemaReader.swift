import ConnectAPI
import JSON

/// Makes Connect's schema of a JSON Schema.
///
/// What the schema asks of values beyond their types is not Connect's business. References have to lead to a place in
/// the same document.
struct JSONSchemaReader {
    /// How many schemas a schema may come to: a reference stands for all that it leads to.
    private static let schemaLimit = 100_000
    /// How many schemas a schema may be within, references among them: twice what Connect's own come to.
    private static let depthLimit = 400

    private let document: JSONValue
    private let settings: JSONSchemaSettings
    /// The references that are being followed: one that leads to itself would never end.
    private var followed: [String] = []
    private var count = 0
    private var depth = 0
    private var unionCount = 0

    private init(document: JSONValue, settings: JSONSchemaSettings) {
        self.document = document
        self.settings = settings
    }

    /// The schema.
    ///
    /// - Parameter version: What it has as its version if it names none.
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func schema(
        of document: JSONValue, version: Int32?, _ settings: JSONSchemaSettings
    ) throws -> ConnectSchema {
        var reader = JSONSchemaReader(document: document, settings: settings)
        return try reader.schema(document, version: version)
    }

    private func invalid(_ message: String) -> ConnectError { ConnectError(.invalidData, message) }

    private mutating func schema(
        _ json: JSONValue, version: Int32? = nil, isOptional: Bool = false
    ) throws -> ConnectSchema {
        count += 1
        guard count <= Self.schemaLimit else {
            throw invalid("the schema comes to more than \(Self.schemaLimit) schemas")
        }
        guard depth < Self.depthLimit else {
            throw invalid("A schema has more than \(Self.depthLimit) levels of nesting")
        }
        depth += 1
        defer { depth -= 1 }
        guard let object = json.object else {
            throw invalid(
                "Unsupported schema \(json.text): a schema that says nothing of its values has no type in Connect")
        }
        if let reference = object["$ref"]?.string { return try target(of: reference, version, isOptional) }
        if let combined = try combination(object, version, isOptional) { return combined }
        var draft = try self.draft(object)
        try addAttributes(of: object, to: &draft, version)
        if isOptional { draft.isOptional = true }
        if let json = object["default"], !json.isNull {
            draft.defaultValue = try? JSONValueReader(settings: settings).value(of: json, draft.schema)
        }
        return draft.schema
    }

    // MARK: References

    private mutating func target(
        of reference: String, _ version: Int32?, _ isOptional: Bool
    ) throws -> ConnectSchema {
        guard !followed.contains(reference) else {
            throw invalid("the schema refers to itself by \(reference), which a schema of Connect's cannot")
        }
        guard let target = place(reference) else {
            throw invalid("the schema refers to \(reference), which is no place in the same document")
        }
        followed.append(reference)
        defer { followed.removeLast() }
        return try schema(target, version: version, isOptional: isOptional)
    }

    private func place(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#") else { return nil }
        if reference == "#" { return document }
        guard reference.hasPrefix("#/") else {
            let definitions =
                (document["definitions"]?.object.map(Array.init) ?? [])
                + (document["$defs"]?.object.map(Array.init) ?? [])
            return definitions.map(\.value).first { definition in
                definition["$id"]?.string == reference || definition["id"]?.string == reference
                    || definition["$anchor"]?.string == String(reference.dropFirst())
            }
        }
        var place = document
        for step in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
            let name = String(step.replacing("~1", with: "/").replacing("~0", with: "~"))
            if let member = place[name] {
                place = member
            } else if let array = place.array, let index = Int(name), array.indices.contains(index) {
                place = array[index]
            } else {
                return nil
            }
        }
        return place
    }

    // MARK: Combinations

    private mutating func combination(
        _ object: JSONObject, _ version: Int32?, _ isOptional: Bool
    ) throws -> ConnectSchema? {
        if let members = object["allOf"]?.array {
            return try all(of: members, beside: object, version, isOptional)
        }
        let isObject = object["properties"] != nil
        if !isObject, let members = (object["oneOf"] ?? object["anyOf"])?.array {
            return try union(members, object, version, isOptional)
        }
        if let types = object["type"]?.array {
            let members = types.map { type in
                var member = object
                member["type"] = type
                return JSONValue.object(member)
            }
            return try union(members, object, version, isOptional)
        }
        return nil
    }

    /// Schemas that all count: together they are an object of all their properties, or what the one of them is that
    /// says what values are.
    private mutating func all(
        of members: [JSONValue], beside object: JSONObject, _ version: Int32?, _ isOptional: Bool
    ) throws -> ConnectSchema {
        var own = object
        own["allOf"] = nil
        var merged = own
        var properties = JSONObject()
        var required: [JSONValue] = []
        try collect([.object(own)] + members, &properties, &required, depth: 0)
        guard properties.isEmpty else {
            merged["oneOf"] = nil
            merged["anyOf"] = nil
            merged["type"] = "object"
            merged["properties"] = .object(properties)
            merged["required"] = .array(required)
            return try schema(.object(merged), version: version, isOptional: isOptional)
        }
        let candidates = [.object(own)] + members
        let names = ["oneOf", "anyOf", "type", "enum", "$ref"]
        for name in names {
            guard let found = candidates.first(where: { $0[name] != nil }) else { continue }
            guard name != "oneOf", name != "anyOf", name != "$ref", let part = found.object else {
                return try schema(found, version: version, isOptional: isOptional)
            }
            // A type is one schema's, and an enum another's.
            for member in part { merged[member.name] = member.value }
            if let symbols = candidates.lazy.compactMap({ $0["enum"] }).first { merged["enum"] = symbols }
            return try schema(.object(merged), version: version, isOptional: isOptional)
        }
        throw invalid("Unsupported criterion allOf of schemas that name no type")
    }

    private func collect(
        _ members: [JSONValue], _ properties: inout JSONObject, _ required: inout [JSONValue], depth: Int
    ) throws {
        guard depth < 100 else { throw invalid("the schema's references and combinations nest too deep") }
        for member in members {
            if let reference = member["$ref"]?.string {
                guard let target = place(reference) else { continue }
                try collect([target], &properties, &required, depth: depth + 1)
                continue
            }
            if let all = member["allOf"]?.array { try collect(all, &properties, &required, depth: depth + 1) }
            for property in member["properties"]?.object ?? JSONObject() { properties[property.name] = property.value }
            required += member["required"]?.array ?? []
        }
    }

    private mutating func union(
        _ members: [JSONValue], _ object: JSONObject, _ version: Int32?, _ isOptional: Bool
    ) throws -> ConnectSchema {
        func isNull(_ json: JSONValue) -> Bool { json["type"]?.string == "null" }
        if members.count == 1, settings.flattensSingletons { return try schema(members[0]) }
        if members.count == 2, members.contains(where: isNull), let other = members.first(where: { !isNull($0) }) {
            return try schema(other, version: version, isOptional: true)
        }
        var draft = ConnectDraft(.structure)
        let isGeneral = settings.common.marksGenerally
        draft.name = isGeneral ? ConnectMark.unionPrefix + String(unionCount) : JSONSchemaMark.oneOf
        if isGeneral {
            draft.parameters[ConnectMark.union] = draft.name
            unionCount += 1
        }
        let prefix = isGeneral ? ConnectMark.unionFieldPrefix : JSONSchemaMark.oneOf + ".field."
        for member in members {
            if isNull(member) {
                draft.isOptional = true
                continue
            }
            let field = try schema(member, isOptional: true)
            draft.fields.append(ConnectField(prefix + String(draft.fields.count), field))
        }
        try addAttributes(of: object, to: &draft, version)
        if isOptional { draft.isOptional = true }
        return draft.schema
    }

    // MARK: Types

    private mutating func draft(_ object: JSONObject) throws -> ConnectDraft {
        let connectType = object["connect.type"]?.string
        switch object["type"]?.string ?? Self.impliedType(of: object) {
        case "boolean": return ConnectDraft(.boolean)
        case "integer", "number": return try number(object, connectType)
        case "string":
            if let symbols = object["enum"]?.array { return enumeration(symbols) }
            return ConnectDraft(connectType == "bytes" ? .bytes : .string)
        case "array": return try array(object, connectType)
        case "object": return try structure(object, connectType)
        case nil:
            if let symbols = object["enum"]?.array { return enumeration(symbols) }
            if let constant = object["const"] { return enumeration([constant]) }
            throw invalid(
                "Unsupported schema \(object.isEmpty ? "{}" : "without a type"): Connect has to know the type")
        case let other?: throw invalid("Unsupported schema type \(other)")
        }
    }

    /// The type of a schema that names none, by the words that it has.
    private static func impliedType(of object: JSONObject) -> String? {
        let words: [(String, [String])] = [
            ("object", ["properties", "required", "minProperties", "maxProperties", "additionalProperties"]),
            ("array", ["items", "minItems", "maxItems", "uniqueItems"]),
            ("number", ["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"]),
            ("string", ["minLength", "maxLength", "pattern"]),
        ]
        return words.first { _, names in names.contains { object[$0] != nil } }?.0
    }

    private func number(_ object: JSONObject, _ connectType: String?) throws -> ConnectDraft {
        guard let connectType else { return ConnectDraft(object["type"] == "integer" ? .int64 : .float64) }
        let kinds: [ConnectSchema.Kind] = [.int8, .int16, .int32, .int64, .float32, .float64, .bytes]
        guard let kind = kinds.first(where: { $0.rawValue == connectType }) else {
            throw invalid("Unsupported type \(connectType) in connect.type of a number")
        }
        return ConnectDraft(kind)
    }

    private func enumeration(_ symbols: [JSONValue]) -> ConnectDraft {
        var draft = ConnectDraft(.string)
        let mark = settings.enumerationParameter
        draft.parameters[mark] = ""
        for (index, symbol) in symbols.enumerated() {
            let text = symbol.isNull ? JSONSchemaMark.null : symbol.string ?? symbol.text
            draft.parameters["\(mark).\(text)"] = settings.common.marksGenerally ? String(index) : text
        }
        return draft
    }

    private mutating func array(_ object: JSONObject, _ connectType: String?) throws -> ConnectDraft {
        guard let items = object["items"], items.object != nil else {
            throw invalid("Array schema did not specify the items type")
        }
        if connectType == "map", let properties = items["properties"], let key = properties["key"],
            let value = properties["value"]
        {
            var draft = ConnectDraft(.map)
            draft.keySchema = try schema(key)
            draft.valueSchema = try schema(value)
            return draft
        }
        var draft = ConnectDraft(.array)
        draft.valueSchema = try schema(items)
        return draft
    }

    private mutating func structure(_ object: JSONObject, _ connectType: String?) throws -> ConnectDraft {
        if connectType == "map", let values = object["additionalProperties"], values.object != nil {
            var draft = ConnectDraft(.map)
            draft.keySchema = .string
            draft.valueSchema = try schema(values)
            return draft
        }
        var draft = ConnectDraft(.structure)
        let required = Set((object["required"]?.array ?? []).compactMap(\.string))
        for (name, json) in Self.ordered(object["properties"]?.object ?? JSONObject()) {
            let isOptional = settings.makesOthersOptional && !required.contains(name)
            draft.fields.append(ConnectField(name, try schema(json, isOptional: isOptional)))
        }
        return draft
    }

    /// The properties by the places that Connect gave them; those without one as they are written.
    private static func ordered(_ properties: JSONObject) -> [(name: String, json: JSONValue)] {
        properties.enumerated()
            .map { place, member in
                (place: member.value["connect.index"]?.int64 ?? Int64(place), place, member)
            }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
            .map { ($0.2.name, $0.2.value) }
    }

    private func addAttributes(of object: JSONObject, to draft: inout ConnectDraft, _ version: Int32?) throws {
        if draft.name == nil { draft.name = object["title"]?.string }
        draft.version = object["connect.version"]?.int64.flatMap { Int32(exactly: $0) } ?? version
        draft.documentation = object["description"]?.string
        for member in object["connect.parameters"]?.object ?? JSONObject() {
            draft.parameters[member.name] = member.value.string ?? member.value.text
        }
    }
}

import JSON

/// What users say of a schema beside its text: tags by path, properties, and which properties are sensitive.
struct SchemaMetadata: Sendable, Hashable {
    /// Tags by the path of what they are for; each list is sorted and has no tag twice.
    var tags: [String: [String]] = [:]
    /// Names and values.
    var properties: [String: String] = [:]
    /// The names of properties whose values are secrets; sorted, none twice.
    var sensitive: [String] = []

    /// The property that says which version a schema is meant to be.
    static let versionProperty = "confluent:version"
    /// The property with the names of fields that no schema may have at its top level, separated by commas.
    static let reservedProperty = "confluent:reserved"

    init(tags: [String: [String]] = [:], properties: [String: String] = [:], sensitive: [String] = []) {
        self.tags = tags.mapValues(Self.sorted)
        self.properties = properties
        self.sensitive = Self.sorted(sensitive)
    }

    /// Reads it from JSON.
    init(_ object: JSONObject) throws(ShapeError) {
        var tags: [String: [String]] = [:]
        let given = try object.object("tags") ?? JSONObject()
        for member in given { tags[member.name] = try given.texts(member.name) ?? [] }
        self.init(
            tags: tags, properties: try object.textMap("properties") ?? [:],
            sensitive: try object.texts("sensitive") ?? [])
    }

    /// The metadata as JSON: what is empty is left out.
    var json: JSONValue {
        var object = JSONObject()
        if !tags.isEmpty {
            object["tags"] = Self.map(tags.mapValues { .array($0.map(JSONValue.string)) })
        }
        if !properties.isEmpty { object["properties"] = Self.map(properties.mapValues(JSONValue.string)) }
        if !sensitive.isEmpty { object["sensitive"] = .array(sensitive.map(JSONValue.string)) }
        return .object(object)
    }

    /// The names of fields that no schema may have.
    var reservedFields: [String] {
        let list = properties[Self.reservedProperty] ?? ""
        return list.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
    }

    /// The metadata with what another one says beside and instead.
    func overridden(by other: SchemaMetadata) -> SchemaMetadata {
        SchemaMetadata(
            tags: tags.merging(other.tags) { $1 }, properties: properties.merging(other.properties) { $1 },
            sensitive: sensitive + other.sensitive)
    }

    /// The metadata without the property that says the version.
    var withoutVersion: SchemaMetadata {
        var metadata = self
        metadata.properties[Self.versionProperty] = nil
        return metadata
    }

    /// Feeds a schema's fingerprint, in the order that others have too.
    func feed(_ add: (String) -> Void) {
        for (path, tags) in Self.ordered(tags) {
            add(path)
            tags.forEach(add)
        }
        for (name, value) in Self.ordered(properties) {
            add(name)
            add(value)
        }
        sensitive.forEach(add)
    }

    private static func sorted(_ texts: [String]) -> [String] { Set(texts).sorted { $0.precedes($1) } }

    /// The pairs by name.
    static func ordered<Value>(_ map: [String: Value]) -> [(key: String, value: Value)] {
        map.sorted { $0.key.precedes($1.key) }
    }

    /// An object with its members by name.
    static func map(_ values: [String: JSONValue]) -> JSONValue {
        var object = JSONObject()
        for (name, value) in ordered(values) { object[name] = value }
        return .object(object)
    }
}

extension SchemaMetadata? {
    /// One beside and instead of another, where there is one.
    func overridden(by other: SchemaMetadata?) -> SchemaMetadata? {
        guard let self else { return other }
        return other.map { self.overridden(by: $0) } ?? self
    }
}

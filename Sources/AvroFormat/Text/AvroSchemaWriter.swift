import JSON
import SchemaFormat

/// Writes a schema as Apache Avro's `Schema.toString()` does: each named type where it is first met, its name after
/// that.
struct AvroSchemaWriter {
    private let types: AvroTypes
    /// The names that are written as names.
    private var known: Set<String>
    private var out = JSONWriter(capacity: 512)
    private var depth = 0

    private init(types: AvroTypes, known: Set<String>) {
        self.types = types
        self.known = known
    }

    /// The text of a type.
    ///
    /// - Parameter known: The full names of types that are defined elsewhere.
    /// - Throws: ``AvroError`` with code `.limitExceeded` if the text would nest deeper than a parser reads. Types that
    ///   are used before they are defined move to where they are used, and make it deeper than it was.
    static func text(of root: AvroTypeID, in types: AvroTypes, knowing known: Set<String>) throws(AvroError) -> String {
        var writer = AvroSchemaWriter(types: types, known: known)
        try writer.write(root, in: nil)
        return String(decoding: writer.out.utf8, as: UTF8.self)
    }

    private mutating func write(_ id: AvroTypeID, in namespace: String?) throws(AvroError) {
        let type = types[id]
        if let name = type.content.name, !known.insert(name.full).inserted {
            out.add(text: name.text(in: namespace))
            return
        }
        switch type.content {
        case .union(let members):
            try deeper()
            out.beginArray()
            for member in members { try write(member, in: namespace) }
            out.endArray()
            depth -= 1
        case .null, .boolean, .int, .long, .float, .double, .bytes, .string:
            guard !type.properties.isEmpty else { return out.add(text: type.content.kind) }
            out.beginObject()
            add("type", type.content.kind)
            add(type.properties)
            out.endObject()
        default:
            try deeper()
            out.beginObject()
            try writeMembers(of: type, in: namespace)
            out.endObject()
            depth -= 1
        }
    }

    private mutating func writeMembers(of type: AvroType, in namespace: String?) throws(AvroError) {
        if case .record(let record) = type.content {
            add("type", record.isError ? "error" : "record")
        } else {
            add("type", type.content.kind)
        }
        switch type.content {
        case .array(let items):
            out.addName("items")
            try write(items, in: namespace)
        case .map(let values):
            out.addName("values")
            try write(values, in: namespace)
        case .record(let record):
            addName(record.name, in: namespace)
            add("doc", record.documentation)
            try writeFields(of: record)
        case .enumeration(let enumeration):
            addName(enumeration.name, in: namespace)
            add("doc", enumeration.documentation)
            add("symbols", enumeration.symbols)
            add("default", enumeration.defaultSymbol)
        case .fixed(let fixed):
            addName(fixed.name, in: namespace)
            add("doc", fixed.documentation)
            out.addName("size")
            out.add(integer: Int64(fixed.size))
        default: break
        }
        add(type.properties)
        if let name = type.content.name, !type.content.aliases.isEmpty {
            add("aliases", type.content.aliases.map { $0.text(in: name.namespace) })
        }
    }

    private mutating func writeFields(of record: AvroRecord) throws(AvroError) {
        out.addName("fields")
        try deeper()
        out.beginArray()
        for field in record.fields {
            try deeper()
            out.beginObject()
            add("name", field.name)
            out.addName("type")
            try write(field.type, in: record.name.namespace)
            add("doc", field.documentation)
            if let value = field.defaultValue {
                out.addName("default")
                out.add(value)
            }
            if field.order != .ascending { add("order", field.order.rawValue) }
            if !field.aliases.isEmpty { add("aliases", field.aliases) }
            add(field.properties)
            out.endObject()
            depth -= 1
        }
        out.endArray()
        depth -= 1
    }

    private mutating func deeper() throws(AvroError) {
        depth += 1
        guard depth <= AvroLimits.textDepth else {
            throw AvroError(.limitExceeded, "the types nest deeper than \(AvroLimits.textDepth) levels of JSON")
        }
    }

    private mutating func addName(_ name: AvroName, in namespace: String?) {
        add("name", name.simple)
        if name.namespace != namespace { add("namespace", name.namespace ?? "") }
    }

    private mutating func add(_ name: String, _ text: String?) {
        guard let text else { return }
        out.addName(name)
        out.add(text: text)
    }

    private mutating func add(_ name: String, _ texts: [String]) {
        out.addName(name)
        out.beginArray()
        for text in texts { out.add(text: text) }
        out.endArray()
    }

    private mutating func add(_ properties: JSONObject) {
        for property in properties {
            out.addName(property.name)
            out.add(property.value)
        }
    }
}

import JSON

/// A key with its value: a record of the schemas topic without its place in it.
struct RegistryEntry: Sendable, Hashable {
    /// A value.
    enum Value: Sendable, Hashable {
        case schema(RegisteredSchema)
        case config(SubjectConfig)
        case mode(RegistryMode)
        /// The last version that is deleted.
        case deleteSubject(through: Int)
        case clearSubject
        case context
        /// The highest ids by context, so that an id is not given again once compaction has forgotten who had it.
        case noop(highestIDs: [String: Int])
    }

    /// What is meant.
    var key: RegistryKey
    /// What is said of it; `nil` is a tombstone.
    var value: Value?

    init(_ key: RegistryKey, _ value: Value?) {
        self.key = key
        self.value = value
    }

    /// A schema as what its version says.
    init(_ schema: RegisteredSchema) { self.init(.schema(schema.key), .schema(schema)) }

    /// Reads a record.
    init(key: [UInt8], value: [UInt8]?) throws(RegistryKey.Fault) {
        self.key = try RegistryKey(parsing: key)
        guard let value, !value.isEmpty else { return }
        do {
            self.value = try Self.value(JSONValue(parsing: value), for: self.key)
        } catch let error as ShapeError {
            throw .malformed(error.message)
        } catch {
            throw .malformed("no JSON: \(error)")
        }
    }

    private static func value(_ json: JSONValue, for key: RegistryKey) throws -> Value? {
        // Null as text means what no value means.
        if json.isNull { return nil }
        guard let object = json.object else { throw ShapeError("the value is no object") }
        switch key {
        case .schema(let key):
            var schema = try RegisteredSchema(object)
            // The key is what compaction goes by.
            schema.subject = key.subject
            schema.version = key.version
            return .schema(schema)
        case .config: return .config(try SubjectConfig(object))
        case .mode:
            guard let mode = try object.text("mode").flatMap(RegistryMode.init(rawValue:)) else {
                throw ShapeError("'mode' is none")
            }
            return .mode(mode)
        case .deleteSubject:
            guard let version = try object.integer("version") else { throw ShapeError("'version' is missing") }
            return .deleteSubject(through: version)
        case .clearSubject: return .clearSubject
        case .context: return .context
        case .noop:
            var highest: [String: Int] = [:]
            let ids = try object.object("maxIds") ?? JSONObject()
            for member in ids { highest[member.name] = try ids.integer(member.name) }
            return .noop(highestIDs: highest)
        }
    }

    /// The value as it is written; `nil` for a tombstone.
    var valueUTF8: [UInt8]? { value.map { json($0).utf8 } }

    private func json(_ value: Value) -> JSONValue {
        switch value {
        case .schema(let schema): return schema.record
        case .config(let config):
            var object = JSONObject()
            object.set("subject", subject.map(JSONValue.string))
            for member in config.members() { object[member.name] = member.value }
            return .object(object)
        case .mode(let mode):
            var object = JSONObject()
            object.set("subject", subject.map(JSONValue.string))
            object["mode"] = .string(mode.rawValue)
            return .object(object)
        case .deleteSubject(let version): return ["subject": .text(subject), "version": .integer(version)]
        case .clearSubject:
            var object = JSONObject()
            object.set("subject", subject.map(JSONValue.string))
            return .object(object)
        case .context:
            guard case .context(let context) = key else { return .null }
            return RegistryKey.contextValue(context)
        case .noop(let highestIDs):
            return ["maxIds": SchemaMetadata.map(highestIDs.mapValues { .integer($0) })]
        }
    }

    private var subject: String? {
        switch key {
        case .config(let subject), .mode(let subject), .clearSubject(let subject): subject
        case .deleteSubject(let subject): subject
        case .schema(let key): key.subject
        case .context, .noop: nil
        }
    }
}

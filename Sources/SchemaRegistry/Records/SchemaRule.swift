import JSON

/// A rule that clients apply to values of a schema. It is kept and answered, and nothing here acts on it.
struct SchemaRule: Sendable, Hashable {
    /// What a rule does.
    enum Kind: String, Sendable {
        case transform = "TRANSFORM"
        case condition = "CONDITION"
    }

    /// When a rule is applied.
    enum Mode: String, Sendable {
        case upgrade = "UPGRADE"
        case downgrade = "DOWNGRADE"
        case upDown = "UPDOWN"
        case write = "WRITE"
        case read = "READ"
        case writeRead = "WRITEREAD"

        /// Whether it is one of rules between versions.
        var isOfMigration: Bool { self == .upgrade || self == .downgrade || self == .upDown }
        /// Whether a rule has an action for each of two directions.
        var hasTwoActions: Bool { self == .writeRead || self == .upDown }
    }

    var name: String?
    var doc: String?
    var kind: Kind
    var mode: Mode
    var type: String?
    /// Sorted, none twice.
    var tags: [String]
    var params: [String: String]
    var expr: String?
    var onSuccess: String?
    var onFailure: String?
    var isDisabled: Bool

    /// The longest name in characters.
    private static let nameLimit = 256

    /// Reads it from JSON.
    init(_ json: JSONValue) throws(ShapeError) {
        guard let object = json.object else { throw ShapeError("a rule has to be an object") }
        name = try object.text("name")
        doc = try object.text("doc")
        kind = try Self.word(object, "kind", else: .transform)
        mode = try Self.word(object, "mode", else: .writeRead)
        type = try object.text("type")
        tags = Set(try object.texts("tags") ?? []).sorted { $0.precedes($1) }
        params = try object.textMap("params") ?? [:]
        expr = try object.text("expr")
        onSuccess = try object.text("onSuccess")
        onFailure = try object.text("onFailure")
        isDisabled = try object.flag("disabled") ?? false
    }

    private static func word<Word: RawRepresentable<String>>(
        _ object: JSONObject, _ name: String, else usual: Word
    ) throws(ShapeError) -> Word {
        guard let text = try object.text(name) else { return usual }
        guard let word = Word(rawValue: text) else { throw ShapeError("'\(name)' of a rule cannot be \(text)") }
        return word
    }

    /// The rule as JSON: what is empty is left out.
    var json: JSONValue {
        var object = JSONObject()
        object.set("name", name.map(JSONValue.string))
        object.set("doc", doc.map(JSONValue.string))
        object["kind"] = .string(kind.rawValue)
        object["mode"] = .string(mode.rawValue)
        object.set("type", type.map(JSONValue.string))
        if !tags.isEmpty { object["tags"] = .array(tags.map(JSONValue.string)) }
        if !params.isEmpty { object["params"] = SchemaMetadata.map(params.mapValues(JSONValue.string)) }
        object.set("expr", expr.map(JSONValue.string))
        object.set("onSuccess", onSuccess.map(JSONValue.string))
        object.set("onFailure", onFailure.map(JSONValue.string))
        object["disabled"] = .bool(isDisabled)
        return .object(object)
    }

    /// What is wrong with the rule by itself; `nil` if nothing is.
    var problem: String? {
        guard let name else { return "Missing rule name" }
        guard let first = name.first else { return "Empty rule name" }
        if name.count > Self.nameLimit { return "Rule name too long" }
        guard first.isLetter || first == "_" else { return "Illegal initial character in rule name: \(name)" }
        guard name.dropFirst().allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }) else {
            return "Illegal character in rule name: \(name)"
        }
        if type == nil { return "Missing rule type" }
        let actions = [onSuccess, onFailure].compactMap { $0 }
        if !mode.hasTwoActions, actions.contains(where: { $0.contains(",") }) {
            return "Multiple actions only valid with WRITEREAD and UPDOWN"
        }
        return nil
    }

    /// Feeds a schema's fingerprint, in the order that others have too.
    func feed(_ add: (String) -> Void, mark: () -> Void) {
        for text in [name, doc, kind.rawValue, mode.rawValue, type].compactMap({ $0 }) { add(text) }
        tags.forEach(add)
        for (name, value) in SchemaMetadata.ordered(params) {
            add(name)
            add(value)
        }
        for text in [expr, onSuccess, onFailure].compactMap({ $0 }) { add(text) }
        if isDisabled { mark() }
    }
}

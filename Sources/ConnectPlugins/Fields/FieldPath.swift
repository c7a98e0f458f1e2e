import ConnectAPI

/// Where a field is: its name, or the names on the way to it (KIP-821).
struct FieldPath: Sendable, Hashable {
    /// How a configuration writes it.
    enum Syntax: String, Sendable {
        /// The whole text is one name, whatever is in it.
        case v1 = "V1"
        /// Names with dots between them; one that has dots itself stands in backticks.
        case v2 = "V2"
    }

    /// The names, at least one.
    let steps: [String]

    /// The most names that a path may have. Values are walked through by recursion, and no record is a tenth as deep.
    private static let stepLimit = 100

    /// Reads a path.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a backtick without its second one, and for too
    ///   many names.
    init(_ text: String, _ syntax: Syntax) throws {
        steps = syntax == .v1 ? [text] : try Self.steps(of: text)
    }

    /// The last name.
    var name: String { steps[steps.count - 1] }

    private static func steps(of text: String) throws -> [String] {
        var steps: [String] = []
        var rest = text[...]
        while true {
            guard steps.count < stepLimit else {
                throw ConnectError(
                    .invalidConfiguration,
                    "A path has more than \(stepLimit) names with dots between them; a name that has dots itself stands"
                        + " in backticks")
            }
            if rest.first == "`" {
                let (name, behind) = try quotedName(rest, of: text)
                steps.append(name)
                guard let behind else { return steps }
                rest = behind
            } else if let dot = rest.firstIndex(of: ".") {
                steps.append(String(rest[..<dot]))
                rest = rest[rest.index(after: dot)...]
            } else {
                return steps + [String(rest)]
            }
        }
    }

    /// The name in backticks that `text` begins with, and what comes behind its dot; `nil` at the end.
    ///
    /// Only a backtick before a dot or at the end closes, and a backslash before it makes it part of the name.
    private static func quotedName(_ text: Substring, of path: String) throws -> (String, Substring?) {
        var name = ""
        var index = text.index(after: text.startIndex)
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == "`", next == text.endIndex || text[next] == "." {
                guard name.hasSuffix("\\") else {
                    return (name, next == text.endIndex ? nil : text[text.index(after: next)...])
                }
                name.removeLast()
            }
            name.append(text[index])
            index = next
        }
        throw ConnectError(
            .invalidConfiguration,
            "Incomplete backtick pair in path: [\(path)], consider adding a backslash before the backtick to escape it")
    }

    // MARK: Looking up

    /// The field's value and schema; `nil` if there is no such field, or nothing on the way to it.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` where something on the way has no fields.
    func value(in part: TypedValue, replacingNullWithDefault replaces: Bool) throws -> TypedValue? {
        var current = part
        for (place, step) in steps.enumerated() {
            if place > 0, current.value.isNull { return nil }
            switch current.value {
            case .structure(let structure):
                guard let index = structure.schema.index(ofField: step) else { return nil }
                let schema = structure.schema.fields[index].schema
                current = TypedValue(schema, structure[index].orDefault(of: schema, replaces))
            case .map(let map) where current.schema == nil:
                guard let value = map[step] else { return nil }
                current = TypedValue(nil, value)
            default:
                throw current.misfit(for: place == 0 ? "field access" : "nested field access")
            }
        }
        return current
    }

    /// The field as a schema has it.
    func field(in schema: ConnectSchema) -> ConnectField? {
        var current = schema
        for step in steps.dropLast() {
            guard let next = current.field(step)?.schema else { return nil }
            current = next
        }
        return current.field(name)
    }

    /// The key that chooses the syntax.
    static let syntaxKey = ConfigKey(
        "field.syntax.version", .string, default: .value("V1"), importance: .high,
        documentation:
            "How fields are named: V1 for names as they are, V2 for names with dots on the way to a nested field.",
        validator: .oneOf(["V1", "V2"], ignoringCase: true))
}

extension ConnectValue {
    /// The value, or its schema's default where it is null and that is wished.
    func orDefault(of schema: ConnectSchema, _ replaces: Bool) -> ConnectValue {
        isNull && replaces ? schema.defaultValue ?? self : self
    }
}

extension ParsedConfiguration {
    /// What `field.syntax.version` says.
    var fieldSyntax: FieldPath.Syntax {
        FieldPath.Syntax(rawValue: (string(FieldPath.syntaxKey.name) ?? "").uppercased()) ?? .v1
    }

    /// The elements of a list that are not empty.
    func names(_ key: String) -> [String] { list(key).filter { !$0.isEmpty } }
}

extension ConfigKey {
    /// The key that most transforms have for null values of fields with a default.
    static let replaceNullWithDefault = ConfigKey(
        "replace.null.with.default", .boolean, default: .value("true"), importance: .medium,
        documentation: "Whether a null becomes the field's default where it has one.")
}

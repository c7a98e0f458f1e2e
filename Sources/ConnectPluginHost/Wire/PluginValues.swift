import ConnectAPI
import JSON

/// Configurations and findings as they cross the boundary between a worker and a plug-in.
enum PluginValues {
    /// A configuration.
    static func json(of configuration: [String: String]) -> JSONValue {
        var object = JSONObject()
        for (key, value) in configuration.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return .object(object)
    }

    /// Findings, with the members that the REST API gives them.
    static func json(of values: [ConfigValue]) -> JSONValue {
        .array(
            values.map { value in
                [
                    "name": .string(value.name), "value": .text(value.value),
                    "recommended_values": .array(value.recommendedValues.map(JSONValue.string)),
                    "errors": .array(value.errors.map(JSONValue.string)), "visible": .bool(value.isVisible),
                ]
            })
    }

    /// The configurations of tasks.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func configurations(_ json: JSONValue?) throws -> [[String: String]] {
        guard let list = json?.array else { throw ConnectError(.invalidData, "'tasks' has to be an array of objects") }
        return try list.map { entry in
            guard let object = entry.object else {
                throw ConnectError(.invalidData, "'tasks' has to be an array of objects")
            }
            return try object.reduce(into: [:]) { configuration, member in
                guard let text = member.value.scalarText else {
                    throw ConnectError(.invalidData, "the task configuration's '\(member.name)' has to be a text")
                }
                configuration[member.name] = text
            }
        }
    }

    /// Findings; what is said of a key without a name is left out.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func configValues(_ json: JSONValue?) throws -> [ConfigValue] {
        guard let list = json?.array else { throw ConnectError(.invalidData, "'values' has to be an array of objects") }
        return list.compactMap { entry in
            guard let name = entry["name"]?.string else { return nil }
            func texts(_ member: String) -> [String] { entry[member]?.array?.compactMap(\.string) ?? [] }
            return ConfigValue(
                name: name, value: entry["value"]?.scalarText, recommendedValues: texts("recommended_values"),
                errors: texts("errors"), isVisible: entry["visible"]?.bool ?? true)
        }
    }
}

extension JSONValue {
    /// The text of a text, a number or a truth value.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let value): String(value)
        default: nil
        }
    }
}

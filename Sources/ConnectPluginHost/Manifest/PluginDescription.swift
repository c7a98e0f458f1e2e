package import ConnectAPI
import JSON

/// What a plug-in's connector says of itself before it is started: its keys, and the calls that it wants to have.
package struct PluginDescription: Sendable {
    /// The configuration keys that it has beyond those of every connector.
    package var definition: ConfigDefinition
    /// The class name stored with each task's configuration; `nil` for the connector's with `Task` behind it.
    package var taskClass: String?
    /// Which of the calls that need not be made it wants.
    package var calls: Set<String>

    /// The most keys that a definition may have.
    static let keyLimit = 1000

    /// Reads the answer to `definition`.
    ///
    /// - Throws: ``ConnectError`` that names the key that is wrong.
    init(_ json: JSONValue) throws {
        guard let object = json.object else { throw Self.invalid("a definition has to be an object") }
        let keys = object["keys"]?.array ?? []
        guard keys.count <= Self.keyLimit else { throw Self.invalid("a definition has \(Self.keyLimit) keys at most") }
        definition = ConfigDefinition()
        for json in keys {
            let key = try ConfigKey(plugin: json)
            // A precondition of definitions, which nobody else may break from outside.
            guard definition[key.name] == nil else { throw Self.invalid("the key '\(key.name)' is defined twice") }
            definition.define(key)
        }
        taskClass = object["taskClass"]?.string
        calls = try Self.calls(object["calls"])
    }

    /// The names of calls in an answer.
    static func calls(_ json: JSONValue?) throws -> Set<String> {
        guard let json, !json.isNull else { return [] }
        let calls = json.array?.compactMap(\.string)
        guard let calls, calls.count == json.array?.count, calls.count <= 64 else {
            throw invalid("'calls' has to be an array of names")
        }
        return Set(calls)
    }

    private static func invalid(_ message: String) -> ConnectError { ConnectError(.invalidConfiguration, message) }
}

extension ConfigKey {
    /// Reads a key as the REST API writes it (`GET /connector-plugins/{plugin}/config`), with three members more:
    /// `recommended_values`, and as checks `one_of` and `at_least`.
    fileprivate init(plugin json: JSONValue) throws {
        guard let name = json["name"]?.string, !name.isEmpty, name.utf8.count <= 255 else {
            throw ConnectError(.invalidConfiguration, "a key needs a 'name' of 255 bytes at most")
        }
        func invalid(_ member: String) -> ConnectError {
            ConnectError(.invalidConfiguration, "the key '\(name)' has a '\(member)' that there is not")
        }
        let typeName = json["type"]?.string ?? "STRING"
        guard let kind = Kind(rawValue: typeName) else { throw invalid("type") }
        guard let importance = Importance(rawValue: json["importance"]?.string ?? "MEDIUM") else {
            throw invalid("importance")
        }
        guard let width = Width(rawValue: json["width"]?.string ?? "NONE") else { throw invalid("width") }
        let defaultValue: Default =
            if let text = json["default_value"]?.scalarText {
                .value(text)
            } else {
                json["required"]?.bool == true ? .required : .none
            }
        var validator: ConfigValidator?
        if let values = json["one_of"]?.array?.compactMap(\.string) { validator = .oneOf(values) }
        if let minimum = json["at_least"]?.int64 { validator = .atLeast(minimum) }
        self.init(
            name, kind, default: defaultValue, importance: importance,
            documentation: json["documentation"]?.string ?? "", validator: validator, group: json["group"]?.string,
            order: json["order"]?.int64.flatMap { Int(exactly: $0) } ?? -1, width: width,
            displayName: json["display_name"]?.string,
            dependents: json["dependents"]?.array?.compactMap(\.string) ?? [],
            recommendedValues: json["recommended_values"]?.array?.compactMap(\.string) ?? [])
        if case .value(let text) = defaultValue,
            let problem = ConfigDefinition([self]).validate([name: text])[0].errors.first
        {
            throw ConnectError(.invalidConfiguration, "the default of the key '\(name)' is wrong: \(problem)")
        }
    }
}

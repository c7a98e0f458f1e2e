import Broker
import ConnectAPI
import ConnectRuntime
import HTTPService
import JSON
import TransportSecurity

/// A connector as a file describes it.
///
/// Properties; or JSON in one of three shapes: the body of `POST /connectors`, the flat configuration of `PUT
/// …/config`, or what `GET /connectors/{name}` answers.
struct ConnectorFile: Sendable, Equatable {
    /// The connector's name.
    let name: String
    /// Its configuration, with its name.
    let configuration: [String: String]
    /// What is wanted of it when it is made.
    let initialState: TargetState?

    /// A configuration beyond this is none.
    private static let maximumSize = 16 << 20

    /// Reads a file.
    ///
    /// - Throws: `ConfigurationError` that names the file and what is wrong with it.
    init(path: String) throws {
        do {
            let text = try BoundedFile.text(path, atMost: Self.maximumSize)
            try self.init(text: text, isJSON: path.hasSuffix(".json"))
        } catch let error as ConfigurationError {
            throw ConfigurationError("\(path): \(error.message)")
        } catch let error as BoundedFileError {
            throw ConfigurationError(error.message)
        }
    }

    /// Reads the text of a file; text that begins with a brace is JSON, whatever the file is called.
    ///
    /// - Throws: `ConfigurationError` that says what is wrong.
    init(text: String, isJSON: Bool) throws {
        let isObject = text.first { !$0.isWhitespace } == "{"
        guard isJSON || isObject else {
            let configuration: [String: String]
            do { configuration = try PropertiesText(text).values } catch let error as ConnectError {
                throw ConfigurationError(error.message)
            }
            try self.init(name: nil, configuration: configuration, initialState: nil)
            return
        }
        let json: JSONValue
        do { json = try JSONValue(parsing: text) } catch { throw ConfigurationError("it is no JSON: \(error)") }
        guard let object = json.object else { throw ConfigurationError("it is no JSON object") }
        // A configuration has a key "config" only if some connector wants an object there, and none can.
        guard let nested = object["config"]?.object else {
            try self.init(name: nil, configuration: try Self.texts(object), initialState: nil)
            return
        }
        guard let name = object["name"]?.string else {
            throw ConfigurationError("it has a 'config' and no 'name'")
        }
        for member in object where !["name", "config", "initial_state", "tasks", "type"].contains(member.name) {
            throw ConfigurationError("it has '\(member.name)' beside 'config', which nothing knows")
        }
        try self.init(
            name: name, configuration: try Self.texts(nested), initialState: try Self.state(object["initial_state"]))
    }

    private init(name: String?, configuration: [String: String], initialState: TargetState?) throws {
        let given = configuration["name"]
        guard let name = name ?? given, !name.isEmpty else { throw ConfigurationError("it has no 'name'") }
        guard given == nil || given == name else {
            throw ConfigurationError("it has the name \(name), and \(given ?? "") in its configuration")
        }
        guard configuration["connector.class"]?.isEmpty == false else {
            throw ConfigurationError("it has no 'connector.class'")
        }
        self.name = name
        self.configuration = configuration.merging(["name": name]) { _, new in new }
        self.initialState = initialState
    }

    private static func texts(_ object: JSONObject) throws -> [String: String] {
        var texts: [String: String] = [:]
        for member in object {
            switch member.value {
            case .string(let text): texts[member.name] = text
            case .number(let number): texts[member.name] = number.text
            case .bool(let value): texts[member.name] = value ? "true" : "false"
            case .null, .array, .object:
                throw ConfigurationError("the value of '\(member.name)' has to be text, a number or a boolean")
            }
        }
        return texts
    }

    private static func state(_ json: JSONValue?) throws -> TargetState? {
        guard let json, !json.isNull else { return nil }
        switch json.string?.uppercased() {
        case "RUNNING": return .started
        case "PAUSED": return .paused
        case "STOPPED": return .stopped
        default: throw ConfigurationError("its 'initial_state' is none of RUNNING, PAUSED and STOPPED")
        }
    }
}

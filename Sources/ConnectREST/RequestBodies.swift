import ConnectAPI
import ConnectRuntime
import HTTPService
import HTTPTypes
import JSON

/// Reads what users send.
enum RequestBodies {
    /// The body of `POST /connectors`.
    struct CreateConnector {
        var name: String
        var configuration: [String: String]
        var initialState: TargetState?
    }

    /// Reads the body of `POST /connectors`.
    ///
    /// - Throws: ``ServiceError`` with status 422 when there is no name or no configuration, 400 for anything else.
    static func createConnector(_ json: JSONValue) throws -> CreateConnector {
        guard let object = json.object else {
            throw ServiceError(.badRequest, "The request body has to be a JSON object with 'name' and 'config'")
        }
        guard let configJSON = object["config"], let config = configJSON.object, !config.isEmpty else {
            throw ServiceError(.unprocessableContent, "config may not be empty")
        }
        var configuration = try self.configuration(configJSON)
        let name = try text(object["name"], "name") ?? configuration["name"]
        guard let name = name?.trimmingSpace, !name.isEmpty else {
            throw ServiceError(.unprocessableContent, "name may not be empty")
        }
        try checkName(&configuration, name)
        return CreateConnector(name: name, configuration: configuration, initialState: try initialState(object))
    }

    /// Reads a configuration; numbers and booleans become text.
    ///
    /// - Throws: ``ServiceError`` with status 400 for a value that is an object or an array.
    static func configuration(_ json: JSONValue) throws -> [String: String] {
        guard let object = json.object else {
            throw ServiceError(.badRequest, "A configuration has to be a JSON object of keys and values")
        }
        var configuration: [String: String] = [:]
        for member in object {
            if member.value.isNull {
                throw ServiceError(
                    .badRequest, "Null value can not be supplied as the configuration value of '\(member.name)'.")
            }
            configuration[member.name] = try text(member.value, member.name)
        }
        return configuration
    }

    /// Reads the configuration in the body of `PUT …/config`.
    ///
    /// - Throws: ``ServiceError`` with status 422 for none, or for what is no object; 400 for anything else that is
    ///   wrong.
    static func configuration(_ json: JSONValue, of name: String) throws -> [String: String] {
        guard let object = json.object, !object.isEmpty else {
            throw ServiceError(.unprocessableContent, "config may not be empty")
        }
        var configuration = try configuration(json)
        try checkName(&configuration, name)
        return configuration
    }

    /// Reads the changes in the body of `PATCH …/config`; null removes a key.
    ///
    /// - Throws: ``ServiceError`` with status 400 for what is no object of scalars, or renames the connector.
    static func configurationPatch(_ json: JSONValue, of name: String) throws -> [String: String?] {
        guard let object = json.object else {
            throw ServiceError(.badRequest, "A patch has to be a JSON object of keys and values")
        }
        var patch: [String: String?] = [:]
        for member in object {
            patch.updateValue(try text(member.value, member.name), forKey: member.name)
        }
        guard let renamed = patch["name"], renamed != name else { return patch }
        throw ServiceError(
            .badRequest,
            "Connector name configuration (\(renamed ?? "null")) doesn't match connector name in the URL (\(name))")
    }

    /// Reads the body of `PATCH …/offsets`.
    ///
    /// - Throws: ``ServiceError`` with status 400 for what is not `{"offsets":[{"partition":{…},"offset":{…}}]}`.
    static func offsets(_ json: JSONValue) throws -> [ConnectorOffset] {
        guard let list = json["offsets"]?.array, !list.isEmpty else {
            throw ServiceError(
                .badRequest, "Partitions / offsets need to be provided for an alter offsets request")
        }
        return try list.map { json in
            guard let partition = json["partition"].flatMap(ConnectJSON.map) else {
                throw ServiceError(.badRequest, "Each of the offsets needs a 'partition' that is a JSON object")
            }
            guard let offset = json["offset"], !offset.isNull else {
                return ConnectorOffset(partition: partition, offset: nil)
            }
            guard let offset = ConnectJSON.map(offset) else {
                throw ServiceError(.badRequest, "An 'offset' has to be a JSON object, or null to begin anew")
            }
            return ConnectorOffset(partition: partition, offset: offset)
        }
    }

    /// Reads the tasks that a worker hands to the leader.
    ///
    /// - Throws: ``ServiceError`` with status 400 for what is no array of objects of scalars.
    static func taskConfigurations(_ json: JSONValue) throws -> [[String: String]] {
        guard let list = json.array else {
            throw ServiceError(.badRequest, "Task configurations have to be a JSON array of objects")
        }
        return try list.map(configuration)
    }

    /// A configuration may name its connector, but not another one.
    private static func checkName(_ configuration: inout [String: String], _ name: String) throws {
        let included = configuration["name"]
        guard included == nil || included == name else {
            throw ServiceError(
                .badRequest,
                "Connector name configuration (\(included ?? "")) doesn't match connector name in the URL (\(name))")
        }
        configuration["name"] = name
    }

    private static func initialState(_ object: JSONObject) throws -> TargetState? {
        switch try text(object["initial_state"], "initial_state")?.uppercased() {
        case nil: return nil
        case "RUNNING": return .started
        case "PAUSED": return .paused
        case "STOPPED": return .stopped
        case let other?:
            throw ServiceError(
                .badRequest, "The initial_state '\(other)' is none of RUNNING, PAUSED and STOPPED")
        }
    }

    /// A scalar as text, as it was written.
    private static func text(_ json: JSONValue?, _ name: String) throws -> String? {
        switch json {
        case nil, .null: return nil
        case .string(let text): return text
        case .number(let number): return number.text
        case .bool(let value): return value ? "true" : "false"
        case .array, .object:
            throw ServiceError(.badRequest, "The value of '\(name)' has to be text, a number or a boolean")
        }
    }
}

import ConnectAPI
import ConnectPlugins
import ConnectRuntime
import JSON

/// Connect's answers as JSON, with members in Kafka's order.
enum ConnectJSON {
    static func connector(_ info: ConnectorInfo) -> JSONValue {
        [
            "name": .string(info.name), "config": configuration(info.configuration),
            "tasks": .array(info.tasks.map(task)), "type": .string(info.kind.rawValue),
        ]
    }

    static func configuration(_ configuration: [String: String]) -> JSONValue {
        var object = JSONObject()
        for (key, value) in configuration.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return .object(object)
    }

    static func task(_ id: ConnectorTaskID) -> JSONValue {
        ["connector": .string(id.connector), "task": .integer(id.task)]
    }

    static func task(_ info: TaskInfo) -> JSONValue {
        ["id": task(info.id), "config": configuration(info.configuration)]
    }

    private static let data = JSONDataCodec(writesDecimalsAsNumbers: false, replacesNullWithDefault: true)

    static func offset(_ offset: ConnectorOffset) throws -> JSONValue {
        [
            "partition": try data.json(of: .map(offset.partition), nil),
            "offset": try offset.offset.map { try data.json(of: .map($0), nil) } ?? .null,
        ]
    }

    /// The map that a JSON object stands for; `nil` for anything else.
    static func map(_ json: JSONValue) -> ConnectMap? {
        guard json.object != nil, case .map(let map)? = try? data.value(of: json, nil) else { return nil }
        return map
    }

    static func states(_ info: ConnectorStateInfo) -> JSONValue {
        [
            "name": .string(info.name), "connector": .object(status(info.connector, id: nil)),
            "tasks": .array(info.tasks.map { .object(status($0.status, id: $0.id)) }),
            "type": .string(info.kind.rawValue),
        ]
    }

    static func status(_ status: ConnectStatus, id: Int?) -> JSONObject {
        var object = JSONObject()
        if let id { object["id"] = .integer(id) }
        object["state"] = .string(status.state.rawValue)
        object["worker_id"] = .string(status.workerID)
        if let version = status.version { object["version"] = .string(version) }
        if let trace = status.trace, !trace.isEmpty { object["trace"] = .string(trace) }
        return object
    }

    static func plugin(_ plugin: PluginCatalog.Description) -> JSONValue {
        var object = JSONObject()
        object["class"] = .string(plugin.className)
        object["type"] = .string(plugin.kind.rawValue)
        if let version = plugin.version { object["version"] = .string(version) }
        return .object(object)
    }

    static func validation(_ infos: ConfigInfos) -> JSONValue {
        [
            "name": .string(infos.name), "error_count": .integer(infos.errorCount),
            "groups": .array(infos.groups.map(JSONValue.string)),
            "configs": .array(
                infos.configs.map { info in
                    ["definition": info.definition.map(definition) ?? .null, "value": value(info)]
                }),
        ]
    }

    static func definition(_ key: ConfigKey) -> JSONValue {
        var defaultValue: String? = if case .value(let text) = key.defaultValue { text } else { nil }
        if key.kind == .password { defaultValue = defaultValue.map { _ in "[hidden]" } }
        return [
            "name": .string(key.name), "type": .string(key.kind.rawValue),
            "required": .bool(key.defaultValue == .required),
            "default_value": .text(defaultValue), "importance": .string(key.importance.rawValue),
            "documentation": .string(key.documentation), "group": .text(key.group),
            "width": .string(key.width.rawValue),
            "display_name": .string(key.displayName), "dependents": .array(key.dependents.map(JSONValue.string)),
            "order": .integer(key.order),
        ]
    }

    private static func value(_ info: ConfigInfos.Info) -> JSONValue {
        let value = info.value
        let isSecret = info.definition?.kind == .password
        return [
            "name": .string(value.name), "value": .text(isSecret ? value.value.map { _ in "[hidden]" } : value.value),
            "recommended_values": .array(value.recommendedValues.map(JSONValue.string)),
            "errors": .array(value.errors.map(JSONValue.string)), "visible": .bool(value.isVisible),
        ]
    }
}

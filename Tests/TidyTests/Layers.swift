/// Which module may know which: the table of docs/architecture.md.
///
/// An arrow to a module includes what that one may use itself, so an arrow further down needs no line of its own; one
/// that points up or sideways needs a decision record first.
enum Layers {
    /// What each module uses directly.
    static let table: [String: Set<String>] = [
        "CShims": [], "CLZ4": [], "CZstd": [], "CSnappy": [], "CZlib": [],
        "RecordFormat": ["CShims", "CLZ4", "CZstd", "CSnappy", "CZlib"],
        "LogCore": ["RecordFormat"],
        "KafkaProtocol": ["RecordFormat"],
        "Replication": ["LogCore"],
        "Coordination": ["RecordFormat"],
        "EventStore": ["LogCore"],
        "Broker": ["EventStore", "Coordination", "Replication", "KafkaClient", "KafkaProtocol", "TransportSecurity"],
        "KafkaClient": ["KafkaProtocol", "TransportSecurity"],
        "TransportSecurity": [],
        "JSON": [],
        "EtcdClient": ["JSON"],
        "EtcdMetadata": ["Broker", "EtcdClient"],
        "ConnectAPI": ["RecordFormat"],
        "ConnectPlugins": ["ConnectAPI", "JSON"],
        "ConnectPluginHost": ["ConnectPlugins"],
        "ConnectRuntime": ["ConnectPluginHost", "KafkaClient"],
        "Connectors": ["ConnectAPI"],
        "HTTPService": ["JSON", "CZlib", "TransportSecurity"],
        "SchemaFormat": ["JSON"],
        "AvroFormat": ["SchemaFormat"],
        "JSONSchemaFormat": ["SchemaFormat"],
        "ProtobufFormat": ["SchemaFormat", "CProtobuf"],
        "CProtobuf": [],
        "SchemaClient": ["SchemaFormat", "HTTPService"],
        "SchemaRegistry": ["HTTPService", "KafkaClient", "SchemaFormat"],
        "RESTProxy": ["AvroFormat", "Coordination", "HTTPService", "KafkaClient", "SchemaClient"],
        "RegistryConverters": ["ConnectAPI", "SchemaClient", "AvroFormat", "JSONSchemaFormat", "ProtobufFormat"],
        "ConnectREST": ["HTTPService", "ConnectRuntime"],
        "Bench": ["KafkaClient", "Broker", "EventStore", "LogCore"],
        "millrace": [
            "Broker", "EtcdMetadata", "ConnectREST", "RESTProxy", "SchemaRegistry", "RegistryConverters", "Connectors",
            "KafkaClient",
        ],
    ]

    /// Modules that own no socket, file or clock, or that are linked into apps which want none of these packages.
    static let withoutFoundation: Set<String> = [
        "RecordFormat", "LogCore", "EventStore", "KafkaProtocol", "Coordination", "Replication", "ConnectAPI",
        "ConnectPlugins",
        "JSON", "SchemaFormat", "AvroFormat", "JSONSchemaFormat", "ProtobufFormat",
    ]

    /// Everything that a module may use, directly or through what it uses; nil for a module that the table lacks.
    static func allowed(for module: String) -> Set<String>? {
        guard let direct = table[module] else { return nil }
        return direct.reduce(into: direct) { all, next in all.formUnion(allowed(for: next) ?? []) }
    }

    /// The table's name for a target, which is that of its folder; a connector stands in the line `Connectors`.
    static func module(ofTargetIn folder: String) -> String {
        let parts = folder.split(separator: "/").map(String.init)
        return parts.dropFirst().first == "Connectors" ? "Connectors" : parts.last ?? folder
    }
}

/// The languages that schemas are written in, by the names that Schema Registry has for them.
public enum SchemaType: String, Sendable, Hashable, CaseIterable {
    /// Apache Avro.
    case avro = "AVRO"
    /// JSON Schema.
    case json = "JSON"
    /// Protocol Buffers, as a `.proto` file.
    case protobuf = "PROTOBUF"
}

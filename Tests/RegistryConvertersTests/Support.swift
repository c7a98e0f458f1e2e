import ConnectAPI
import RecordFormat
import RegistryConverters
import Testing

/// A converter by the last part of its class name.
func converter(
    _ name: String, _ registry: MemoryRegistry, _ configuration: [String: String] = [:], isKey: Bool = false
) throws -> any Converter {
    let entry = try #require(
        RegistryConverters.all(makeClient: registry.makeClient).first { $0.className.hasSuffix(".\(name)") })
    return try entry.make(configuration, isKey)
}

extension Converter {
    /// The bytes of a value in the topic `orders`.
    func bytes(_ value: ConnectValue, _ schema: ConnectSchema?, topic: String = "orders") async throws -> [UInt8]? {
        var headers: [RecordHeader] = []
        let bytes = try await serialize(topic: topic, headers: &headers, schema: schema, value: value)
        #expect(headers.isEmpty)
        return bytes?.array
    }

    /// The value of bytes in the topic `orders`.
    func value(_ bytes: [UInt8]?, topic: String = "orders") async throws -> SchemaAndValue {
        try await deserialize(topic: topic, headers: [], bytes: bytes.map { ByteSlice($0) })
    }
}

/// Runs something that has to fail with an error of Connect's.
func connectError(
    _ body: () async throws -> Void, at location: SourceLocation = #_sourceLocation
) async throws -> ConnectError {
    try #require(
        await #expect(throws: ConnectError.self, sourceLocation: location) { try await body() },
        sourceLocation: location)
}

extension ConnectSchema {
    /// A structure of these fields.
    static func record(_ name: String?, _ fields: KeyValuePairs<String, ConnectSchema>) -> ConnectSchema {
        .structure(fields.map { ConnectField($0.key, $0.value) }, name: name)
    }

    /// A logical type of Connect's.
    static func logical(
        _ kind: Kind, _ name: String, isOptional: Bool = false, parameters: [String: String] = [:]
    ) -> ConnectSchema {
        ConnectSchema(kind, isOptional: isOptional, name: name, version: 1, parameters: parameters)
    }

    static let decimal = logical(.bytes, LogicalType.decimal, parameters: ["scale": "2"])
    static let date = logical(.int32, LogicalType.date)
    static let time = logical(.int32, LogicalType.time)
    static let timestamp = logical(.int64, LogicalType.timestamp)
}

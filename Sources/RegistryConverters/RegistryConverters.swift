import AvroFormat
public import ConnectAPI
import JSONSchemaFormat
import ProtobufFormat
public import SchemaClient
public import SchemaFormat

/// Connect's converters that keep their schemas in a Schema Registry.
///
/// A schema is mapped once and registered once; a message is the registry's number for it and the value in the format's
/// binary form, as Confluent's converters of the same names write it. This module leaves out
/// rules, encryption and schemas that hold themselves.
public enum RegistryConverters {
    /// Makes a client for a converter's configuration. The client is closed when no converter has it any more.
    public typealias MakeClient = @Sendable (_ configuration: [String: String]) throws -> SchemaClient

    /// What the schemas of these converters are written in, for those who make clients.
    public static let languages: [any SchemaLanguage] = [
        AvroLanguage(), JSONSchemaLanguage(), ProtobufLanguage(),
    ]

    /// A converter's class, its configuration keys, and what makes it.
    public struct Entry: Sendable {
        /// The class name that configurations have.
        public let className: String
        /// The keys, without the prefix that they have in a connector's configuration.
        public let definition: ConfigDefinition
        /// Makes a converter of keys or of values.
        public let make: @Sendable (_ configuration: [String: String], _ isKey: Bool) throws -> any Converter
    }

    /// A client that speaks HTTP with what a converter's `schema.registry.url` names.
    ///
    /// - Throws: `ConnectError` with code `.invalidConfiguration`.
    public static func makeHTTPClient(_ configuration: [String: String]) throws -> SchemaClient {
        try RegistrySettings(configuration).makeClient()
    }

    /// The converters, for a catalog of plug-ins.
    ///
    /// Converters whose settings of the registry are the same share a client.
    ///
    /// - Parameter makeClient: Makes the clients; `nil` has them speak HTTP with what `schema.registry.url` names,
    ///   which is required then.
    public static func all(makeClient: MakeClient? = nil) -> [Entry] {
        let clients = SharedClients(make: makeClient ?? makeHTTPClient)
        let common = RegistrySettings.definition(requiresURL: makeClient == nil)
        func entry<Format: FormatMapping>(
            _ className: String, _ keys: ConfigDefinition,
            _ makeFormat: @escaping @Sendable ([String: String]) throws -> Format
        ) -> Entry {
            var definition = common
            for key in keys.keys { definition.define(key) }
            return Entry(className: className, definition: definition) { [definition] configuration, isKey in
                _ = try definition.parse(configuration)
                return RegistryConverter(
                    format: try makeFormat(configuration), settings: try RegistrySettings(configuration),
                    isKey: isKey, cacheSize: try MappingSettings(configuration).cacheSize,
                    client: try clients.client(for: configuration))
            }
        }
        return [
            entry("io.confluent.connect.avro.AvroConverter", AvroSettings.definition) {
                AvroMapping(try AvroSettings($0))
            },
            entry("io.confluent.connect.json.JsonSchemaConverter", JSONSchemaSettings.definition) {
                JSONSchemaMapping(try JSONSchemaSettings($0))
            },
            entry("io.confluent.connect.protobuf.ProtobufConverter", ProtobufSettings.definition) {
                ProtobufMapping(try ProtobufSettings($0))
            },
        ]
    }
}

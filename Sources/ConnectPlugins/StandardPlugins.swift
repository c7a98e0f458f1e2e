package import ConnectAPI

/// The converters, transforms and predicates that every worker has, by the class names that configurations use.
package enum StandardPlugins {
    /// A class with its configuration keys, and what makes it from its configuration.
    package struct Entry<Plugin: Sendable>: Sendable {
        /// The class name.
        package let className: String
        /// The keys, without the prefix that they have in a connector's configuration.
        package let definition: ConfigDefinition
        /// Makes one.
        package let make: @Sendable (_ configuration: [String: String]) throws -> Plugin

        init(
            _ className: String, _ definition: ConfigDefinition = ConfigDefinition(),
            _ make: @escaping @Sendable ([String: String]) throws -> Plugin
        ) {
            self.className = className
            self.definition = definition
            self.make = make
        }
    }

    /// A converter of keys and values that is one of headers too.
    package typealias AnyPartConverter = Converter & HeaderConverter

    private static let storage = "org.apache.kafka.connect.storage."

    /// Converters of keys, values and headers.
    package static let converters: [Entry<any AnyPartConverter>] =
        [
            Entry(storage + "StringConverter", StringConverter.definition) { try StringConverter(configuration: $0) },
            Entry("org.apache.kafka.connect.json.JsonConverter", JSONConverter.definition) {
                try JSONConverter(configuration: $0)
            },
            Entry("org.apache.kafka.connect.converters.ByteArrayConverter") { _ in ByteArrayConverter() },
        ]
        + NumberConverter.Kind.allCases.map { kind in
            Entry("org.apache.kafka.connect.converters.\(kind.rawValue)Converter") { _ in NumberConverter(kind) }
        }

    /// Converters of headers alone.
    package static let headerConverters: [Entry<any HeaderConverter>] = [
        Entry(storage + "SimpleHeaderConverter") { _ in SimpleHeaderConverter() }
    ]

    /// Transforms.
    package static let transforms: [Entry<any Transform>] = {
        func both(
            _ name: String, _ definition: ConfigDefinition,
            _ make: @escaping @Sendable ([String: String], RecordPart) throws -> any Transform
        ) -> [Entry<any Transform>] {
            RecordPart.allCases.map { part in
                Entry("\(packageName)\(name)$\(part.rawValue)", definition) { try make($0, part) }
            }
        }
        let groups: [[Entry<any Transform>]] = [
            both("Cast", Cast.definition) { try Cast($0, $1) },
            [Entry(packageName + "DropHeaders", DropHeaders.definition) { try DropHeaders($0) }],
            both("ExtractField", ExtractField.definition) { try ExtractField($0, $1) },
            [Entry(packageName + "Filter") { _ in Filter() }],
            both("Flatten", Flatten.definition) { try Flatten($0, $1) },
            both("HeaderFrom", HeaderFrom.definition) { try HeaderFrom($0, $1) },
            both("HoistField", HoistField.definition) { try HoistField($0, $1) },
            both("InsertField", InsertField.definition) { try InsertField($0, $1) },
            [Entry(packageName + "InsertHeader", InsertHeader.definition) { try InsertHeader($0) }],
            both("MaskField", MaskField.definition) { try MaskField($0, $1) },
            [Entry(packageName + "RegexRouter", RegexRouter.definition) { try RegexRouter($0) }],
            both("ReplaceField", ReplaceField.definition) { try ReplaceField($0, $1) },
            both("SetSchemaMetadata", SetSchemaMetadata.definition) { try SetSchemaMetadata($0, $1) },
            both("TimestampConverter", TimestampConverter.definition) { try TimestampConverter($0, $1) },
            [Entry(packageName + "TimestampRouter", TimestampRouter.definition) { try TimestampRouter($0) }],
            [Entry(packageName + "ValueToKey", ValueToKey.definition) { try ValueToKey($0) }],
        ]
        return Array(groups.joined())
    }()

    private static let packageName = "org.apache.kafka.connect.transforms."

    /// Predicates.
    package static let predicates: [Entry<any Predicate>] =
        [
            Entry(packageName + "predicates.HasHeaderKey", HasHeaderKey.definition) { try HasHeaderKey($0) },
            Entry(packageName + "predicates.RecordIsTombstone") { _ in RecordIsTombstone() },
            Entry(packageName + "predicates.TopicNameMatches", TopicNameMatches.definition) {
                try TopicNameMatches($0)
            },
        ]
        + RecordPart.allCases.map { part in
            Entry(
                "millrace.connect.predicates.FieldValueMatches$\(part.rawValue)", FieldValueMatches.definition
            ) { try FieldValueMatches($0, part) }
        }
}

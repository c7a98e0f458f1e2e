public import SchemaFormat

/// Reads `.proto` files, and the serialized descriptors in Base64 that some clients send instead.
///
/// This module leaves out where schemas are kept and who refers to them; libprotobuf reads the files, and everything that
/// is done with a schema or a message afterwards is done here.
public struct ProtobufLanguage: SchemaLanguage {
    /// What a schema's own file is called, as in Schema Registry.
    static let fileName = "default"

    /// Up to how many bytes a schema and all that it refers to may have.
    static let totalLimit = 32 << 20

    /// Up to how many files a schema may refer to.
    static let dependencyLimit = 1000

    /// Creates it.
    public init() {}

    /// Protocol Buffers.
    public var type: SchemaType { .protobuf }

    /// Reads a schema.
    ///
    /// A dependency is found by the name that an import has for it. The files that come with Protobuf, `google/type` and
    /// `confluent` need not be given; those that come with libprotobuf are never taken from the dependencies.
    ///
    /// - Throws: ``SchemaError`` with code `.invalidSchema` and the line and column of each error, or `.limitExceeded`.
    public func parse(
        _ text: String, dependencies: [SchemaDependency], isNew: Bool
    ) throws(SchemaError) -> any ParsedSchema {
        try schema(text, dependencies: dependencies)
    }

    /// Reads a schema; as ``parse(_:dependencies:isNew:)`` does.
    public func schema(
        _ text: String, dependencies: [SchemaDependency] = []
    ) throws(SchemaError) -> ProtobufSchema {
        guard dependencies.count <= Self.dependencyLimit else {
            throw SchemaError(
                .limitExceeded, "the schema refers to more than \(Self.dependencyLimit) schemas")
        }
        let total = dependencies.reduce(text.utf8.count) { $0 + $1.text.utf8.count }
        guard total <= Self.totalLimit else {
            throw SchemaError(
                .limitExceeded,
                "the schema and what it refers to have \(total) bytes, more than the limit of \(Self.totalLimit)")
        }
        let own = try ProtoSource(name: Self.fileName, text: text)
        var sources = [own]
        var names: Set = [Self.fileName]
        for dependency in dependencies where names.insert(dependency.name).inserted {
            sources.append(try ProtoSource(name: dependency.name, text: dependency.text))
        }
        for (name, text) in WellKnownFiles.texts where names.insert(name).inserted {
            sources.append(ProtoSource(name: name, content: Array(text.utf8), isDescriptor: false))
        }
        let files = try LinkedFiles(sources)
        return try ProtobufSchema(files, text: own.isDescriptor ? nil : own.content)
    }
}

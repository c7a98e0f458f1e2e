/// Writes the Swift source of one message.
struct MessageEmitter {
    let message: MessageSchema

    /// The text of `<message>.generated.swift`.
    func emit() -> String {
        var source = SourceText()
        source.line("// Generated from Schemas/\(schemaFile) by protocol-gen. Do not edit.")
        source.line("// swift-format-ignore-file")
        source.line()
        if needsRecordFormat {
            source.line("public import RecordFormat")
            source.line()
        }
        emitDeclaration(of: message.root, into: &source)
        source.line()
        source.block("extension \(message.name)") { source in
            MessageEmitter.emitDecoding(of: message.root, into: &source)
            source.line()
            MessageEmitter.emitEncoding(of: message.root, into: &source)
        }
        for structure in message.nested {
            source.line()
            source.block("extension \(message.name)") { source in
                emitDeclaration(of: structure, into: &source)
            }
            source.line()
            source.block("extension \(message.name).\(structure.name)") { source in
                MessageEmitter.emitDecoding(of: structure, into: &source)
                source.line()
                MessageEmitter.emitEncoding(of: structure, into: &source)
            }
        }
        return source.text
    }

    private var needsRecordFormat: Bool {
        ([message.root] + message.nested).contains { structure in
            structure.fields.contains { $0.type.needsRecordFormat(in: message.kind) }
        }
    }

    private var schemaFile: String { message.location.file }

    // MARK: Declarations

    private func emitDeclaration(of structure: Structure, into source: inout SourceText) {
        let isRoot = structure.name == message.name
        source.documentation(isRoot ? summary : "A part of ``\(message.name)``.")
        let conformances = isRoot ? self.conformances : "ProtocolStructure, Hashable"
        source.block("public struct \(structure.name): \(conformances)") { source in
            if isRoot {
                emitVersions(into: &source)
                if !structure.fields.isEmpty { source.line() }
            }
            for field in structure.fields {
                source.documentation(documentation(of: field, in: structure))
                let type = field.swiftType(in: message.kind)
                source.line("public var \(field.identifier): \(type) = \(field.swiftDefault)")
            }
            emitInitializers(of: structure, into: &source)
        }
    }

    private var summary: String {
        switch message.kind {
        case .request: "The request of Kafka's \(message.apiName) API, versions \(message.versions)."
        case .response: "The response of Kafka's \(message.apiName) API, versions \(message.versions)."
        case .data: "Kafka's \(message.name), versions \(message.versions)."
        }
    }

    private var conformances: String {
        message.kind == .request ? "KafkaRequest, Hashable" : "KafkaMessage, Hashable"
    }

    private func emitVersions(into source: inout SourceText) {
        if message.kind == .request {
            source.line("public typealias Response = \(message.apiName)Response")
            source.line()
            source.line("public static var apiKey: APIKey { .\(SwiftNaming.constant(forAPI: message.apiName)) }")
        }
        let versions = message.versions
        source.line("public static var versions: ClosedRange<Int16> { \(versions.first)...\(versions.last) }")
        let flexible = message.firstFlexibleVersion.map(String.init) ?? "Int16.max"
        source.line("public static var firstFlexibleVersion: Int16 { \(flexible) }")
    }

    private func documentation(of field: FieldSchema, in structure: Structure) -> String {
        let text = field.documentation.isEmpty ? "The field `\(field.name)`." : field.documentation
        let versions = field.versions
        if structure.condition(versions) == nil { return text }
        if versions.first == versions.last { return "\(text) Version \(versions.first) only." }
        if versions.last == structure.versions.last { return "\(text) From version \(versions.first) on." }
        if versions.first == structure.versions.first { return "\(text) Up to version \(versions.last)." }
        return "\(text) Versions \(versions)."
    }

    private func emitInitializers(of structure: Structure, into source: inout SourceText) {
        source.line()
        source.line("/// Creates one with every field at its default.")
        source.line("public init() {}")
        guard !structure.fields.isEmpty else { return }
        source.line()
        source.line("/// Creates one from its fields, each of which may be left at its default.")
        source.line("public init(")
        for (index, field) in structure.fields.enumerated() {
            let comma = index + 1 < structure.fields.count ? "," : ""
            let type = field.swiftType(in: message.kind)
            source.line("    \(field.identifier): \(type) = \(field.swiftDefault)\(comma)")
        }
        source.block(")") { source in
            for field in structure.fields { source.line("self.\(field.name) = \(field.identifier)") }
        }
    }
}

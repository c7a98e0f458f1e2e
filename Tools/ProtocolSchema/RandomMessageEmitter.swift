/// Writes the test module's makers of random messages.
///
/// A random message of a version holds only what the version can carry, so that decoding what was encoded must give
/// the same message again.
enum RandomMessageEmitter {
    static func emit(_ schema: Schema) -> String {
        var source = SourceText()
        source.line("// Generated from the schemas by protocol-gen. Do not edit.")
        source.line("// swift-format-ignore-file")
        source.line()
        source.line("import KafkaProtocol")
        source.line("import RecordFormat")
        source.line()
        source.line("/// Every message, each of which can be made at random.")
        source.line("let allRandomMessages: [any RandomMessage.Type] = [")
        for message in schema.messages { source.line("    \(message.name).self,") }
        source.line("]")
        for message in schema.messages {
            for structure in [message.root] + message.nested {
                source.line()
                emit(structure, into: &source)
            }
        }
        return source.text
    }

    private static func emit(_ structure: Structure, into source: inout SourceText) {
        let isRoot = structure.name == structure.message.name
        let type = isRoot ? structure.name : "\(structure.message.name).\(structure.name)"
        source.block("extension \(type): \(isRoot ? "RandomMessage" : "RandomStructure")") { source in
            source.block("init(random source: inout RandomSource, version: Int16)") { source in
                source.line("self.init()")
                for field in structure.fields {
                    let assignment = "self.\(field.name) = \(value(of: field, in: structure))"
                    source.statement(assignment, if: structure.condition(field.versions))
                }
            }
        }
    }

    private static func value(of field: FieldSchema, in structure: Structure) -> String {
        let plain = value(of: field.type, structure.message.kind)
        guard let nullable = field.nullableVersions else { return plain }
        if !nullable.covers(field.versions), let condition = structure.condition(nullable) {
            return "\(condition) && source.nextBool() ? nil : \(plain)"
        }
        return "source.nextBool() ? nil : \(plain)"
    }

    private static func value(of type: FieldType, _ kind: MessageSchema.Kind) -> String {
        switch type {
        case .structure: ".init(random: &source, version: version)"
        case .array(let element): "source.nextArray { source in \(value(of: element, kind)) }"
        case .primitive(.records): kind == .response ? ".bytes(source.nextBytes())" : "source.nextBytes()"
        case .primitive(let primitive): "source.next\(primitive.methodName)()"
        }
    }
}

extension MessageEmitter {
    /// Writes `encode(into:version:)`.
    static func emitEncoding(of structure: Structure, into source: inout SourceText) {
        let signature = "public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError)"
        source.block(signature) { source in
            if structure.name == structure.message.name { source.line("try Self.requireSupport(of: version)") }
            emitCompact(of: structure, into: &source)
            for field in structure.fields { emitAbsence(of: field, in: structure, into: &source) }
            for field in structure.plainFields {
                let statement = write(field, in: structure, compact: structure.compact)
                source.statement(statement, if: structure.condition(field.versions))
            }
            emitTags(of: structure, into: &source)
        }
    }

    /// Refuses a value that the version would lose, unless the schema says that it may be lost.
    private static func emitAbsence(of field: FieldSchema, in structure: Structure, into source: inout SourceText) {
        guard !field.isIgnorable, let condition = structure.condition(field.versions) else { return }
        let isAbsent = condition.contains("&&") ? "!(\(condition))" : negated(condition)
        let error = "ProtocolError.fieldNotCarried(\(structure.path(of: field)), version: version)"
        source.statement("throw \(error)", if: "\(isAbsent), \(field.differsFromDefault)")
    }

    private static func negated(_ condition: String) -> String {
        let parts = condition.split(separator: " ")
        let opposite = [">=": "<", "<=": ">", "==": "!="][String(parts[1])] ?? ""
        return "\(parts[0]) \(opposite) \(parts[2])"
    }

    private static func emitTags(of structure: Structure, into source: inout SourceText) {
        guard structure.compact != "false" else { return }
        let isAlways = structure.compact == "true"
        guard !structure.taggedFields.isEmpty else {
            return source.statement("writer.writeTaggedFieldCount(0)", if: isAlways ? nil : "compact")
        }
        let body = { (source: inout SourceText) in
            source.line("var tagCount = 0")
            for field in structure.taggedFields {
                source.line("let has\(capitalized(field.name)) = \(presence(of: field, in: structure))")
                source.line("if has\(capitalized(field.name)) { tagCount += 1 }")
            }
            source.line("writer.writeTaggedFieldCount(tagCount)")
            for field in structure.taggedFields {
                source.block("if has\(capitalized(field.name))") { source in
                    source.line("let start = writer.beginTaggedField(\(field.tag ?? 0))")
                    source.line(write(field, in: structure, compact: "true"))
                    source.line("writer.endTaggedField(startedAt: start)")
                }
            }
        }
        if isAlways { body(&source) } else { source.block("if compact", body) }
    }

    private static func presence(of field: FieldSchema, in structure: Structure) -> String {
        let value = field.differsFromDefault
        return tagCondition(of: field, in: structure).map { "\($0) && \(value)" } ?? value
    }

    private static func capitalized(_ name: String) -> String { name.prefix(1).uppercased() + name.dropFirst() }

    private static func write(_ field: FieldSchema, in structure: Structure, compact: String) -> String {
        var arguments: [String] = []
        let method: String
        switch field.type {
        case .primitive(let primitive):
            method = primitive.methodName
            guard primitive.hasCompactForm else { return "writer.write\(method)(\(field.identifier))" }
            arguments.append("compact: \(compact)")
        case .structure:
            method = "Structure"
            arguments.append("version: version")
        case .array(.structure):
            method = "Array"
            arguments += ["version: version", "compact: \(compact)"]
        case .array:
            method = "Array"
            arguments.append("compact: \(compact)")
        }
        let nullable = nullability(of: field, in: structure, &arguments)
        let leading = [field.identifier, structure.path(of: field)]
        return "try writer.write\(nullable)\(method)(\((leading + arguments).joined(separator: ", ")))"
    }
}

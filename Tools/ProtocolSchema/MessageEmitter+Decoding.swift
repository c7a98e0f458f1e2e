extension MessageEmitter {
    /// Writes `init(from:version:)`.
    static func emitDecoding(of structure: Structure, into source: inout SourceText) {
        source.block("public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError)") { source in
            if structure.name == structure.message.name { source.line("try Self.requireSupport(of: version)") }
            emitCompact(of: structure, into: &source)
            for field in structure.plainFields {
                let assignment = "\(field.identifier) = \(read(field, in: structure, compact: structure.compact))"
                source.statement(assignment, if: structure.condition(field.versions))
            }
            emitTags(of: structure, into: &source)
        }
    }

    /// Names the test for compact forms where a structure needs it.
    static func emitCompact(of structure: Structure, into source: inout SourceText) {
        guard structure.compact == "compact", let flexible = structure.flexibleVersions else { return }
        source.line("let compact = \(structure.condition(flexible) ?? "true")")
    }

    private static func emitTags(of structure: Structure, into source: inout SourceText) {
        guard structure.compact != "false" else { return }
        let isAlways = structure.compact == "true"
        guard !structure.taggedFields.isEmpty else {
            return source.statement("try reader.skipTaggedFields()", if: isAlways ? nil : "compact")
        }
        let body = { (source: inout SourceText) in
            source.block("for _ in 0..<(try reader.readTaggedFieldCount())") { source in
                source.line("let field = try reader.beginTaggedField()")
                source.line("switch field.tag {")
                for field in structure.taggedFields {
                    let clause = tagCondition(of: field, in: structure).map { " where \($0)" } ?? ""
                    let value = read(field, in: structure, compact: "true")
                    source.line("case \(field.tag ?? 0)\(clause): \(field.identifier) = \(value)")
                }
                source.line("default: reader.skip(field)")
                source.line("}")
                source.line("try reader.endTaggedField(field)")
            }
        }
        if isAlways { body(&source) } else { source.block("if compact", body) }
    }

    /// The test whether a flexible version carries a tagged field; `nil` if each does.
    static func tagCondition(of field: FieldSchema, in structure: Structure) -> String? {
        if let flexible = structure.flexibleVersions, field.versions.covers(flexible) { return nil }
        return structure.condition(field.versions)
    }

    private static func read(_ field: FieldSchema, in structure: Structure, compact: String) -> String {
        var arguments = [structure.path(of: field)]
        let method: String
        switch field.type {
        case .primitive(let primitive):
            // Only a response's records may lie in a file; a request's are bytes like any others.
            let isSlice = primitive == .records && structure.message.kind != .response
            method = isSlice ? "Bytes" : primitive.methodName
            if primitive.hasCompactForm { arguments.append("compact: \(compact)") }
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
        return "try reader.read\(nullable)\(method)(\(arguments.joined(separator: ", ")))"
    }

    /// `Nullable` where the field may be null, with the versions in which it may added to the arguments.
    static func nullability(of field: FieldSchema, in structure: Structure, _ arguments: inout [String]) -> String {
        guard let nullable = field.nullableVersions else { return "" }
        if !nullable.covers(field.versions), let condition = structure.condition(nullable) {
            arguments.append("allowNull: \(condition)")
        }
        return "Nullable"
    }
}

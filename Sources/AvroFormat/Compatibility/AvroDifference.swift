import SchemaFormat

/// One reason why a schema does not read what another wrote.
struct AvroDifference: Sendable {
    /// The rule that was broken, with the types that broke it.
    enum Rule: Sendable {
        case nameMismatch(writer: AvroName)
        case fixedSizeMismatch(reader: Int, writer: Int)
        case missingEnumSymbols(reader: AvroEnumeration, writer: AvroEnumeration)
        case readerFieldMissingDefaultValue(field: String)
        case typeMismatch(reader: AvroType.Content, writer: AvroType.Content)
        case missingUnionBranch(writer: AvroType.Content)
    }

    let rule: Rule
    /// The steps to the place in the schema's JSON.
    let path: [String]

    /// Schema Registry's message for it.
    func message(_ roles: SchemaRoles) -> String {
        "{errorType:'\(name)', description:'\(description(roles))', additionalInfo:'\(detail)'}"
    }

    /// The name that Apache Avro has for the rule.
    private var name: String {
        switch rule {
        case .nameMismatch: "NAME_MISMATCH"
        case .fixedSizeMismatch: "FIXED_SIZE_MISMATCH"
        case .missingEnumSymbols: "MISSING_ENUM_SYMBOLS"
        case .readerFieldMissingDefaultValue: "READER_FIELD_MISSING_DEFAULT_VALUE"
        case .typeMismatch: "TYPE_MISMATCH"
        case .missingUnionBranch: "MISSING_UNION_BRANCH"
        }
    }

    /// The names, sizes or kinds that do not go together.
    private var detail: String {
        switch rule {
        case .nameMismatch(let writer): return "expected: \(writer)"
        case .fixedSizeMismatch(let reader, let writer): return "expected: \(writer), found: \(reader)"
        case .missingEnumSymbols(let reader, let writer):
            let missing = writer.symbols.filter { reader.place(of: $0) == nil }
            return "[\(missing.sorted().joined(separator: ", "))]"
        case .readerFieldMissingDefaultValue(let field): return field
        case .typeMismatch(let reader, let writer):
            return "reader type: \(reader.kind.uppercased()) not compatible with writer type: "
                + writer.kind.uppercased()
        case .missingUnionBranch(let writer): return "reader union lacking writer type: \(writer.kind.uppercased())"
        }
    }

    private func description(_ roles: SchemaRoles) -> String {
        let place = "path '/\(path.joined(separator: "/"))'"
        let (reader, writer) = ("\(roles.reader) schema", "\(roles.writer) schema")
        switch rule {
        case .nameMismatch: return "The name of the schema has changed (\(place))"
        case .fixedSizeMismatch:
            return "The size of FIXED type field at \(place) in the \(reader) does not match with the \(writer)"
        case .missingEnumSymbols:
            return "The \(reader) is missing enum symbols '\(detail)' at \(place) in the \(writer)"
        case .readerFieldMissingDefaultValue(let field):
            return
                "The field '\(field)' at \(place) in the \(reader) has no default value and is missing in the \(writer)"
        case .typeMismatch:
            return "The type (\(place)) of a field in the \(reader) does not match with the \(writer)"
        case .missingUnionBranch:
            return "The \(reader) is missing a type inside a union field at \(place) in the \(writer)"
        }
    }
}

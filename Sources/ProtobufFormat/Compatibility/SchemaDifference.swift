import SchemaFormat

/// A difference between two versions for which the later cannot follow the earlier, as Schema Registry names it.
///
/// Other differences are none here: messages, enums, their values and fields may be added, enums and fields that are not
/// required removed, all of them renamed or moved, and a field may leave its oneof.
struct SchemaDifference: Hashable {
    /// What changed.
    enum Kind: String {
        case packageChanged = "PACKAGE_CHANGED"
        case messageRemoved = "MESSAGE_REMOVED"
        case fieldKindChanged = "FIELD_KIND_CHANGED"
        case fieldScalarKindChanged = "FIELD_SCALAR_KIND_CHANGED"
        case fieldNamedTypeChanged = "FIELD_NAMED_TYPE_CHANGED"
        case fieldNumericLabelChanged = "FIELD_NUMERIC_LABEL_CHANGED"
        case requiredFieldAdded = "REQUIRED_FIELD_ADDED"
        case requiredFieldRemoved = "REQUIRED_FIELD_REMOVED"
        case oneofFieldRemoved = "ONEOF_FIELD_REMOVED"
        case multipleFieldsMovedToOneof = "MULTIPLE_FIELDS_MOVED_TO_ONEOF"
        case fieldMovedToExistingOneof = "FIELD_MOVED_TO_EXISTING_ONEOF"
    }

    var kind: Kind
    /// Names of messages and oneofs and the field's number, from the top.
    var path: [String]

    /// The difference in the words of Schema Registry.
    func message(_ roles: SchemaRoles) -> String {
        let path = "'#/\(path.joined(separator: "/"))'"
        let (first, second) = (roles.reader, roles.writer)
        let description =
            switch kind {
            case .packageChanged:
                "The package at \(path) in the \(first) schema does not match the package in the \(second) schema"
            case .messageRemoved:
                "The \(first) schema is missing a MESSAGE type at path \(path) in the \(second) schema"
            case .fieldKindChanged:
                "The type of a field at path \(path) in the \(first) schema does not match the \(second) schema"
            case .fieldScalarKindChanged:
                "The kind of a SCALAR field at path \(path) in the \(first) schema does not match its kind in the "
                    + "\(second) schema"
            case .fieldNamedTypeChanged:
                "The type of a MESSAGE field at path \(path) in the \(first) schema does not match its type in the "
                    + "\(second) schema"
            case .fieldNumericLabelChanged:
                "The label for a NUMERIC field at path \(path) in the \(first) schema does not match its label in the "
                    + "\(second) schema"
            case .requiredFieldAdded:
                "A required field  at path \(path) in the \(first) schema is missing in the \(second) schema"
            case .requiredFieldRemoved:
                "The \(first) schema is missing a required field at path: \(path) in the \(second) schema"
            case .oneofFieldRemoved:
                "The \(first) schema is missing a oneof field at path \(path) in the \(second) schema"
            case .multipleFieldsMovedToOneof:
                "Multiple fields in the oneof at path \(path) in the \(first) schema are outside a oneof in the "
                    + "\(second) schema"
            case .fieldMovedToExistingOneof:
                "A field in the oneof at path \(path) in the \(first) schema is outside an existing oneof in the "
                    + "\(second) schema"
            }
        return "{errorType:\"\(kind.rawValue)\", description:\"\(description)\"}"
    }
}

import SchemaFormat

extension DifferenceKind {
    /// Whether the later version still reads all that was written with the earlier one.
    var isCompatible: Bool { Self.compatible.contains(self) }

    private static let compatible: Set<DifferenceKind> = [
        .schemaRemoved, .typeExtended,
        .maxLengthIncreased, .maxLengthRemoved, .minLengthDecreased, .minLengthRemoved, .patternRemoved,
        .maximumIncreased, .maximumRemoved, .minimumDecreased, .minimumRemoved, .exclusiveMaximumIncreased,
        .exclusiveMaximumRemoved, .exclusiveMinimumDecreased, .exclusiveMinimumRemoved, .multipleOfReduced,
        .multipleOfRemoved,
        .requiredAttributeWithDefaultAdded, .requiredAttributeRemoved, .dependencyArrayNarrowed,
        .dependencyArrayRemoved, .dependencySchemaRemoved, .maxPropertiesIncreased, .maxPropertiesRemoved,
        .minPropertiesDecreased, .minPropertiesRemoved, .additionalPropertiesAdded, .additionalPropertiesExtended,
        .unevaluatedPropertiesAdded, .unevaluatedPropertiesExtended, .emptyPropertyAddedToOpen,
        .requiredPropertyWithDefaultAddedToUnopen, .optionalPropertyAddedToUnopen, .falsePropertyRemovedFromClosed,
        .propertyRemovedFromOpen, .propertyAddedIsCovered, .propertyRemovedIsCovered,
        .maxItemsIncreased, .maxItemsRemoved, .minItemsDecreased, .minItemsRemoved, .maxContainsIncreased,
        .maxContainsRemoved, .minContainsDecreased, .minContainsRemoved, .uniqueItemsRemoved, .additionalItemsAdded,
        .additionalItemsExtended, .unevaluatedItemsAdded, .unevaluatedItemsExtended, .emptyItemAddedToOpen,
        .itemAddedToClosed, .falseItemRemovedFromClosed, .itemRemovedFromOpen, .itemAddedIsCovered,
        .itemRemovedIsCovered,
        .enumArrayExtended, .combinedTypeExtended, .productTypeNarrowed, .sumTypeExtended, .notTypeNarrowed,
    ]

    /// What Schema Registry says of it; empty for what it has no words for.
    func description(at path: String, reader: String, writer: String) -> String {
        switch self {
        case .maximumAdded, .minimumAdded, .exclusiveMaximumAdded, .exclusiveMinimumAdded, .multipleOfAdded,
            .maxLengthAdded, .minLengthAdded, .patternAdded, .requiredAttributeAdded, .maxPropertiesAdded,
            .minPropertiesAdded, .dependencyArrayAdded, .dependencySchemaAdded, .maxItemsAdded, .minItemsAdded,
            .maxContainsAdded, .minContainsAdded, .uniqueItemsAdded, .additionalItemsRemoved,
            .additionalPropertiesRemoved, .unevaluatedPropertiesRemoved, .unevaluatedItemsRemoved:
            "The keyword at path '\(path)' in the \(reader) schema is not present in the \(writer) schema"
        case .minLengthIncreased, .minimumIncreased, .exclusiveMinimumIncreased, .minPropertiesIncreased,
            .multipleOfExpanded, .minItemsIncreased, .minContainsIncreased:
            "The value at path '\(path)' in the \(reader) schema is more than its value in the \(writer) schema"
        case .maxLengthDecreased, .maximumDecreased, .maxItemsDecreased, .maxContainsDecreased,
            .exclusiveMaximumDecreased, .maxPropertiesDecreased:
            "The value at path '\(path)' in the \(reader) schema is less than its value in the \(writer) schema"
        case .patternChanged, .multipleOfChanged, .dependencyArrayChanged:
            "The value at path '\(path)' is different between the \(reader) and \(writer) schema"
        case .additionalItemsNarrowed, .enumArrayNarrowed, .sumTypeNarrowed, .additionalPropertiesNarrowed,
            .unevaluatedPropertiesNarrowed, .unevaluatedItemsNarrowed:
            "An array or combined type at path '\(path)' has fewer elements in the \(reader) schema than the "
                + "\(writer) schema"
        case .dependencyArrayExtended, .productTypeExtended, .sumTypeExtended, .notTypeExtended:
            "An array or combined type at path '\(path)' has more elements in the \(reader) schema than the "
                + "\(writer) schema"
        case .typeChanged, .typeNarrowed, .combinedTypeChanged, .combinedTypeSubschemasChanged, .enumArrayChanged:
            "A type at path '\(path)' is different between the \(reader) schema and the \(writer) schema"
        default: contentDescription(at: path, reader: reader, writer: writer)
        }
    }

    private func contentDescription(at path: String, reader: String, writer: String) -> String {
        switch self {
        case .requiredPropertyAddedToOpen, .requiredPropertyWithDefaultAddedToOpen, .optionalPropertyAddedToOpen,
            .itemAddedToOpen:
            "The \(reader) schema has an open content model and has a property or item at path '\(path)' which is "
                + "missing in the \(writer) schema"
        case .requiredPropertyAddedToUnopen:
            "The \(reader) schema has an unopen content model and has a required property at path '\(path)' which is "
                + "missing in the \(writer) schema"
        case .propertyRemovedFromClosed, .itemRemovedFromClosed:
            "The \(reader) has a closed content model and is missing a property or item present at path '\(path)' in "
                + "the \(writer) schema"
        case .propertyRemovedNotCovered, .itemRemovedNotCovered:
            "A property or item is missing in the \(reader) schema but present at path '\(path)' in the \(writer) "
                + "schema and is not covered by its partially open content model"
        case .propertyAddedNotCovered, .itemAddedNotCovered:
            "The \(reader) schema has a property or item at path '\(path)' which is missing in the \(writer) schema "
                + "and is not covered by its partially open content model"
        case .tooComplex:
            "The \(reader) schema and the \(writer) schema are too large or too deep to be compared at path '\(path)'"
        default: ""
        }
    }
}

/// A difference, and where it is.
struct SchemaDifference: Sendable, Hashable {
    let kind: DifferenceKind
    /// The way from the schemas that are compared, in keywords and names; empty for the schemas themselves.
    var path: String

    /// Schema Registry's message; the mark behind the description is not the one before it there either.
    func message(_ roles: SchemaRoles) -> String {
        let description = kind.description(at: "#/" + path, reader: roles.reader, writer: roles.writer)
        return "{errorType:\"\(kind.rawValue)\", description:\"\(description)'}"
    }
}

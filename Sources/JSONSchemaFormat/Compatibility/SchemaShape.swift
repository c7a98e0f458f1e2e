import JSON

/// A schema as versions are compared by: one of these kinds, while keywords for several stand in an `allOf` together.
///
/// Schema Registry compares what two other libraries make of a schema; this is what both have in common. What it does
/// not look at (`contains`, `if`, `propertyNames`, formats) is not here.
struct SchemaShape: Sendable {
    enum Kind: Sendable {
        case string(StringShape)
        case number(NumberShape)
        case boolean
        case null
        case array(ArrayShape)
        case object(ObjectShape)
        case enumeration(Set<InstanceKey>)
        case constant(InstanceKey)
        case combined(CombinedShape)
        case not(ShapeID)
        case conditional
        case reference(ShapeID)
        /// `{}`
        case empty
        /// `true`
        case anything
        /// `false`
        case nothing
    }

    var kind: Kind
    var hasDefault = false
    /// Its `connect.type`.
    var connectType: String?
    /// What it was read from, and which of the shapes that it made this is; two of the same are one where they are
    /// combined.
    var source: JSONValue
    var part = 0

    /// Whether it takes any value: `true` and `{}`.
    var isEmpty: Bool {
        switch kind {
        case .empty, .anything: true
        default: false
        }
    }

    /// Whether it takes none.
    var isNothing: Bool { if case .nothing = kind { true } else { false } }

    /// Whether both are of the same kind, whatever they ask for.
    func isSameKind(as other: SchemaShape) -> Bool {
        switch (kind, other.kind) {
        case (.string, .string), (.number, .number), (.boolean, .boolean), (.null, .null), (.array, .array),
            (.object, .object), (.enumeration, .enumeration), (.constant, .constant), (.combined, .combined),
            (.not, .not), (.conditional, .conditional), (.reference, .reference), (.empty, .empty),
            (.anything, .anything), (.nothing, .nothing):
            true
        default: false
        }
    }
}

/// A place in a ``ShapeTable``.
typealias ShapeID = Int

/// What strings are compared by.
struct StringShape: Sendable {
    var minLength: Int?
    var maxLength: Int?
    var pattern: String?
}

/// What numbers are compared by.
struct NumberShape: Sendable {
    var isInteger = false
    var minimum: ExactDecimal?
    var maximum: ExactDecimal?
    var exclusiveMinimum: ExactDecimal?
    var exclusiveMaximum: ExactDecimal?
    var multipleOf: ExactDecimal?
}

/// What arrays are compared by.
struct ArrayShape: Sendable {
    var all: ShapeID?
    var tuple: [ShapeID] = []
    /// Whether there may be more than the tuple has.
    var isOpen = true
    var additional: ShapeID?
    var unevaluated: ShapeID?
    var minItems: Int?
    var maxItems: Int?
    var minContains: Int?
    var maxContains: Int?
    var isUnique = false
}

/// What objects are compared by.
struct ObjectShape: Sendable {
    var properties: [String: ShapeID] = [:]
    /// The names in the order in which they were written.
    var names: [String] = []
    var patterns: [(pattern: LinearPattern, shape: ShapeID)] = []
    /// Whether there may be more than those.
    var isOpen = true
    var additional: ShapeID?
    var unevaluated: ShapeID?
    var required: Set<String> = []
    var minProperties: Int?
    var maxProperties: Int?
    var propertyDependencies: [String: Set<String>] = [:]
    var schemaDependencies: [String: ShapeID] = [:]
}

/// Several schemas for the same value.
struct CombinedShape: Sendable {
    enum Criterion: String, Sendable {
        case allOf
        case anyOf
        case oneOf
    }

    var criterion: Criterion
    var members: [ShapeID]
    /// Whether keywords made it that stand together, and nobody wrote `allOf`.
    var isGenerated = false
    /// Whether members that were made so are taken for the schemas in them.
    var flattens = false
}

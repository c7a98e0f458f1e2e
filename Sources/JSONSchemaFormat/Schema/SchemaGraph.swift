import JSON

/// A place in a ``SchemaGraph``.
struct SchemaNodeID: Sendable, Hashable {
    let index: Int
}

/// A schema with all that it refers to, read and resolved: references are edges, so that cycles are nothing special.
struct SchemaGraph: Sendable {
    /// Every schema that can be reached from the root.
    var nodes: [SchemaNode]
    /// Where to begin.
    var root: SchemaNodeID
    /// What `$dynamicRef` finds in each resource: the schemas by their dynamic anchors. An empty name stands for
    /// `$recursiveAnchor`.
    var dynamicAnchors: [[String: SchemaNodeID]]

    subscript(id: SchemaNodeID) -> SchemaNode { nodes[id.index] }
}

/// One schema: `true`, `false`, or what its keywords ask for.
struct SchemaNode: Sendable {
    /// What kind of schema it is.
    enum Kind: Sendable {
        /// `true`, and with no rule `{}`.
        case anything
        /// `false`.
        case nothing
        /// An object.
        case rules([SchemaRule])
    }

    var kind: Kind
    /// The document or part with an id of its own that it stands in.
    var resource: Int
    var draft: SchemaDraft
    /// Whether it asks which members and elements others have looked at: `unevaluatedProperties`, `unevaluatedItems`.
    var asksForEvaluated = false
    /// Whether it has a `default`.
    var hasDefault = false
    /// Its `connect.type`, which Connect's converter writes.
    var connectType: String?
    /// The text that it was read from.
    var source: JSONValue

    /// Its rules, if it is an object.
    var rules: [SchemaRule] {
        if case .rules(let rules) = kind { rules } else { [] }
    }
}

/// The types of JSON, and the integers among its numbers.
enum InstanceType: String, Sendable, Hashable, CaseIterable {
    case null
    case boolean
    case object
    case array
    case number
    case integer
    case string
}

/// What a keyword, or several that only make sense together, ask of a value.
enum SchemaRule: Sendable {
    case reference(SchemaNodeID)
    /// `$dynamicRef` and `$recursiveRef`; the node is where it leads if no outer resource has the anchor.
    case dynamicReference(SchemaNodeID, anchor: String)

    // For any value.
    case types([InstanceType], isList: Bool)
    case enumeration(Set<InstanceKey>)
    case constant(InstanceKey)

    // For numbers. `isExclusive` is draft 4's way, in later drafts the exclusive bound is a number of its own.
    case minimum(ExactDecimal, isExclusive: Bool)
    case maximum(ExactDecimal, isExclusive: Bool)
    case exclusiveMinimum(ExactDecimal)
    case exclusiveMaximum(ExactDecimal)
    case multipleOf(ExactDecimal)

    // For strings.
    case minLength(Int)
    case maxLength(Int)
    case pattern(LinearPattern)
    case format(StringFormat?)

    // For arrays.
    case minItems(Int)
    case maxItems(Int)
    case uniqueItems
    case elements(ElementRules)
    case contains(SchemaNodeID, least: Int?, most: Int?)
    case unevaluatedItems(SchemaNodeID)

    // For objects.
    case minProperties(Int)
    case maxProperties(Int)
    case required([String])
    case members(MemberRules)
    case propertyNames(SchemaNodeID)
    case dependentRequired([String: [String]])
    case dependentSchemas([String: SchemaNodeID])
    case unevaluatedProperties(SchemaNodeID)

    // Combinations.
    case allOf([SchemaNodeID])
    case anyOf([SchemaNodeID])
    case oneOf([SchemaNodeID])
    case not(SchemaNodeID)
    case conditional(if: SchemaNodeID?, then: SchemaNodeID?, else: SchemaNodeID?)
}

/// `items`, `prefixItems` and `additionalItems`.
struct ElementRules: Sendable {
    /// For every element.
    var all: SchemaNodeID?
    /// For the first ones, each its own.
    var tuple: [SchemaNodeID]?
    /// For those behind the first ones. Without a tuple it means nothing, but versions are compared by it.
    var additional: SchemaNodeID?
}

/// `properties`, `patternProperties` and `additionalProperties`.
struct MemberRules: Sendable {
    /// By name.
    var named: [String: SchemaNodeID] = [:]
    /// The names in the order in which they were written.
    var names: [String] = []
    /// For names that a pattern matches.
    var patterns: [(pattern: LinearPattern, node: SchemaNodeID)] = []
    /// For all others.
    var additional: SchemaNodeID?
}

/// What protects the process from schemas and values that are made to take long.
enum SchemaLimits {
    /// The largest schema, in bytes of UTF-8; with what it refers to.
    static let textSize = 16 << 20
    /// How many values a schema and what it refers to may have altogether.
    static let placeCount = 500_000
    /// How many digits a `multipleOf` may have.
    static let divisorDigits = 1000
    /// How often a `$ref` may lead to nothing but a further `$ref`.
    static let referenceChain = 100
    /// How deep the schemas may stand in each other through which a value is checked.
    static let validationDepth = 600
    /// How many steps the check of a value may take, whatever its size. A step is a schema that is gone into or a place
    /// of a pattern, some ten to hundred nanoseconds.
    static let validationSteps = 2_000_000
    /// How many more for each value within it.
    static let validationStepsPerValue = 64
    /// How many pairs of schemas may be compared with each other to find out whether two versions are compatible.
    static let comparisonSteps = 300_000
    /// How deep pairs of schemas may stand in each other.
    static let comparisonDepth = 300
    /// How many differences of one pair are reported.
    static let differences = 500
}

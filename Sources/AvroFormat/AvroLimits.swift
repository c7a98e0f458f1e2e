/// The bounds that protect the process from schemas and values that others wrote.
///
/// Nesting of a schema's text is bounded by the JSON parser, at 1000 levels.
enum AvroLimits {
    /// The longest text of a schema. A record of `_schemas` is 1 MiB unless the topic allows more.
    static let schemaBytes = 8 << 20

    /// How deep the JSON text of a schema nests, which is as deep as a JSON parser will read it again.
    static let textDepth = 1000

    /// How deep two schemas are followed through each other's names. Big families of records that refer to one another
    /// (FHIR has some 600) come to three levels for each.
    static let comparisonDepth = 2000

    /// How much is looked at when two schemas are compared: pairs of types, fields, symbols and aliases. Two unions
    /// of 400 members each are 160,000 pairs, which take some 20 MB for a moment; 100 members are many.
    static let comparisonSteps = 200_000

    /// How much of a schema's text stands in a message.
    static let quotedText = 10 * 1024

    /// How many differences of two schemas are told.
    static let differences = 1000

    /// How deep a value nests.
    static let valueDepth = 1000

    /// How many values are made of `size` bytes or JSON values.
    ///
    /// A null, an empty record and a fixed of no bytes take no room at all, so that a few bytes can stand for any
    /// number of them; a union that is tried member by member looks at the same JSON again and again.
    static func values(for size: Int) -> Int { 100_000 + 8 * size }

    /// For how many items room is made before the first of them was read. What nests could ask for room on each of its
    /// levels; beyond this there is as much as there are items.
    static let reservedItems = 256

    /// The longest encoding of one value: what the broker's largest requests take.
    static let encodedBytes = 100 << 20
}

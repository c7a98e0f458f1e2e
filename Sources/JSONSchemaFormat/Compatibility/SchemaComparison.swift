/// Compares two versions of a schema by Schema Registry's rules.
///
/// Only differences that make them incompatible are kept. A pair of schemas is compared once, wherever it is met, and
/// its differences are noted relative to it. A pair that is met within itself counts as compatible; if it turns out
/// not to be, all is compared again with what is known by then, until nothing new comes out.
struct SchemaComparison {
    let table: ShapeTable

    private struct Pair: Hashable {
        let original: ShapeID
        let update: ShapeID
    }

    private var known: [Pair: [SchemaDifference]] = [:]
    private var current: Set<Pair> = []
    /// What an earlier pass found of the pairs that are incompatible.
    private var seed: [Pair: [SchemaDifference]] = [:]
    /// The members of what is combined, without those that are written alike.
    private var members: [ShapeID: [ShapeID]] = [:]
    private var hasAssumed = false
    private var steps = 0
    private var isTooComplex = false

    /// The differences because of which what was written with `original` cannot be read with `update`.
    static func differences(from original: SchemaGraph, to update: SchemaGraph) -> [SchemaDifference] {
        var comparison = SchemaComparison(table: ShapeTable([original, update]))
        while true {
            let found = comparison.compare(comparison.table.roots[0], comparison.table.roots[1])
            if comparison.isTooComplex { return [SchemaDifference(kind: .tooComplex, path: "")] }
            let incompatible = comparison.known.filter { !$0.value.isEmpty }
            if !comparison.hasAssumed || incompatible.count == comparison.seed.count { return found }
            comparison.seed = incompatible
            comparison.known = [:]
            comparison.hasAssumed = false
        }
    }

    private init(table: ShapeTable) { self.table = table }

    // MARK: - Pairs

    /// The differences of a pair of which either may be missing.
    mutating func compare(_ original: ShapeID?, _ update: ShapeID?) -> [SchemaDifference] {
        switch (original, update) {
        case (nil, nil): []
        case (nil, .some): Self.only(.schemaAdded)
        case (.some, nil): Self.only(.schemaRemoved)
        case (let original?, let update?): compare(original, update)
        }
    }

    /// The differences of a pair.
    mutating func compare(_ original: ShapeID, _ update: ShapeID) -> [SchemaDifference] {
        let pair = Pair(original: table.resolved(original), update: table.resolved(update))
        steps += 1
        if let differences = known[pair] { return differences }
        guard !current.contains(pair) else {
            if let differences = seed[pair] { return differences }
            hasAssumed = true
            return []
        }
        guard steps <= SchemaLimits.comparisonSteps, current.count < SchemaLimits.comparisonDepth else {
            isTooComplex = true
            return []
        }
        current.insert(pair)
        defer { current.remove(pair) }
        let differences = Array(compareKinds(pair.original, pair.update).prefix(SchemaLimits.differences))
        known[pair] = differences
        return differences
    }

    /// Counts work that is no comparison of a pair.
    mutating func charge(_ count: Int) -> Bool {
        steps += count
        if steps > SchemaLimits.comparisonSteps { isTooComplex = true }
        return !isTooComplex
    }

    /// A difference of the pair itself, if it makes it incompatible.
    static func only(_ kind: DifferenceKind) -> [SchemaDifference] { at("", kind) }

    /// A difference at a place within the pair, if it makes it incompatible.
    static func at(_ path: String, _ kind: DifferenceKind) -> [SchemaDifference] {
        kind.isCompatible ? [] : [SchemaDifference(kind: kind, path: path)]
    }

    /// Differences as seen from a schema in which the pair stands at a place.
    static func at(_ path: String, _ differences: [SchemaDifference]) -> [SchemaDifference] {
        differences.map { SchemaDifference(kind: $0.kind, path: $0.path.isEmpty ? path : path + "/" + $0.path) }
    }

    private mutating func distinctMembers(_ id: ShapeID) -> [ShapeID] {
        if let found = members[id] { return found }
        guard case .combined(let combined) = table[id].kind else { return [] }
        let found = table.distinctMembers(of: combined)
        members[id] = found
        return found
    }

    // MARK: - Kinds

    private mutating func compareKinds(_ originalID: ShapeID, _ updateID: ShapeID) -> [SchemaDifference] {
        let (original, update) = (table[originalID], table[updateID])
        if let differences = compareWithCombined(originalID, updateID) { return differences }
        guard original.isSameKind(as: update) else {
            if original.isNothing || update.isEmpty { return [] }
            // Schema Registry lets Connect's converter change how it writes decimals.
            if original.connectType == "bytes", update.connectType == "bytes" { return [] }
            return Self.only(.typeChanged)
        }
        switch (original.kind, update.kind) {
        case (.string(let original), .string(let update)): return compare(original, update)
        case (.number(let original), .number(let update)): return compare(original, update)
        case (.constant(let original), .constant(let update)):
            return original == update ? [] : Self.at("const", .enumArrayChanged)
        case (.enumeration(let original), .enumeration(let update)): return compare(original, update)
        case (.combined(let original), .combined(let update)):
            return compare(original, distinctMembers(originalID), update, distinctMembers(updateID))
        case (.not(let original), .not(let update)):
            // What must not fit is read the other way round.
            let isNarrowed = compare(update, original).isEmpty
            return Self.at("not", isNarrowed ? .notTypeNarrowed : .notTypeExtended)
        case (.object(let original), .object(let update)): return compare(original, update)
        case (.array(let original), .array(let update)): return compare(original, update)
        default: return []
        }
    }

    /// A schema against several that are combined: whether it is compatible with one of them, where that is enough.
    ///
    /// - Returns: `nil` if it is not, or if not exactly one of the two is combined.
    private mutating func compareWithCombined(_ original: ShapeID, _ update: ShapeID) -> [SchemaDifference]? {
        switch (table[original].kind, table[update].kind) {
        case (.combined, .combined): return nil
        case (_, .combined(let combined)):
            let members = table.members(of: combined)
            guard members.count == 1 || combined.criterion != .allOf else { return nil }
            return members.contains { compare(original, $0).isEmpty } ? [] : nil
        case (.combined(let combined), _):
            let members = table.members(of: combined)
            guard members.count == 1 || combined.criterion == .allOf else { return nil }
            return members.contains { compare($0, update).isEmpty } ? [] : nil
        default: return nil
        }
    }

    private func compare(_ original: Set<InstanceKey>, _ update: Set<InstanceKey>) -> [SchemaDifference] {
        if original == update || original.isSubset(of: update) { return [] }
        return Self.at("enum", update.isSubset(of: original) ? .enumArrayNarrowed : .enumArrayChanged)
    }
}

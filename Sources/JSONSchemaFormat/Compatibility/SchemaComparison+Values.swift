extension SchemaComparison {
    func compare(_ original: StringShape, _ update: StringShape) -> [SchemaDifference] {
        var differences = Self.bound("maxLength", original.maxLength, update.maxLength, .maxLength)
        differences += Self.bound("minLength", original.minLength, update.minLength, .minLength)
        switch (original.pattern, update.pattern) {
        case (nil, .some): differences += Self.at("pattern", .patternAdded)
        case (let before?, let after?) where before != after: differences += Self.at("pattern", .patternChanged)
        default: break
        }
        return differences
    }

    func compare(_ original: NumberShape, _ update: NumberShape) -> [SchemaDifference] {
        var differences = Self.bound("maximum", original.maximum, update.maximum, .maximum)
        differences += Self.bound("minimum", original.minimum, update.minimum, .minimum)
        differences += Self.bound(
            "exclusiveMaximum", original.exclusiveMaximum, update.exclusiveMaximum, .exclusiveMaximum)
        differences += Self.bound(
            "exclusiveMinimum", original.exclusiveMinimum, update.exclusiveMinimum, .exclusiveMinimum)
        switch (original.multipleOf, update.multipleOf) {
        case (nil, .some): differences += Self.at("multipleOf", .multipleOfAdded)
        case (let before?, let after?) where before != after:
            let kind: DifferenceKind =
                after.isMultiple(of: before)
                ? .multipleOfExpanded : before.isMultiple(of: after) ? .multipleOfReduced : .multipleOfChanged
            differences += Self.at("multipleOf", kind)
        default: break
        }
        if original.isInteger != update.isInteger {
            differences += Self.only(original.isInteger ? .typeExtended : .typeNarrowed)
        }
        return differences
    }

    /// What a bound's changes are called.
    struct BoundKinds {
        let added: DifferenceKind
        let removed: DifferenceKind
        let increased: DifferenceKind
        let decreased: DifferenceKind
    }

    /// The difference of a bound that either may lack.
    static func bound<Bound: Comparable>(
        _ keyword: String, _ original: Bound?, _ update: Bound?, _ kinds: BoundKinds
    ) -> [SchemaDifference] {
        switch (original, update) {
        case (nil, nil): []
        case (nil, .some): at(keyword, kinds.added)
        case (.some, nil): at(keyword, kinds.removed)
        case (let before?, let after?):
            before == after ? [] : at(keyword, before < after ? kinds.increased : kinds.decreased)
        }
    }
}

extension SchemaComparison.BoundKinds {
    static let maxLength = Self(
        added: .maxLengthAdded, removed: .maxLengthRemoved, increased: .maxLengthIncreased,
        decreased: .maxLengthDecreased)
    static let minLength = Self(
        added: .minLengthAdded, removed: .minLengthRemoved, increased: .minLengthIncreased,
        decreased: .minLengthDecreased)
    static let maximum = Self(
        added: .maximumAdded, removed: .maximumRemoved, increased: .maximumIncreased, decreased: .maximumDecreased)
    static let minimum = Self(
        added: .minimumAdded, removed: .minimumRemoved, increased: .minimumIncreased, decreased: .minimumDecreased)
    static let exclusiveMaximum = Self(
        added: .exclusiveMaximumAdded, removed: .exclusiveMaximumRemoved, increased: .exclusiveMaximumIncreased,
        decreased: .exclusiveMaximumDecreased)
    static let exclusiveMinimum = Self(
        added: .exclusiveMinimumAdded, removed: .exclusiveMinimumRemoved, increased: .exclusiveMinimumIncreased,
        decreased: .exclusiveMinimumDecreased)
    static let maxProperties = Self(
        added: .maxPropertiesAdded, removed: .maxPropertiesRemoved, increased: .maxPropertiesIncreased,
        decreased: .maxPropertiesDecreased)
    static let minProperties = Self(
        added: .minPropertiesAdded, removed: .minPropertiesRemoved, increased: .minPropertiesIncreased,
        decreased: .minPropertiesDecreased)
    static let maxItems = Self(
        added: .maxItemsAdded, removed: .maxItemsRemoved, increased: .maxItemsIncreased, decreased: .maxItemsDecreased)
    static let minItems = Self(
        added: .minItemsAdded, removed: .minItemsRemoved, increased: .minItemsIncreased, decreased: .minItemsDecreased)
    static let maxContains = Self(
        added: .maxContainsAdded, removed: .maxContainsRemoved, increased: .maxContainsIncreased,
        decreased: .maxContainsDecreased)
    static let minContains = Self(
        added: .minContainsAdded, removed: .minContainsRemoved, increased: .minContainsIncreased,
        decreased: .minContainsDecreased)
}

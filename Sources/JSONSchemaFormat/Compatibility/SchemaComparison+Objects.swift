extension SchemaComparison {
    mutating func compare(_ original: ObjectShape, _ update: ObjectShape) -> [SchemaDifference] {
        guard charge((original.names.count + update.names.count) / 8) else { return [] }
        var differences = compareRequired(original, update)
        differences += compareProperties(original, update)
        differences += compareDependencies(original, update)
        differences += Self.at("additionalProperties", compareAdditional(original, update))
        differences += Self.at(
            "unevaluatedProperties",
            compareUnevaluated(
                original.unevaluated, update.unevaluated,
                UnevaluatedKinds(
                    added: .unevaluatedPropertiesAdded, removed: .unevaluatedPropertiesRemoved,
                    extended: .unevaluatedPropertiesExtended, narrowed: .unevaluatedPropertiesNarrowed)))
        differences += Self.bound("maxProperties", original.maxProperties, update.maxProperties, .maxProperties)
        differences += Self.bound("minProperties", original.minProperties, update.minProperties, .minProperties)
        return differences
    }

    // MARK: - Properties

    private func compareRequired(_ original: ObjectShape, _ update: ObjectShape) -> [SchemaDifference] {
        original.names.flatMap { name -> [SchemaDifference] in
            guard let property = update.properties[name] else { return [] }
            switch (original.required.contains(name), update.required.contains(name)) {
            case (false, true):
                let hasDefault = table[property].hasDefault
                return Self.at(
                    "required/" + name, hasDefault ? .requiredAttributeWithDefaultAdded : .requiredAttributeAdded)
            default: return []
            }
        }
    }

    private mutating func compareProperties(_ original: ObjectShape, _ update: ObjectShape) -> [SchemaDifference] {
        var differences: [SchemaDifference] = []
        for name in original.names + update.names.filter({ original.properties[$0] == nil }) {
            let found: [SchemaDifference]
            switch (original.properties[name], update.properties[name]) {
            case (let before?, let after?): found = compare(before, after)
            case (let before?, nil): found = compareRemoved(before, name, from: update)
            case (nil, let after?): found = compareAdded(after, name, of: update, to: original)
            case (nil, nil): found = []
            }
            differences += Self.at("properties/" + name, found)
        }
        return differences
    }

    /// What counts of a property that is gone is what the later version takes in its place.
    private mutating func compareRemoved(
        _ property: ShapeID, _ name: String, from update: ObjectShape
    ) -> [SchemaDifference] {
        if isOpen(update) { return Self.only(.propertyRemovedFromOpen) }
        guard let covering = schema(for: name, of: update) else {
            return Self.only(
                table[property].isNothing ? .falsePropertyRemovedFromClosed : .propertyRemovedFromClosed)
        }
        let differences = compare(property, covering)
        return differences + Self.only(differences.isEmpty ? .propertyRemovedIsCovered : .propertyRemovedNotCovered)
    }

    /// What counts of a new property is what the earlier version let be in its place.
    private mutating func compareAdded(
        _ property: ShapeID, _ name: String, of update: ObjectShape, to original: ObjectShape
    ) -> [SchemaDifference] {
        let isRequired = update.required.contains(name)
        let hasDefault = table[property].hasDefault
        if isOpen(original) {
            if table[property].isEmpty { return Self.only(.emptyPropertyAddedToOpen) }
            guard isRequired else { return Self.only(.optionalPropertyAddedToOpen) }
            return Self.only(hasDefault ? .requiredPropertyWithDefaultAddedToOpen : .requiredPropertyAddedToOpen)
        }
        var differences: [SchemaDifference] = []
        if let covering = schema(for: name, of: original) {
            differences = compare(covering, property)
            differences += Self.only(differences.isEmpty ? .propertyAddedIsCovered : .propertyAddedNotCovered)
        }
        guard isRequired else { return differences + Self.only(.optionalPropertyAddedToUnopen) }
        return differences
            + Self.only(hasDefault ? .requiredPropertyWithDefaultAddedToUnopen : .requiredPropertyAddedToUnopen)
    }

    // MARK: - Content models

    /// Whether an object may have any further members.
    private func isOpen(_ shape: ObjectShape) -> Bool {
        shape.isOpen && shape.additional == nil && shape.patterns.isEmpty
            && shape.unevaluated.map { table[$0].isEmpty } ?? true
    }

    /// What a member has to fit that is not among the properties, where some may be there and others not.
    private mutating func schema(for name: String, of shape: ObjectShape) -> ShapeID? {
        for (pattern, shape) in shape.patterns {
            var effort = 0
            let isMatch = pattern.matches(name, effort: &effort, limit: SchemaLimits.comparisonSteps)
            guard charge(effort / 64) else { return nil }
            if isMatch == true { return shape }
        }
        if let additional = shape.additional { return additional }
        guard shape.isOpen, let unevaluated = shape.unevaluated else { return nil }
        return table[unevaluated].isNothing || table[unevaluated].isEmpty ? nil : unevaluated
    }

    private mutating func compareAdditional(_ original: ObjectShape, _ update: ObjectShape) -> [SchemaDifference] {
        if original.isOpen != update.isOpen {
            return Self.only(update.isOpen ? .additionalPropertiesAdded : .additionalPropertiesRemoved)
        }
        switch (original.additional, update.additional) {
        case (nil, .some): return Self.only(.additionalPropertiesNarrowed)
        case (.some, nil): return Self.only(.additionalPropertiesExtended)
        default: return compare(original.additional, update.additional)
        }
    }

    /// What changes of `unevaluatedProperties` and `unevaluatedItems` are called.
    struct UnevaluatedKinds {
        let added: DifferenceKind
        let removed: DifferenceKind
        let extended: DifferenceKind
        let narrowed: DifferenceKind
    }

    mutating func compareUnevaluated(
        _ original: ShapeID?, _ update: ShapeID?, _ kinds: UnevaluatedKinds
    ) -> [SchemaDifference] {
        switch (original, update) {
        case (nil, nil): return []
        case (nil, let after?): return Self.only(table[after].isNothing ? kinds.removed : kinds.narrowed)
        case (let before?, nil): return Self.only(table[before].isNothing ? kinds.added : kinds.extended)
        case (let before?, let after?):
            let (original, update) = (table[before], table[after])
            if original.isNothing != update.isNothing {
                return Self.only(original.isNothing ? kinds.added : kinds.removed)
            }
            if original.isEmpty != update.isEmpty {
                return Self.only(original.isEmpty ? kinds.narrowed : kinds.extended)
            }
            return compare(before, after)
        }
    }

    // MARK: - Dependencies

    private mutating func compareDependencies(_ original: ObjectShape, _ update: ObjectShape) -> [SchemaDifference] {
        var differences: [SchemaDifference] = []
        for (name, after) in update.propertyDependencies.sorted(by: { $0.key < $1.key }) {
            let path = "dependencies/" + name
            guard let before = original.propertyDependencies[name] else {
                differences += Self.at(path, .dependencyArrayAdded)
                continue
            }
            guard before != after else { continue }
            let kind: DifferenceKind =
                before.isSubset(of: after)
                ? .dependencyArrayExtended
                : after.isSubset(of: before) ? .dependencyArrayNarrowed : .dependencyArrayChanged
            differences += Self.at(path, kind)
        }
        for (name, after) in update.schemaDependencies.sorted(by: { $0.key < $1.key }) {
            let path = "dependencies/" + name
            guard let before = original.schemaDependencies[name] else {
                differences += Self.at(path, .dependencySchemaAdded)
                continue
            }
            differences += Self.at(path, compare(before, after))
        }
        return differences
    }
}

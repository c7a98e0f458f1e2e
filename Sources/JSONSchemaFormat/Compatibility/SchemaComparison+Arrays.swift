extension SchemaComparison {
    mutating func compare(_ original: ArrayShape, _ update: ArrayShape) -> [SchemaDifference] {
        var differences = Self.at("items", compare(original.all, update.all))
        differences += compareTuples(original, update)
        differences += Self.at("additionalItems", compareAdditional(original, update))
        differences += Self.at(
            "unevaluatedItems",
            compareUnevaluated(
                original.unevaluated, update.unevaluated,
                UnevaluatedKinds(
                    added: .unevaluatedItemsAdded, removed: .unevaluatedItemsRemoved,
                    extended: .unevaluatedItemsExtended, narrowed: .unevaluatedItemsNarrowed)))
        differences += Self.bound("maxItems", original.maxItems, update.maxItems, .maxItems)
        differences += Self.bound("minItems", original.minItems, update.minItems, .minItems)
        if original.isUnique != update.isUnique {
            differences += Self.at("uniqueItems", original.isUnique ? .uniqueItemsRemoved : .uniqueItemsAdded)
        }
        differences += Self.bound("maxContains", original.maxContains, update.maxContains, .maxContains)
        differences += Self.bound("minContains", original.minContains, update.minContains, .minContains)
        return differences
    }

    private mutating func compareTuples(_ original: ArrayShape, _ update: ArrayShape) -> [SchemaDifference] {
        var differences: [SchemaDifference] = []
        for index in 0..<max(original.tuple.count, update.tuple.count) {
            let found: [SchemaDifference]
            if index >= update.tuple.count {
                found = compareRemoved(original.tuple[index], from: update)
            } else if index >= original.tuple.count {
                found = compareAdded(update.tuple[index], to: original)
            } else {
                found = compare(original.tuple[index], update.tuple[index])
            }
            differences += Self.at("items/\(index)", found)
        }
        return differences
    }

    private mutating func compareRemoved(_ item: ShapeID, from update: ArrayShape) -> [SchemaDifference] {
        if isOpen(update) { return Self.only(.itemRemovedFromOpen) }
        guard let covering = schemaForFurther(of: update) else {
            return Self.only(table[item].isNothing ? .falseItemRemovedFromClosed : .itemRemovedFromClosed)
        }
        let differences = compare(item, covering)
        return differences + Self.only(differences.isEmpty ? .itemRemovedIsCovered : .itemRemovedNotCovered)
    }

    private mutating func compareAdded(_ item: ShapeID, to original: ArrayShape) -> [SchemaDifference] {
        if isOpen(original) {
            return Self.only(table[item].isEmpty ? .emptyItemAddedToOpen : .itemAddedToOpen)
        }
        guard let covering = schemaForFurther(of: original) else { return Self.only(.itemAddedToClosed) }
        let differences = compare(covering, item)
        return differences + Self.only(differences.isEmpty ? .itemAddedIsCovered : .itemAddedNotCovered)
    }

    /// Whether an array may have any further elements.
    private func isOpen(_ shape: ArrayShape) -> Bool {
        shape.isOpen && shape.additional == nil && shape.unevaluated.map { table[$0].isEmpty } ?? true
    }

    /// What elements have to fit that are beyond the tuple, where some may be there and others not.
    private func schemaForFurther(of shape: ArrayShape) -> ShapeID? {
        if let additional = shape.additional { return additional }
        guard shape.isOpen, let unevaluated = shape.unevaluated else { return nil }
        return table[unevaluated].isNothing || table[unevaluated].isEmpty ? nil : unevaluated
    }

    private mutating func compareAdditional(_ original: ArrayShape, _ update: ArrayShape) -> [SchemaDifference] {
        if original.isOpen != update.isOpen {
            return Self.only(original.isOpen ? .additionalItemsRemoved : .additionalItemsAdded)
        }
        switch (original.additional, update.additional) {
        case (nil, .some): return Self.only(.additionalItemsNarrowed)
        case (.some, nil): return Self.only(.additionalItemsExtended)
        default: return compare(original.additional, update.additional)
        }
    }
}

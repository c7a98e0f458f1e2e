extension SchemaComparison {
    mutating func compare(
        _ original: CombinedShape, _ before: [ShapeID], _ update: CombinedShape, _ after: [ShapeID]
    ) -> [SchemaDifference] {
        if !canBecome(original, update) { return Self.only(.combinedTypeChanged) }
        var differences: [SchemaDifference] = []
        if before.count < after.count {
            differences += Self.only(update.criterion == .allOf ? .productTypeExtended : .sumTypeExtended)
        } else if before.count > after.count {
            differences += Self.only(original.criterion == .allOf ? .productTypeNarrowed : .sumTypeNarrowed)
        }
        var partners: [[Int]] = []
        for original in before {
            partners.append(after.indices.filter { compare(original, after[$0]).isEmpty })
        }
        guard charge(partners.reduce(0) { $0 + $1.count }) else { return differences }
        if Self.matching(partners, of: after.count) < min(before.count, after.count) {
            differences += Self.only(.combinedTypeSubschemasChanged)
        }
        return differences
    }

    /// Whether one way of combining may be exchanged for the other.
    private func canBecome(_ original: CombinedShape, _ update: CombinedShape) -> Bool {
        if original.criterion == update.criterion || update.criterion == .anyOf { return true }
        let isSingle = table.members(of: original).count == 1
        let becomesSingle = table.members(of: update).count == 1
        return isSingle && becomesSingle || isSingle && update.criterion == .oneOf
            || becomesSingle && original.criterion == .allOf
    }

    /// How many can have a partner of their own at most (a maximum matching, by augmenting paths).
    ///
    /// - Parameter partners: The possible partners of each, as numbers below `count`.
    static func matching(_ partners: [[Int]], of count: Int) -> Int {
        var taken = [Int?](repeating: nil, count: count)
        var matched = 0
        for start in partners.indices {
            // Breadth first, with the way back: who asked for a partner that another one has.
            var asker = [Int?](repeating: nil, count: count)
            var queue = [start]
            var next = 0
            search: while next < queue.count {
                let left = queue[next]
                next += 1
                for right in partners[left] where asker[right] == nil {
                    asker[right] = left
                    if let owner = taken[right] {
                        queue.append(owner)
                        continue
                    }
                    var free: Int? = right
                    while let partner = free, let left = asker[partner] {
                        let previous = taken.firstIndex { $0 == left }
                        taken[partner] = left
                        if let previous { taken[previous] = nil }
                        free = left == start ? nil : previous
                    }
                    matched += 1
                    break search
                }
            }
        }
        return matched
    }
}

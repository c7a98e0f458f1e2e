package import ConnectAPI

extension ConnectValue {
    /// Whether some value is within more than so many others. Looks no deeper than that.
    package func isNested(deeperThan limit: Int) -> Bool {
        guard limit >= 0 else { return true }
        switch self {
        case .array(let elements): return elements.contains { $0.isNested(deeperThan: limit - 1) }
        case .map(let map):
            return map.contains { key, value in
                key.isNested(deeperThan: limit - 1) || value.isNested(deeperThan: limit - 1)
            }
        case .structure(let structure):
            return structure.schema.fields.indices.contains { structure[$0].isNested(deeperThan: limit - 1) }
        default: return false
        }
    }
}

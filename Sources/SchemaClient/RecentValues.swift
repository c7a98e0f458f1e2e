/// A bounded number of values, of which those go that were not used for long.
///
/// Two generations: what is used is in the young one; when that is full it becomes the old one, and what was the old one
/// goes. So a look-up costs one or two hashes, and no list is kept in order.
package struct RecentValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let generationSize: Int

    /// - Parameter limit: How many values are kept at most, from 2.
    package init(limit: Int) { generationSize = max(limit, 2) / 2 }

    /// How many values there are.
    package var count: Int { young.count + old.keys.count { young[$0] == nil } }

    /// The value, which counts as used.
    package mutating func value(for key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old[key] else { return nil }
        insert(value, for: key)
        return value
    }

    package mutating func insert(_ value: Value, for key: Key) {
        if young.count >= generationSize, young[key] == nil {
            old = young
            young = [:]
        }
        young[key] = value
    }

    package mutating func remove(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }
}

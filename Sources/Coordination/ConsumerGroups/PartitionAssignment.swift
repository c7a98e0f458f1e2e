public import RecordFormat

/// A set of partitions, by the identity of their topics.
public struct PartitionAssignment: Hashable, Sendable {
    /// The partitions of each topic; no topic stands here without any.
    public private(set) var partitions: [TopicID: Set<Int32>] = [:]

    /// Creates a set without partitions.
    public init() {}

    /// Creates a set from the partitions of each topic.
    public init(_ partitions: [TopicID: some Sequence<Int32>]) {
        for (topic, numbers) in partitions { self[topic] = Set(numbers) }
    }

    /// Whether there are no partitions.
    public var isEmpty: Bool { partitions.isEmpty }

    /// The number of partitions.
    public var count: Int { partitions.values.reduce(0) { $0 + $1.count } }

    /// The topics with their partitions, both in ascending order, as records and answers have them.
    public var sorted: [(topic: TopicID, partitions: [Int32])] {
        partitions.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
    }

    /// The partitions of a topic.
    public subscript(topic: TopicID) -> Set<Int32> {
        get { partitions[topic] ?? [] }
        set { partitions[topic] = newValue.isEmpty ? nil : newValue }
    }

    /// Whether a partition is in the set.
    func contains(_ topic: TopicID, _ partition: Int32) -> Bool { partitions[topic]?.contains(partition) ?? false }

    /// Adds one partition.
    mutating func insert(_ topic: TopicID, _ partition: Int32) { partitions[topic, default: []].insert(partition) }

    /// Removes one partition.
    mutating func remove(_ topic: TopicID, _ partition: Int32) {
        partitions[topic]?.remove(partition)
        if partitions[topic]?.isEmpty == true { partitions[topic] = nil }
    }

    /// The partitions that are in both sets.
    func intersection(_ other: PartitionAssignment) -> PartitionAssignment {
        filter { other.contains($0, $1) }
    }

    /// The partitions that are in this set and not in the other.
    func subtracting(_ other: PartitionAssignment) -> PartitionAssignment {
        filter { !other.contains($0, $1) }
    }

    /// The partitions that are in one set or both.
    func union(_ other: PartitionAssignment) -> PartitionAssignment {
        if other.isEmpty { return self }
        if isEmpty { return other }
        var union = self
        union.formUnion(other)
        return union
    }

    /// Adds the partitions of the other set.
    mutating func formUnion(_ other: PartitionAssignment) {
        for (topic, numbers) in other.partitions { partitions[topic, default: []].formUnion(numbers) }
    }

    /// Whether every partition of this set is in the other.
    func isSubset(of other: PartitionAssignment) -> Bool {
        partitions.allSatisfy { $0.value.isSubset(of: other[$0.key]) }
    }

    /// Whether no partition is in both sets.
    func isDisjoint(with other: PartitionAssignment) -> Bool {
        partitions.allSatisfy { $0.value.isDisjoint(with: other[$0.key]) }
    }

    /// The partitions that `isIncluded` takes.
    func filter(_ isIncluded: (TopicID, Int32) -> Bool) -> PartitionAssignment {
        var filtered = PartitionAssignment()
        for (topic, numbers) in partitions {
            let included = numbers.filter { isIncluded(topic, $0) }
            if !included.isEmpty { filtered.partitions[topic] = included }
        }
        return filtered
    }
}

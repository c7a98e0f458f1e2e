/// A map from values to values that keeps the order in which its keys came.
///
/// Source partitions and offsets, and maps in records, are small; order makes what is written to Kafka reproducible.
/// Two maps are equal when they have the same entries, in whatever order.
public struct ConnectMap: Sendable {
    private var entries: [(key: ConnectValue, value: ConnectValue)] = []

    /// The place of each key; built only for big maps.
    private var places: [ConnectValue: Int]?

    /// The number of entries up to which a scan is cheaper than hashing the key.
    private static let scanLimit = 16

    /// Creates an empty map.
    public init() {}

    /// Creates a map; of entries with the same key the last one stays.
    public init(_ entries: some Sequence<(ConnectValue, ConnectValue)>) {
        for (key, value) in entries { self[key] = value }
    }

    /// Creates a small map of entries that are known to have different keys: nothing is compared, and the array is kept as it
    /// is, which counts where each record has such a map.
    package init(differentKeys entries: [(key: ConnectValue, value: ConnectValue)]) {
        precondition(entries.count <= Self.scanLimit, "a map of \(entries.count) entries needs their places")
        self.entries = entries
    }

    /// The number of entries.
    public var count: Int { entries.count }

    /// Whether there are no entries.
    public var isEmpty: Bool { entries.isEmpty }

    /// The value for `key`; setting `nil` removes the entry.
    public subscript(key: ConnectValue) -> ConnectValue? {
        get { place(of: key).map { entries[$0].value } }
        set {
            if let place = place(of: key) {
                if let newValue {
                    entries[place].value = newValue
                } else {
                    entries.remove(at: place)
                    rebuildPlaces()
                }
            } else if let newValue {
                entries.append((key, newValue))
                if places != nil { places?[key] = entries.count - 1 } else { rebuildPlaces() }
            }
        }
    }

    /// The value for the string `key`.
    public subscript(key: String) -> ConnectValue? {
        get { self[.string(key)] }
        set { self[.string(key)] = newValue }
    }

    private func place(of key: ConnectValue) -> Int? {
        if let places { return places[key] }
        return entries.firstIndex { $0.key == key }
    }

    private mutating func rebuildPlaces() {
        guard entries.count > Self.scanLimit else { return places = nil }
        places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.key, $0) })
    }
}

extension ConnectMap: Sequence {
    /// The entries in order.
    public func makeIterator() -> IndexingIterator<[(key: ConnectValue, value: ConnectValue)]> {
        entries.makeIterator()
    }
}

extension ConnectMap: ExpressibleByDictionaryLiteral {
    /// Creates it from a literal.
    public init(dictionaryLiteral elements: (String, ConnectValue)...) {
        for (key, value) in elements { self[.string(key)] = value }
    }
}

extension ConnectMap {
    private func isCopy(of other: ConnectMap) -> Bool {
        entries.withUnsafeBufferPointer { mine in
            other.entries.withUnsafeBufferPointer { mine.baseAddress == $0.baseAddress }
        }
    }
}

extension ConnectMap: Hashable {
    /// Whether both hold the same.
    public static func == (left: ConnectMap, right: ConnectMap) -> Bool {
        guard left.count == right.count else { return false }
        // Copies of one map are compared a million times: a task's records have their source partition in common.
        if left.isCopy(of: right) { return true }
        return left.entries.allSatisfy { right[$0.key] == $0.value }
    }

    /// Feeds the value to a hasher.
    public func hash(into hasher: inout Hasher) {
        // Order must not count, so the entries' hashes are added up.
        var sum = 0
        for entry in entries {
            var entryHasher = Hasher()
            entryHasher.combine(entry.key)
            entryHasher.combine(entry.value)
            sum &+= entryHasher.finalize()
        }
        hasher.combine(sum)
    }
}

internal import RecordFormat

/// The last offset of each key in the dirty part of a log, in memory of a fixed size.
///
/// Open addressing with linear probing over slots of 24 bytes: the key's hash and its offset, never the key itself. So
/// 128 MiB hold five million keys however long those are. A value with one owner; no thread but the compaction's.
struct OffsetMap {
    private struct Slot {
        var hash = KeyHash(low: 0, high: 0)
        /// The offset plus one: zero is a slot that was never used.
        var mark: Int64 = 0
    }

    private var slots: [Slot]
    private let secret: KeyHash.Secret
    /// The keys that it may hold: with more, probing would get long.
    let capacity: Int
    /// The keys that it holds.
    private(set) var count = 0

    /// The bytes that one slot takes.
    static let slotSize = MemoryLayout<Slot>.stride
    /// How full the table may get unless told otherwise (`log.cleaner.io.buffer.load.factor`).
    static let loadFactor = 0.9

    /// Creates an empty map.
    ///
    /// - Parameters:
    ///   - budget: The most bytes that it may take; room for one key is taken in any case.
    ///   - expected: The most keys that will be put in; room for more is not taken.
    ///   - loadFactor: The share of slots that may be in use, above 0 and at most 1.
    init(
        budget: Int, expected: Int, loadFactor: Double = loadFactor, secret: KeyHash.Secret = .random()
    ) {
        let affordable = max(budget / Self.slotSize, 2)
        // Clamped before the conversion: a dirty range may span more offsets than a table could ever have slots.
        let needed = Int(min(Double(expected) / loadFactor, Double(affordable))) + 2
        slots = Array(repeating: Slot(), count: min(affordable, needed))
        capacity = min(max(Int(Double(slots.count) * loadFactor), 1), slots.count - 1)
        self.secret = secret
    }

    /// Notes that `key` stands at `offset`; a later offset replaces an earlier one.
    ///
    /// - Returns: Whether there was room.
    mutating func put(_ key: RawSpan, _ offset: LogOffset) -> Bool {
        let hash = KeyHash(of: key, under: secret)
        var index = start(of: hash)
        while slots[index].mark != 0 {
            if slots[index].hash == hash {
                slots[index].mark = max(slots[index].mark, offset.rawValue + 1)
                return true
            }
            index = index + 1 == slots.count ? 0 : index + 1
        }
        guard count < capacity else { return false }
        slots[index] = Slot(hash: hash, mark: offset.rawValue + 1)
        count += 1
        return true
    }

    /// The last offset noted for `key`.
    func offset(of key: RawSpan) -> LogOffset? {
        let hash = KeyHash(of: key, under: secret)
        var index = start(of: hash)
        while slots[index].mark != 0 {
            if slots[index].hash == hash { return LogOffset(slots[index].mark - 1) }
            index = index + 1 == slots.count ? 0 : index + 1
        }
        return nil
    }

    /// Where probing begins: the hash scaled to the number of slots.
    private func start(of hash: KeyHash) -> Int {
        Int(truncatingIfNeeded: UInt64(slots.count).multipliedFullWidth(by: hash.low).high)
    }
}

extension KeyHash {
    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }
}

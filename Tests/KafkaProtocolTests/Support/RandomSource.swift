import RecordFormat

/// Values at random from a seed, the same on every run.
struct RandomSource: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    // SplitMix64: one addition and three mixes, good enough for test content.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func nextBool() -> Bool { next() & 1 == 0 }

    /// An integer that is often one of those at which encodings change their form.
    private mutating func nextInteger<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value {
        switch next() % 4 {
        case 0: Value.min
        case 1: Value.max
        case 2: Value(truncatingIfNeeded: next() % 3) &- 1
        default: Value(truncatingIfNeeded: next())
        }
    }

    mutating func nextInt8() -> Int8 { nextInteger() }
    mutating func nextInt16() -> Int16 { nextInteger() }
    mutating func nextInt32() -> Int32 { nextInteger() }
    mutating func nextInt64() -> Int64 { nextInteger() }
    mutating func nextUInt16() -> UInt16 { nextInteger() }
    mutating func nextUInt32() -> UInt32 { nextInteger() }
    mutating func nextDouble() -> Double { Double(nextInt32()) / 7 }
    mutating func nextTopicID() -> TopicID { TopicID(high: next(), low: next()) }

    /// A text whose length is now and then above 127, where varints grow to two bytes.
    mutating func nextString() -> String {
        let count = next() % 16 == 0 ? 120 + next() % 20 : next() % 12
        return String((0..<count).map { _ in "ab-._é漢🎛".randomElement(using: &self) ?? "x" })
    }

    /// Bytes whose count is now and then above what a writer copies.
    mutating func nextBytes() -> ByteSlice {
        let count = next() % 16 == 0 ? 4090 + next() % 12 : next() % 40
        return ByteSlice((0..<count).map { _ in UInt8(truncatingIfNeeded: next()) })
    }

    mutating func nextArray<Element>(_ element: (inout RandomSource) -> Element) -> [Element] {
        (0..<(next() % 4)).map { _ in element(&self) }
    }
}

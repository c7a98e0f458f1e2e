/// The identity of a topic, which a topic of the same name created later does not share (KIP-516).
public struct TopicID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first eight bytes, big-endian.
    public var high: UInt64
    /// The last eight bytes, big-endian.
    public var low: UInt64

    /// Creates an identity from its two halves.
    @inlinable public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Whether `left` comes before `right`, byte by byte.
    @inlinable public static func < (left: TopicID, right: TopicID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// What stands on the wire where no identity is known.
    public static let zero = TopicID(high: 0, low: 0)

    /// A new identity: a version 4 UUID whose text does not start with a dash, as Kafka's tools want it.
    public static func random() -> TopicID {
        var generator = SystemRandomNumberGenerator()
        while true {
            let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
            let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
            // 62 is the dash in base64url: the first character comes from the six highest bits.
            if high >> 58 != 62 { return TopicID(high: high, low: low) }
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The identity in 22 characters of base64url without padding, as Kafka prints it.
    public var description: String {
        let characters = (0..<22).map { index -> UInt8 in
            let value = index < 21 ? bits(from: index * 6, count: 6) : bits(from: 126, count: 2) << 4
            return Self.alphabet[value]
        }
        return String(decoding: characters, as: UTF8.self)
    }

    /// Creates an identity from the text that ``description`` gives; `nil` if it is none.
    public init?(_ text: String) {
        guard text.utf8.count == 22 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, character) in text.utf8.enumerated() {
            guard let value = Self.alphabet.firstIndex(of: character) else { return nil }
            let (bits, width) = index < 21 ? (UInt64(value), UInt64(6)) : (UInt64(value) >> 4, UInt64(2))
            high = high << width | low >> (64 - width)
            low = low << width | bits
        }
        self.init(high: high, low: low)
        // The last character holds two bits; others set in it would be lost and so are refused.
        guard description == text else { return nil }
    }

    /// `count` bits from bit `start`, counted from the highest.
    private func bits(from start: Int, count: Int) -> Int {
        (0..<count).reduce(0) { value, step in
            let index = start + step
            let word = index < 64 ? high : low
            return value << 1 | Int(word >> UInt64(63 - index % 64) & 1)
        }
    }
}

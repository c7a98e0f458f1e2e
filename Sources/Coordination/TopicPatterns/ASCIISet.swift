/// A set of ASCII characters, the only ones that topic names are made of.
struct ASCIISet: Hashable, Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// Creates a set without characters.
    init() {}

    /// Creates a set of all characters in a range; what lies beyond ASCII is in no topic's name and is left out.
    init(_ range: ClosedRange<UInt32>) {
        guard range.lowerBound < 128 else { return }
        for code in range.lowerBound...min(range.upperBound, 127) { insert(UInt8(code)) }
    }

    /// Creates a set of the characters of a text.
    init(_ text: StaticString) {
        for byte in String(describing: text).utf8 { insert(byte) }
    }

    /// Every character.
    static let all = ASCIISet(0...127)
    /// `\d`
    static let digits = ASCIISet(48...57)
    /// Letters from a to z.
    static let lowercase = ASCIISet(97...122)
    /// Letters from A to Z.
    static let uppercase = ASCIISet(65...90)
    /// Letters.
    static let letters = lowercase.union(uppercase)
    /// `\w`
    static let word = letters.union(digits).union(ASCIISet("_"))
    /// `\s`
    static let space = ASCIISet("\t\n\u{0C}\r ")

    /// The characters that are not in the set.
    var inverted: ASCIISet {
        var set = ASCIISet()
        set.low = ~low
        set.high = ~high
        return set
    }

    /// The set with both cases of each letter in it.
    var ignoringCase: ASCIISet {
        var set = self
        for code: UInt8 in 97...122 where contains(code) || contains(code - 32) {
            set.insert(code)
            set.insert(code - 32)
        }
        return set
    }

    func union(_ other: ASCIISet) -> ASCIISet {
        var set = self
        set.low |= other.low
        set.high |= other.high
        return set
    }

    func contains(_ code: UInt8) -> Bool {
        switch code {
        case ..<64: low & (1 << UInt64(code)) != 0
        case ..<128: high & (1 << UInt64(code - 64)) != 0
        default: false
        }
    }

    mutating func insert(_ code: UInt8) {
        switch code {
        case ..<64: low |= 1 << UInt64(code)
        case ..<128: high |= 1 << UInt64(code - 64)
        default: break
        }
    }
}

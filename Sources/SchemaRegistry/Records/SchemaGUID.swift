import Crypto

/// The fingerprint of a schema with its references, metadata and rules: its name in every context and registry.
///
/// An MD5, which others compute in the same way; what it stands for is compared by its text where that matters.
struct SchemaGUID: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// The fingerprint of a schema.
    init(text: String, references: [SchemaReference], metadata: SchemaMetadata?, ruleSet: RuleSet?) {
        var hash = Insecure.MD5()
        func add(_ text: String) { hash.update(data: Array(text.utf8)) }
        func mark() { hash.update(data: [1]) }
        add(text)
        for reference in references {
            add(reference.name)
            add(reference.subject)
            let version = UInt32(truncatingIfNeeded: reference.version)
            hash.update(data: (0..<4).map { UInt8(truncatingIfNeeded: version >> (24 - 8 * $0)) })
        }
        // A byte that says that there is one, even an empty one.
        if let metadata {
            mark()
            metadata.feed(add)
        }
        if let ruleSet {
            mark()
            ruleSet.feed(add, mark: mark)
        }
        self.init(bytes: Array(hash.finalize()))
    }

    private init(bytes: [UInt8]) {
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads 32 hexadecimal digits, with the hyphens of a UUID or without.
    init?(parsing text: String) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        let hyphens = text.utf8.count - digits.count
        guard digits.count == 32, hyphens == 0 || hyphens == 4, digits.allSatisfy({ $0 != UInt8(ascii: "+") }),
            let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
        else { return nil }
        self.high = high
        self.low = low
    }

    /// Reads the 16 bytes as Base64 writes them.
    init?(base64 text: String) {
        let characters = Array(text.utf8)
        guard characters.count == 24, characters[22] == UInt8(ascii: "="), characters[23] == UInt8(ascii: "=") else {
            return nil
        }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        for (index, character) in characters[..<22].enumerated() {
            guard let value = Self.alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            if index % 4 == 3 { bytes += [16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> $0) } }
        }
        bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
        self.init(bytes: bytes)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private var bytes: [UInt8] {
        [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
    }

    /// The 16 bytes in Base64, as records carry them.
    var base64: String {
        var text: [UInt8] = []
        let bytes = bytes
        for start in stride(from: 0, to: 15, by: 3) {
            let bits = UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2])
            text += [18, 12, 6, 0].map { Self.alphabet[Int(bits >> $0 & 63)] }
        }
        text += [Self.alphabet[Int(bytes[15] >> 2)], Self.alphabet[Int(bytes[15] & 3) << 4]]
        return String(decoding: text, as: UTF8.self) + "=="
    }

    /// The fingerprint as a UUID.
    var description: String {
        func hexadecimal(_ word: UInt64) -> String {
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        let first = hexadecimal(high), second = hexadecimal(low)
        return
            "\(first.prefix(8))-\(first.dropFirst(8).prefix(4))-\(first.suffix(4))-\(second.prefix(4))-\(second.dropFirst(4))"
    }
}

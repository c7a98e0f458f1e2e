import SchemaFormat

/// Reads the message between braces that an option may have, from the tokens that libprotobuf found there.
///
/// Nesting is bounded: the file's text was checked before it was parsed.
struct AggregateReader {
    private enum Token: Equatable {
        case punctuation(UInt8)
        case string(String)
        case word(String)
    }

    private let tokens: [Token]
    private var position = 0

    /// Reads the text of an aggregate, without its braces.
    static func read(_ text: String) throws(SchemaError) -> [OptionValue.Member] {
        var reader = AggregateReader(tokens: tokens(Array(text.utf8)))
        let members = try reader.members(until: nil, depth: 0)
        return members
    }

    private init(tokens: [Token]) { self.tokens = tokens }

    // MARK: Grammar

    private mutating func members(until end: UInt8?, depth: Int) throws(SchemaError) -> [OptionValue.Member] {
        guard depth <= ProtoSource.nestingLimit else { throw Self.failure }
        var members = Members()
        while let token = next() {
            if let end, token == .punctuation(end) { return members.list }
            let key: String
            switch token {
            case .punctuation(UInt8(ascii: ",")), .punctuation(UInt8(ascii: ";")): continue
            case .punctuation(UInt8(ascii: "[")): key = try bracketedName()
            case .word(let name): key = name
            default: throw Self.failure
            }
            if peek == .punctuation(UInt8(ascii: ":")) { position += 1 }
            members.add(try value(depth: depth), as: key)
        }
        guard end == nil else { throw Self.failure }
        return members.list
    }

    /// The fields of a message. One that stands twice has a list of values.
    private struct Members {
        private var keys: [String] = []
        private var values: [String: [OptionValue]] = [:]

        mutating func add(_ value: OptionValue, as key: String) {
            if values[key] == nil {
                keys.append(key)
                values[key] = [value]
            } else {
                values[key]?.append(value)
            }
        }

        var list: [OptionValue.Member] {
            keys.map { key in
                let values = values[key] ?? []
                if values.count == 1 { return OptionValue.Member(key: key, value: values[0]) }
                return OptionValue.Member(key: key, value: .list(values.flatMap(\.elements)))
            }
        }
    }

    private mutating func bracketedName() throws(SchemaError) -> String {
        var name = ""
        while let token = next() {
            switch token {
            case .punctuation(UInt8(ascii: "]")): return "[\(name)]"
            case .punctuation(let byte): name.unicodeScalars.append(Unicode.Scalar(byte))
            case .word(let part): name += part
            case .string: throw Self.failure
            }
        }
        throw Self.failure
    }

    private mutating func value(depth: Int) throws(SchemaError) -> OptionValue {
        guard depth <= ProtoSource.nestingLimit, let token = next() else { throw Self.failure }
        switch token {
        case .punctuation(UInt8(ascii: "{")):
            return .map(try members(until: UInt8(ascii: "}"), depth: depth + 1))
        case .punctuation(UInt8(ascii: "<")):
            return .map(try members(until: UInt8(ascii: ">"), depth: depth + 1))
        case .punctuation(UInt8(ascii: "[")):
            var values: [OptionValue] = []
            while let token = peek {
                switch token {
                case .punctuation(UInt8(ascii: "]")):
                    position += 1
                    return .list(values)
                case .punctuation(UInt8(ascii: ",")): position += 1
                default: values.append(try value(depth: depth + 1))
                }
            }
            throw Self.failure
        case .punctuation(UInt8(ascii: "-")):
            guard case .word(let digits) = next() else { throw Self.failure }
            return .number("-" + digits)
        case .punctuation: throw Self.failure
        case .string(var text):
            while case .string(let more) = peek {
                text += more
                position += 1
            }
            return .string(text)
        case .word(let word): return word.utf8.first.map(Self.isDigit) ?? false ? .number(word) : .word(word)
        }
    }

    private var peek: Token? { position < tokens.count ? tokens[position] : nil }

    private mutating func next() -> Token? {
        guard position < tokens.count else { return nil }
        defer { position += 1 }
        return tokens[position]
    }

    private static let failure = SchemaError(.invalidSchema, "the value of an option cannot be read")

    // MARK: Tokens

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte >= 0x80
            || byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            || byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
    }

    private static func tokens(_ text: [UInt8]) -> [Token] {
        var tokens: [Token] = []
        var position = 0
        while position < text.count {
            let byte = text[position]
            if byte <= 0x20 {
                position += 1
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                let start = position + 1
                position = start
                while position < text.count, text[position] != byte {
                    position += text[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                let end = min(position, text.count)
                tokens.append(.string(StringEscapes.decode(text[min(start, end)..<end])))
                position += 1
            } else if isWord(byte) {
                let start = position
                // The sign of an exponent belongs to its number.
                while position < text.count,
                    isWord(text[position]) || isDigit(text[start]) && isSign(text, position)
                { position += 1 }
                tokens.append(.word(String(decoding: text[start..<position], as: UTF8.self)))
            } else {
                tokens.append(.punctuation(byte))
                position += 1
            }
        }
        return tokens
    }

    private static func isSign(_ text: [UInt8], _ position: Int) -> Bool {
        guard text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-") else { return false }
        return text[position - 1] | 0x20 == UInt8(ascii: "e")
    }
}

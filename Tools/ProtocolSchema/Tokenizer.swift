/// Cuts the text of a schema file into tokens.
struct Tokenizer {
    private let characters: [Character]
    private let file: String
    private var index = 0
    private var line = 1
    private var startsLine = true

    init(text: String, file: String) {
        characters = Array(text)
        self.file = file
    }

    /// All tokens of the file, closed by one of kind `.end`.
    static func tokens(of text: String, file: String) throws(SchemaError) -> [Token] {
        var tokenizer = Tokenizer(text: text, file: file)
        var tokens: [Token] = []
        repeat { tokens.append(try tokenizer.next()) } while tokens.last?.kind != .end
        return tokens
    }

    private var location: SourceLocation { SourceLocation(file: file, line: line) }

    private mutating func next() throws(SchemaError) -> Token {
        skipBlanks()
        defer { startsLine = false }
        let start = (location, startsLine)
        let kind = try scan()
        return Token(kind: kind, location: start.0, startsLine: start.1)
    }

    /// Skips white space and the remarks that start with `#`, which are for readers of the file alone.
    private mutating func skipBlanks() {
        while index < characters.count {
            switch characters[index] {
            case "\n":
                line += 1
                startsLine = true
                index += 1
            case " ": index += 1
            case "#": _ = take { $0 != "\n" }
            default: return
            }
        }
    }

    private mutating func scan() throws(SchemaError) -> Token.Kind {
        guard index < characters.count else { return .end }
        let character = characters[index]
        let following = index + 1 < characters.count ? characters[index + 1] : "\n"
        switch character {
        case "/" where following == "/":
            let text = take { $0 != "\n" }.dropFirst(2)
            return .comment(String(text.drop { $0 == " " }))
        case "\"":
            return .text(try scanText())
        case _ where character.isASCII && character.isNumber:
            return try number(from: take { $0.isASCII && $0.isNumber }, sign: "")
        case "-" where following.isASCII && following.isNumber && !followsNumber:
            index += 1
            return try number(from: take { $0.isASCII && $0.isNumber }, sign: "-")
        case _ where character.isASCII && (character.isLetter || character == "_"):
            return .word(take { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        case _ where "{}[]():?@=+-".contains(character):
            index += 1
            return .symbol(character)
        default:
            throw SchemaError(location: location, message: "unexpected character \"\(character)\"")
        }
    }

    /// Whether a dash here joins two numbers (`3-13`) instead of being the sign of one.
    private var followsNumber: Bool {
        guard index > 0 else { return false }
        return characters[index - 1].isASCII && characters[index - 1].isNumber
    }

    private mutating func scanText() throws(SchemaError) -> String {
        index += 1
        let text = take { $0 != "\"" && $0 != "\n" }
        guard index < characters.count, characters[index] == "\"" else {
            throw SchemaError(location: location, message: "the text is not closed on its line")
        }
        index += 1
        return text
    }

    private func number(from digits: String, sign: String) throws(SchemaError) -> Token.Kind {
        guard let value = Int64(sign + digits) else {
            throw SchemaError(location: location, message: "\(sign)\(digits) does not fit 64 bits")
        }
        return .number(value)
    }

    private mutating func take(while condition: (Character) -> Bool) -> String {
        let start = index
        while index < characters.count, condition(characters[index]) { index += 1 }
        return String(characters[start..<index])
    }
}

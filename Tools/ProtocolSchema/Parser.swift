/// Reads the declarations of one schema file.
///
/// The grammar is drawn in docs/format/protocol-schema.md.
public struct Parser {
    private let tokens: [Token]
    private var index = 0
    /// The structures that the current message declares apart from its fields.
    private var sharedStructures: [FieldSchema] = []

    private init(tokens: [Token]) { self.tokens = tokens }

    /// What `text` declares.
    ///
    /// - Parameter file: The name that errors mention.
    /// - Throws: ``SchemaError`` at the first thing that is not in the grammar.
    public static func parse(_ text: String, file: String) throws(SchemaError) -> Schema {
        var parser = Parser(tokens: try Tokenizer.tokens(of: text, file: file))
        return try parser.parseFile()
    }

    private mutating func parseFile() throws(SchemaError) -> Schema {
        var schema = Schema()
        while true {
            _ = takeComments()
            switch peek.kind {
            case .end: return schema
            case .word("api"): schema.apiKeys.append(try parseAPIKey())
            case .word("error"): schema.errorCodes.append(try parseErrorCode())
            default: schema.messages.append(try parseMessage())
            }
        }
    }

    // MARK: Declarations

    /// `api 1 Fetch flexible 12+`
    private mutating func parseAPIKey() throws(SchemaError) -> APIKeySchema {
        let location = advance().location
        let number = try takeNumber("the API's number")
        let name = try takeWord("the API's name")
        return APIKeySchema(
            number: number, name: name, firstFlexibleVersion: try takeFlexible(), location: location)
    }

    /// `error 1 OFFSET_OUT_OF_RANGE retriable "…"`
    private mutating func parseErrorCode() throws(SchemaError) -> ErrorCodeSchema {
        let location = advance().location
        let number = try takeNumber("the error's number")
        let name = try takeWord("the error's name")
        let isRetriable = take(word: "retriable")
        guard case .text(let message) = peek.kind else { throw expected("what the error means, in quotes") }
        advance()
        return ErrorCodeSchema(
            number: number, name: name, isRetriable: isRetriable, message: message, location: location)
    }

    /// `request FetchRequest versions 4-18 flexible 12+ { … }`
    private mutating func parseMessage() throws(SchemaError) -> MessageSchema {
        let location = peek.location
        guard case .word(let word) = peek.kind, let kind = MessageSchema.Kind(rawValue: word) else {
            throw expected("request, response, data, api or error")
        }
        advance()
        let name = try takeWord("the message's name")
        guard take(word: "versions") else { throw expected("versions") }
        let first = try takeNumber("the first version")
        let last = take("-") ? try takeNumber("the last version") : first
        let versions = VersionRange(first: first, last: last)
        let flexible = try takeFlexible()
        sharedStructures = []
        let fields = try parseFields(within: versions, last: last, sharing: true)
        return MessageSchema(
            kind: kind, name: name, versions: versions, firstFlexibleVersion: flexible, fields: fields,
            sharedStructures: sharedStructures, location: location)
    }

    private mutating func takeFlexible() throws(SchemaError) -> Int? {
        guard take(word: "flexible") else { return nil }
        let version = try takeNumber("the first flexible version")
        try expect("+")
        return version
    }

    // MARK: Fields

    /// `{ field … }`, with comments before a field or behind it on its line.
    ///
    /// - Parameter sharing: Whether structures may be declared among the fields.
    private mutating func parseFields(
        within versions: VersionRange, last: Int, sharing: Bool = false
    ) throws(SchemaError) -> [FieldSchema] {
        try expect("{")
        var fields: [FieldSchema] = []
        // What stands behind the brace speaks of the field that opened it, and parseField has taken it.
        var documentation = takeComments()
        while !take("}") {
            if sharing, isStructure {
                sharedStructures.append(try parseStructure(within: versions, last: last))
            } else {
                var field = try parseField(within: versions, last: last)
                field.documentation = join(documentation, field.documentation)
                fields.append(field)
            }
            documentation = takeComments()
        }
        return fields
    }

    /// Whether a structure of its own stands here, and not a field that happens to have the name `structure`.
    private var isStructure: Bool {
        guard peek.kind == .word("structure"), index + 1 < tokens.count else { return false }
        return tokens[index + 1].kind != .symbol(":")
    }

    /// `structure Name { field … }`, which all versions of the message may carry.
    private mutating func parseStructure(within versions: VersionRange, last: Int) throws(SchemaError) -> FieldSchema {
        let location = advance().location
        let name = try takeWord("the structure's name")
        return FieldSchema(
            name: name, type: .structure(name), versions: versions, nullableVersions: nil, tag: nil,
            isIgnorable: false, defaultValue: nil, documentation: "",
            fields: try parseFields(within: versions, last: last), location: location)
    }

    /// `name: type @versions tag 0 ignorable = default { … } // what it says`
    private mutating func parseField(within outer: VersionRange, last: Int) throws(SchemaError) -> FieldSchema {
        let location = peek.location
        let name = try takeWord("a field's name")
        try expect(":")
        let type = try parseType()
        var nullable: VersionRange?
        var isNullableThroughout = false
        if take("?") {
            if take("(") {
                nullable = try parseVersions(last: last)
                try expect(")")
            } else {
                isNullableThroughout = true
            }
        }
        let versions = take("@") ? try parseVersions(last: last) : outer
        let tag = take(word: "tag") ? try takeNumber("the tag") : nil
        let isIgnorable = take(word: "ignorable")
        let defaultValue = take("=") ? try parseLiteral() : nil
        var field = FieldSchema(
            name: name, type: type, versions: versions, nullableVersions: isNullableThroughout ? versions : nullable,
            tag: tag, isIgnorable: isIgnorable, defaultValue: defaultValue, documentation: "", fields: [],
            location: location)
        if peek.kind == .symbol("{") {
            field.documentation = commentBehindBrace()
            field.fields = try parseFields(within: versions, last: last)
        } else if case .comment(let text) = peek.kind, !peek.startsLine {
            field.documentation = text
            advance()
        }
        return field
    }

    private mutating func parseType() throws(SchemaError) -> FieldType {
        if take("[") {
            let element = try parseType()
            try expect("]")
            return .array(of: element)
        }
        let location = peek.location
        let name = try takeWord("a type")
        if let primitive = FieldType.Primitive(rawValue: name) { return .primitive(primitive) }
        guard name.first?.isUppercase == true else {
            throw SchemaError(location: location, message: "there is no type \(name)")
        }
        return .structure(name)
    }

    /// `4-12`, `7` or `13+`
    private mutating func parseVersions(last: Int) throws(SchemaError) -> VersionRange {
        let first = try takeNumber("a version")
        if take("+") { return VersionRange(first: first, last: last) }
        return VersionRange(first: first, last: take("-") ? try takeNumber("a version") : first)
    }

    private mutating func parseLiteral() throws(SchemaError) -> Literal {
        switch advance().kind {
        case .word("null"): return .null
        case .word("true"): return .bool(true)
        case .word("false"): return .bool(false)
        case .number(let number): return .integer(number)
        case .text(let text): return .string(text)
        default:
            index -= 1
            throw expected("a default value")
        }
    }

    // MARK: Comments

    /// The comment on the line of an opening brace, which is taken out of what follows.
    private mutating func commentBehindBrace() -> String {
        guard case .comment(let text) = tokens[index + 1].kind, !tokens[index + 1].startsLine else { return "" }
        return text
    }

    /// The comments that stand on lines of their own here; one behind a brace has been read already.
    private mutating func takeComments() -> String {
        var lines: [String] = []
        while case .comment(let text) = peek.kind {
            if peek.startsLine { lines.append(text) }
            advance()
        }
        return lines.joined(separator: " ")
    }

    private func join(_ first: String, _ second: String) -> String {
        first.isEmpty ? second : second.isEmpty ? first : first + " " + second
    }

    // MARK: Tokens

    private var peek: Token { tokens[index] }

    @discardableResult private mutating func advance() -> Token {
        defer { if index + 1 < tokens.count { index += 1 } }
        return tokens[index]
    }

    private mutating func take(_ symbol: Character) -> Bool {
        guard peek.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    private mutating func take(word: String) -> Bool {
        guard peek.kind == .word(word) else { return false }
        advance()
        return true
    }

    private mutating func expect(_ symbol: Character) throws(SchemaError) {
        guard take(symbol) else { throw expected("\"\(symbol)\"") }
    }

    private mutating func takeWord(_ what: String) throws(SchemaError) -> String {
        guard case .word(let word) = peek.kind else { throw expected(what) }
        advance()
        return word
    }

    private mutating func takeNumber(_ what: String) throws(SchemaError) -> Int {
        guard case .number(let number) = peek.kind else { throw expected(what) }
        advance()
        return Int(number)
    }

    private func expected(_ what: String) -> SchemaError {
        SchemaError(location: peek.location, message: "expected \(what), found \(peek.kind)")
    }
}

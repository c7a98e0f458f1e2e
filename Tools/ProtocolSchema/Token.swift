/// The smallest part of a schema file that means something.
struct Token: Hashable {
    /// What a token is, with what it holds.
    enum Kind: Hashable {
        /// A name or a word of the notation.
        case word(String)
        /// A whole number, with its sign.
        case number(Int64)
        /// A text in double quotes.
        case text(String)
        /// One of `{ } [ ] ( ) : ? @ = + -`.
        case symbol(Character)
        /// `//` and what follows on its line.
        case comment(String)
        /// The end of the file.
        case end
    }

    /// What the token is.
    var kind: Kind
    /// Where it stands.
    var location: SourceLocation
    /// Whether nothing stands before it on its line.
    var startsLine: Bool
}

extension Token.Kind: CustomStringConvertible {
    var description: String {
        switch self {
        case .word(let word): "\"\(word)\""
        case .number(let number): "\(number)"
        case .text(let text): "the text \"\(text)\""
        case .symbol(let symbol): "\"\(symbol)\""
        case .comment: "a comment"
        case .end: "the end of the file"
        }
    }
}

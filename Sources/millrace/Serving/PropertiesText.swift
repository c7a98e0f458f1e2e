/// Java's properties format, as Kafka's configuration files use it.
///
/// A line is a key and a value with `=`, `:` or white space between them; `#` and `!` begin comments; a backslash at
/// the end joins the next line.
struct PropertiesText {
    /// The values by key; a key that comes twice has its last value.
    private(set) var values: [String: String] = [:]

    /// Reads the text of a file.
    init(_ text: String) {
        var pending = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.drop { $0.isWhitespace }
            if pending.isEmpty, trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix("!") { continue }
            let content = trimmed.last == "\r" ? trimmed.dropLast() : trimmed
            // An odd number of backslashes at the end: the last one joins the lines, the others are text.
            let backslashes = content.reversed().prefix { $0 == "\\" }.count
            if backslashes % 2 == 1 {
                pending += content.dropLast()
            } else {
                add(pending + content)
                pending = ""
            }
        }
        if !pending.isEmpty { add(pending) }
    }

    private mutating func add(_ line: String) {
        var key = ""
        var rest = line[...]
        while let character = rest.first, character != "=", character != ":", !character.isWhitespace {
            rest = rest.dropFirst()
            if character == "\\", let escaped = rest.first {
                key.append(Self.unescaped(escaped))
                rest = rest.dropFirst()
            } else {
                key.append(character)
            }
        }
        rest = rest.drop { $0.isWhitespace }
        if rest.first == "=" || rest.first == ":" { rest = rest.dropFirst() }
        rest = rest.drop { $0.isWhitespace }
        var value = ""
        while let character = rest.first {
            rest = rest.dropFirst()
            if character == "\\", let escaped = rest.first {
                value.append(Self.unescaped(escaped))
                rest = rest.dropFirst()
            } else {
                value.append(character)
            }
        }
        // Kafka trims values, since a blank at the end of a line is never meant.
        while value.last?.isWhitespace == true { value.removeLast() }
        values[key] = value
    }

    private static func unescaped(_ character: Character) -> Character {
        switch character {
        case "n": "\n"
        case "t": "\t"
        case "r": "\r"
        default: character
        }
    }
}

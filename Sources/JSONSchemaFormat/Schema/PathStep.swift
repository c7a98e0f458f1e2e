/// A step of the way to a value within another one.
enum PathStep: Sendable, Hashable {
    case member(String)
    case element(Int)

    /// The way as a JSON pointer (RFC 6901); empty for the whole.
    static func pointer(_ steps: [PathStep]) -> String {
        steps.map { step in
            switch step {
            case .member(let name): "/" + escaped(name)
            case .element(let index): "/\(index)"
            }
        }.joined()
    }

    static func escaped(_ token: String) -> String {
        guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return token }
        return token.reduce(into: "") { text, character in
            switch character {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.append(character)
            }
        }
    }

    static func unescaped(_ token: Substring) -> String {
        guard token.utf8.contains(UInt8(ascii: "~")) else { return String(token) }
        var text = ""
        var isEscape = false
        for character in token {
            switch (isEscape, character) {
            case (false, "~"): isEscape = true
            case (true, "0"): (text, isEscape) = (text + "~", false)
            case (true, "1"): (text, isEscape) = (text + "/", false)
            default:
                if isEscape { text.append("~") }
                text.append(character)
                isEscape = false
            }
        }
        return isEscape ? text + "~" : text
    }
}

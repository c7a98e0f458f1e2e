/// How names of the protocol are written in Swift.
enum SwiftNaming {
    private static let keywords: Set<String> = [
        "associatedtype", "as", "case", "class", "default", "do", "else", "enum", "extension", "false", "for", "func",
        "if", "import", "in", "init", "internal", "is", "let", "nil", "operator", "protocol", "public", "repeat",
        "return", "self", "static", "struct", "switch", "throw", "true", "try", "var", "where", "while",
    ]

    /// `name`, in back quotes if Swift has reserved it.
    static func identifier(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }

    /// The constant for an API: `InitProducerId` becomes `initProducerID`.
    static func constant(forAPI name: String) -> String {
        var words: [String] = []
        for character in name {
            if character.isUppercase || words.isEmpty { words.append("") }
            words[words.count - 1].append(character)
        }
        return camelCase(words)
    }

    /// The constant for an error: `UNKNOWN_TOPIC_ID` becomes `unknownTopicID`.
    static func constant(forError name: String) -> String { camelCase(name.split(separator: "_").map(String.init)) }

    private static func camelCase(_ words: [String]) -> String {
        let rest = words.dropFirst().map { word in
            let lower = word.lowercased()
            return switch lower {
            case "id": "ID"
            case "ids": "IDs"
            default: lower.prefix(1).uppercased() + lower.dropFirst()
            }
        }
        return identifier(([words[0].lowercased()] + rest).joined())
    }
}

import JSON

extension JSONValue {
    /// The beginning of the value's text, for messages. No more of the value is looked at than is told of it.
    var excerpt: String {
        var text = ""
        write(to: &text)
        return text.utf8.count <= Self.excerptLimit ? text : text.beginning(Self.excerptLimit) + "…"
    }

    private static let excerptLimit = 200

    private func write(to text: inout String) {
        switch self {
        case .null, .bool: text += self.text
        case .number(let number): text += number.text.beginning(Self.excerptLimit + 1)
        case .string(let value): text += JSONValue.string(value.beginning(Self.excerptLimit + 1)).text
        case .array(let elements):
            text += "["
            for (index, element) in elements.prefix(Self.excerptLimit + 1).enumerated()
            where text.utf8.count <= Self.excerptLimit {
                if index > 0 { text += "," }
                element.write(to: &text)
            }
            text += "]"
        case .object(let object):
            text += "{"
            for (index, member) in object.members.prefix(Self.excerptLimit + 1).enumerated()
            where text.utf8.count <= Self.excerptLimit {
                if index > 0 { text += "," }
                text += JSONValue.string(member.name.beginning(Self.excerptLimit + 1)).text + ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }
}

extension String {
    /// Up to so many characters of Unicode from the beginning.
    fileprivate func beginning(_ count: Int) -> String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(count)))
    }
}

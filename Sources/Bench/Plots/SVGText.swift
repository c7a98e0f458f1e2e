/// The text of an SVG picture: elements one behind the other, with names and values escaped.
struct SVGText {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

    /// Adds an element with text in it, or an empty one.
    mutating func add(_ name: String, _ attributes: KeyValuePairs<String, String>, _ content: String? = nil) {
        text += "<\(name)\(Self.text(attributes))"
        text += content.map { ">\(Self.escaped($0))</\(name)>\n" } ?? "/>\n"
    }

    /// Adds an element around what `body` adds.
    mutating func add(
        _ name: String, _ attributes: KeyValuePairs<String, String>, around body: (inout SVGText) -> Void
    ) {
        text += "<\(name)\(Self.text(attributes))>\n"
        body(&self)
        text += "</\(name)>\n"
    }

    private static func text(_ attributes: KeyValuePairs<String, String>) -> String {
        attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    }

    /// Text as it stands in XML; what has no place there, such as control characters, is told by U+FFFD.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\0"..." ", "\u{FFFE}", "\u{FFFF}": escaped += scalar == " " ? " " : "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension Double {
    /// A coordinate: a tenth of a pixel is more than anyone sees.
    var coordinate: String { text(fractionDigits: 1) }
}

/// The path and query of a request line, taken apart.
struct RequestTarget {
    /// What a target has that no path or query of ours may have.
    struct Problem: Hashable {
        let message: String

        static let text = Problem(message: "The path or the query is no text in UTF-8 once it is decoded")
        static let control = Problem(message: "The path has control characters once it is decoded")
        static let dots = Problem(message: "The path has a segment of one or two dots, which stands for another path")
    }

    private(set) var segments: [String] = []
    private(set) var query: [(name: String, value: String)] = []
    /// The first fault; the rest is read all the same.
    private(set) var problem: Problem?

    init(_ target: String) {
        var rest = target.utf8[...]
        // The absolute form that requests through a proxy have.
        if let start = Self.pathOfAbsolute(rest) { rest = rest[start...] }
        rest = rest.prefix { $0 != UInt8(ascii: "#") }
        let path = rest.prefix { $0 != UInt8(ascii: "?") }
        // Empty segments do not count, so that a trailing slash makes no difference anywhere.
        for part in path.split(separator: UInt8(ascii: "/")) {
            let segment = decode(part, plusIsSpace: false)
            if segment == "." || segment == ".." { note(.dots) }
            if segment.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { note(.control) }
            segments.append(segment)
        }
        guard path.endIndex < rest.endIndex else { return }
        for pair in rest[path.endIndex...].dropFirst().split(separator: UInt8(ascii: "&")) {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let value = pair[name.endIndex...].dropFirst()
            query.append((decode(name, plusIsSpace: true), decode(value, plusIsSpace: true)))
        }
    }

    /// Whether a target is an address with a server in it.
    static func isAbsolute(_ target: String) -> Bool {
        let lower = target.prefix(8).lowercased()
        return lower.hasPrefix("http://") || lower.hasPrefix("https://")
    }

    /// Where the path of an address with a server begins; `nil` for what is none.
    private static func pathOfAbsolute(_ target: Substring.UTF8View) -> Substring.UTF8View.Index? {
        // A path by itself, which nearly every target is.
        guard let first = target.first, first != UInt8(ascii: "/") else { return nil }
        guard let colon = target.firstIndex(of: UInt8(ascii: ":")), target[colon...].starts(with: "://".utf8),
            !target[..<colon].contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") })
        else { return nil }
        return target[colon...].dropFirst(3).firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            ?? target.endIndex
    }

    private mutating func note(_ problem: Problem) {
        if self.problem == nil { self.problem = problem }
    }

    /// Resolves `%XX`; what is not two hexadecimal digits stays as it is.
    private mutating func decode(_ text: Substring.UTF8View, plusIsSpace: Bool) -> String {
        var isPlain = true
        for byte in text
        where byte == UInt8(ascii: "%") || byte >= 0x80 || (plusIsSpace && byte == UInt8(ascii: "+")) {
            isPlain = false
        }
        if isPlain { return String(Substring(text)) }
        let output = PercentEncoding.bytes(of: text, plusIsSpace: plusIsSpace)
        // What came undecoded and was no text has become this character before it got here.
        guard let decoded = String(validating: output, as: UTF8.self), !decoded.unicodeScalars.contains("\u{FFFD}")
        else {
            note(.text)
            return String(decoding: output, as: UTF8.self)
        }
        return decoded
    }
}

/// Java's properties format, as Kafka's configuration files use it.
///
/// A line is a key and a value with `=`, `:` or white space between them, and ends at `\n`, `\r` or both; `#` and `!`
/// begin comments; a backslash at the end joins the next line; `\t`, `\n`, `\r`, `\f` and `\uXXXX` stand for
/// characters, a backslash before anything else for that itself.
package struct PropertiesText {
    /// The values by key; a key that comes twice has its last value.
    package private(set) var values: [String: String] = [:]

    private let trimsValues: Bool

    // The format is defined on UTF-16: an escape may be half a character. Nor is a Character of Swift's what it speaks
    // of: "\r\n" is a single one.
    private typealias Unit = UTF16.CodeUnit

    private static let lineFeed: Unit = 0x0A
    private static let carriageReturn: Unit = 0x0D
    private static let backslash: Unit = 0x5C

    /// Reads the text of a file.
    ///
    /// - Parameter trimsValues: Whether white space at the end of a value is left off, as Kafka does with its settings:
    ///   it is never meant. A secret may end with it.
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a `\u` that four hexadecimal digits do not
    ///   follow.
    package init(_ text: String, trimsValues: Bool = true) throws {
        self.trimsValues = trimsValues
        var pending: [Unit] = []
        var isContinued = false
        for line in Self.lines(text) {
            let content = line.drop(while: Self.isSpace)
            if !isContinued, content.first.map({ $0 == 0x23 || $0 == 0x21 }) ?? true { continue }
            // An odd number of backslashes at the end: the last one joins the lines, the others are text.
            isContinued = content.reversed().prefix { $0 == Self.backslash }.count % 2 == 1
            pending += isContinued ? content.dropLast() : content
            if !isContinued {
                try add(pending[...])
                pending = []
            }
        }
        if !pending.isEmpty { try add(pending[...]) }
    }

    private static func lines(_ text: String) -> [ArraySlice<Unit>] {
        let units = Array(text.utf16)
        var lines: [ArraySlice<Unit>] = []
        var start = 0
        for (index, unit) in units.enumerated() where unit == lineFeed || unit == carriageReturn {
            // The second half of "\r\n" ends nothing.
            if unit == lineFeed, index > 0, units[index - 1] == carriageReturn {
                start = index + 1
                continue
            }
            lines.append(units[start..<index])
            start = index + 1
        }
        lines.append(units[start...])
        return lines
    }

    private mutating func add(_ line: ArraySlice<Unit>) throws {
        var rest = line
        let key = try Self.take(from: &rest) { $0 == 0x3D || $0 == 0x3A || Self.isSpace($0) }
        rest = rest.drop(while: Self.isSpace)
        if rest.first == 0x3D || rest.first == 0x3A { rest = rest.dropFirst() }
        rest = rest.drop(while: Self.isSpace)
        var value = try Self.take(from: &rest) { _ in false }
        if trimsValues { while let last = value.last, Self.isSpace(last) { value.removeLast() } }
        values[String(decoding: key, as: UTF16.self)] = String(decoding: value, as: UTF16.self)
    }

    /// Takes text up to a character that ends it, its escapes resolved.
    private static func take(from rest: inout ArraySlice<Unit>, until isEnd: (Unit) -> Bool) throws -> [Unit] {
        var text: [Unit] = []
        while let unit = rest.first, !isEnd(unit) {
            rest = rest.dropFirst()
            guard unit == backslash, let escaped = rest.first else {
                text.append(unit)
                continue
            }
            rest = rest.dropFirst()
            switch escaped {
            case 0x6E: text.append(lineFeed)
            case 0x74: text.append(0x09)
            case 0x72: text.append(carriageReturn)
            case 0x66: text.append(0x0C)
            case 0x75:
                let digits = String(decoding: rest.prefix(4), as: UTF16.self)
                guard digits.utf16.count == 4, digits.allSatisfy(\.isHexDigit), let code = Unit(digits, radix: 16)
                else {
                    throw ConnectError(
                        .invalidConfiguration, "a \\u has to be followed by four hexadecimal digits")
                }
                text.append(code)
                rest = rest.dropFirst(4)
            default: text.append(escaped)
            }
        }
        return text
    }

    private static func isSpace(_ unit: Unit) -> Bool { unit == 0x20 || unit == 0x09 || unit == 0x0C }
}

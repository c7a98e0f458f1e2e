import ConnectAPI

/// A regular expression that a whole name has to match.
package struct NamePattern: @unchecked Sendable {
    /// The groups of a match; the first is the whole name.
    struct Groups {
        fileprivate var output: AnyRegexOutput

        /// A group by its number; `nil` if there is none of that number, empty if it matched nothing.
        func text(_ number: Int) -> Substring? {
            output.indices.contains(number) ? output[number].substring ?? "" : nil
        }

        /// A group by its name.
        func text(_ name: String) -> Substring? {
            output.first { $0.name == name }.map { $0.substring ?? "" }
        }
    }

    // Sendable because a Regex is not changed after it was made; the standard library does not say so of it.
    private let regex: Regex<AnyRegexOutput>

    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for what is no regular expression.
    package init(_ pattern: String) throws {
        do { regex = try Regex(pattern) } catch {
            throw ConnectError(.invalidConfiguration, "\(pattern) is no regular expression: \(error)")
        }
    }

    /// Whether the expression matches the whole name.
    package func matches(_ name: String) -> Bool { groups(in: name) != nil }

    /// What the groups of the expression match; `nil` if it does not match the whole name.
    func groups(in name: String) -> Groups? {
        guard let match = try? regex.wholeMatch(in: name) else { return nil }
        return Groups(output: match.output)
    }
}

/// A replacement as Java writes it: `$1` and `${name}` for groups, a backslash before what is meant as it is.
struct ReplacementText: Sendable {
    private enum Part {
        case literal(String)
        /// As many digits as there is a group for.
        case number(String)
        case name(String)
    }

    private let parts: [Part]

    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a `$` that names no group.
    init(_ text: String) throws {
        var parts: [Part] = []
        var literal = ""
        var rest = text[...]
        func invalid() -> ConnectError {
            ConnectError(.invalidConfiguration, "Illegal group reference in the replacement \(text)")
        }
        while let letter = rest.popFirst() {
            switch letter {
            case "\\":
                guard let next = rest.popFirst() else { throw invalid() }
                literal.append(next)
            case "$":
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                if rest.first == "{" {
                    guard let end = rest.firstIndex(of: "}") else { throw invalid() }
                    parts.append(.name(String(rest[rest.index(after: rest.startIndex)..<end])))
                    rest = rest[rest.index(after: end)...]
                } else {
                    let digits = rest.prefix { $0.isASCII && $0.isNumber }
                    guard !digits.isEmpty else { throw invalid() }
                    parts.append(.number(String(digits)))
                    rest = rest.dropFirst(digits.count)
                }
            default: literal.append(letter)
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        self.parts = parts
    }

    /// The text with the groups in it.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a group that the expression has not.
    func text(with groups: NamePattern.Groups) throws -> String {
        try parts.reduce(into: "") { text, part in
            switch part {
            case .literal(let literal): text += literal
            case .name(let name):
                guard let group = groups.text(name) else {
                    throw ConnectError(.invalidConfiguration, "No group with name {\(name)}")
                }
                text += group
            case .number(let digits):
                // $12 is group 12 where there is one, else group 1 and the digit 2.
                guard
                    let length = (1...digits.count).last(where: { length in
                        Int(digits.prefix(length)).flatMap { groups.text($0) } != nil
                    }), let group = Int(digits.prefix(length)).flatMap({ groups.text($0) })
                else { throw ConnectError(.invalidConfiguration, "No group \(digits.prefix(1))") }
                text += group
                text += digits.dropFirst(length)
            }
        }
    }
}

extension ConfigValidator {
    /// Accepts regular expressions.
    static let pattern = ConfigValidator { text in
        (try? NamePattern(text)) == nil ? "Invalid regex" : nil
    }

    /// Accepts lists with something in them.
    static let nonEmptyList = ConfigValidator { text in
        text.split(separator: ",").allSatisfy { String($0).trimmingSpace.isEmpty } ? "Empty list" : nil
    }
}

import HTTPTypes

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Header fields that answers get, as Kafka's `response.http.headers.config` has them.
///
/// Rules such as `set X-Frame-Options:DENY, add Cache-Control:no-store, setDate Expires:3600000`, separated by commas; one with
/// a comma in it stands in double quotes. `set` replaces a field and `add` adds a further one; the two for dates add
/// milliseconds to the present time.
public struct ResponseHeaderRules: Sendable, Hashable {
    private enum Value: Sendable, Hashable {
        case text(String)
        /// The moment that comes after so many seconds.
        case date(Int)
    }

    private struct Rule: Sendable, Hashable {
        var name: HTTPField.Name
        var value: Value
        var replaces: Bool
    }

    private let rules: [Rule]

    /// No rules.
    public static let none = ResponseHeaderRules(rules: [])

    private init(rules: [Rule]) { self.rules = rules }

    /// Reads rules.
    ///
    /// - Throws: ``HTTPServiceError`` for what is no rule.
    public init(parsing text: String) throws {
        rules = try Self.elements(text).map { try Self.rule($0) }
    }

    /// Adds the fields to an answer.
    func apply(to headers: inout HTTPFields) {
        for rule in rules {
            let value =
                switch rule.value {
                case .text(let text): text
                case .date(let seconds): HTTPDate.text(time(nil) + time_t(seconds))
                }
            if rule.replaces {
                headers[rule.name] = value
            } else {
                headers.append(HTTPField(name: rule.name, value: value))
            }
        }
    }

    private static func rule(_ text: String) throws -> Rule {
        let words = text.split(maxSplits: 1) { $0 == " " || $0 == "\t" }.map(String.init)
        guard words.count == 2 else {
            throw HTTPServiceError(
                "Invalid format of header config '\(text)'. Expected: '[action] [header name]:[header value]'")
        }
        let actions = ["set", "add", "setDate", "addDate"]
        guard let action = actions.first(where: { $0.lowercased() == words[0].lowercased() }) else {
            throw HTTPServiceError(
                "Invalid header config action: '\(words[0])'. Expected one of [\(actions.joined(separator: ", "))]")
        }
        // The value may have colons of its own, as an address has.
        let parts = words[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
        guard parts.count == 2, !parts[1].isEmpty else {
            throw HTTPServiceError(
                "Invalid format of header name and header value pair '\(words[1])'. Expected: '[header name]:[header value]'"
            )
        }
        guard let name = HTTPField.Name(parts[0]) else {
            throw HTTPServiceError(
                "Invalid header name '\(parts[0])'. The '[header name]' cannot contain whitespace")
        }
        guard HTTPField.isValidValue(parts[1]) else {
            throw HTTPServiceError(
                "Invalid value of the header '\(parts[0])': it has characters that no header may have")
        }
        let replaces = action.hasPrefix("set")
        guard action.hasSuffix("Date") else { return Rule(name: name, value: .text(parts[1]), replaces: replaces) }
        guard let milliseconds = Int(parts[1]) else {
            throw HTTPServiceError("The header '\(parts[0])' is a date: its value has to be a number of milliseconds")
        }
        return Rule(name: name, value: .date(milliseconds / 1000), replaces: replaces)
    }

    /// What stands between commas; quotes hold together and go.
    private static func elements(_ text: String) throws -> [String] {
        var elements: [String] = []
        var current = ""
        var isQuoted = false
        for character in text {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                elements.append(current)
                current = ""
            } else {
                current.append(character)
            }
        }
        guard !isQuoted else { throw HTTPServiceError("A quote in the header config '\(text)' has no second one") }
        return (elements + [current]).map(trimmed).filter { !$0.isEmpty }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }
        return String(String(start.reversed()).drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

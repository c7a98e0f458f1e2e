import Foundation
import ServerHarness

/// An answer as documents write it: the status where it is not 200, then the body.
///
/// `…` stands for what is another every time or too long to print: for a value, for a part of a text, for any number of
/// elements of an array, and as the name of a member for all the members that are not named.
struct LessonAnswer: Sendable, CustomStringConvertible {
    let status: Int
    let body: String

    init(status: Int, body: String) {
        self.status = status
        self.body = body
    }

    /// Reads an answer: three digits that stand by themselves in front are its status.
    init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        if let first = parts.first, first.count == 3, let status = Int(first) {
            self.init(status: status, body: parts.dropFirst().first.map { String($0) } ?? "")
        } else {
            self.init(status: 200, body: text)
        }
    }

    /// One for each line of what a program printed.
    static func lines(_ text: String) -> [LessonAnswer] {
        text.trimmingCharacters(in: .newlines).split(separator: "\n", omittingEmptySubsequences: false)
            .map { LessonAnswer(String($0)) }
    }

    var description: String {
        status == 200 ? body : "\(status) \(body)"
    }

    /// Whether this answer, which a server gave, is the one that a document shows.
    func fits(_ shown: LessonAnswer) -> Bool {
        guard status == shown.status else { return false }
        if let value = JSON(parsing: body), let pattern = JSON(parsing: shown.body) { return value.fits(pattern) }
        return body.fits(shown.body)
    }
}

private let ellipsis = "…"

extension JSON {
    /// Whether a value is the one that a document shows. Members may come in any order; `null` is not left out.
    fileprivate func fits(_ pattern: JSON) -> Bool {
        switch (self, pattern) {
        case (.null, .string):
            false
        case (_, .string(ellipsis)):
            true
        case (.string(let text), .string(let pattern)):
            text.fits(pattern)
        case (.array(let elements), .array(let patterns)):
            Self.fits(elements[...], patterns[...])
        case (.object(let members), .object(var patterns)):
            (patterns.removeValue(forKey: ellipsis) != nil || members.count == patterns.count)
                && patterns.allSatisfy { name, pattern in members[name]?.fits(pattern) ?? false }
        default:
            self == pattern
        }
    }

    private static func fits(_ elements: ArraySlice<JSON>, _ patterns: ArraySlice<JSON>) -> Bool {
        guard let pattern = patterns.first else { return elements.isEmpty }
        let others = patterns.dropFirst()
        if pattern == .string(ellipsis) {
            return (elements.startIndex...elements.endIndex).contains { fits(elements[$0...], others) }
        }
        guard let element = elements.first else { return false }
        return element.fits(pattern) && fits(elements.dropFirst(), others)
    }
}

extension String {
    fileprivate func fits(_ pattern: String) -> Bool {
        var parts = pattern.components(separatedBy: ellipsis)
        guard parts.count > 1 else { return self == pattern }
        let first = parts.removeFirst()
        let last = parts.removeLast()
        guard hasPrefix(first), dropFirst(first.count).hasSuffix(last) else { return false }
        var rest = dropFirst(first.count).dropLast(last.count)
        for part in parts where !part.isEmpty {
            guard let range = rest.range(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}

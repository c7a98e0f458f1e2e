import Foundation
import Testing

@testable import Coordination

@Suite struct TopicPatternTests {
    @Test(arguments: [
        ("a", "a", true), ("a", "ab", false), ("a", "ba", false), ("", "", true), ("a.c", "abc", true),
        ("^orders-.*$", "orders-eu", true), ("orders-(eu|us)", "orders-us", true), ("orders-(eu|us)", "orders-", false),
        ("(a|ab)(c|bcd)", "abcd", true), ("a*", "aaaa", true), ("a+", "", false), ("ab?c", "ac", true),
        ("a{2,3}", "a", false), ("a{2,3}", "aaa", true), ("a{2,3}", "aaaa", false), ("a{2,}", "aaaaa", true),
        ("a{2}", "aa", true), ("a{,2}", "a{,2}", true), ("[a-c]+", "abcba", true), ("[^a-c]+", "abd", false),
        ("[]a]+", "]a", true), ("[a\\-z]+", "a-z", true), ("[\\d.]+", "1.2", true), ("[[:alpha:]_]+", "ab_c", true),
        ("[[:^digit:]]", "1", false), ("\\w+\\.\\d{2}", "topic.42", true), ("\\Qa.b\\E.", "a.bc", true),
        ("\\Qa.b\\E.", "axbc", false), ("(?i)Orders", "oRDERS", true), ("(?i:a)b", "AB", false),
        ("(?i:a)b", "Ab", true), ("(?P<kind>a+)-(?<more>b)", "aa-b", true), ("(?:a|b)*", "abba", true),
        ("a*?b+?", "aab", true), ("\\ba\\b.*", "a-b", true), ("\\ba\\b.*", "ab", false), ("a\\B.*", "ab", true),
        ("\\x61\\x{62}", "ab", true), ("(?s).*", "anything", true), ("(a*)*", "aaa", true), ("(|a)*b", "aab", true),
        ("(?i)[^a]", "A", false), ("[+--]", ",", true), ("über|a", "a", true),
    ]) func matchesWholeNames(pattern: String, name: String, matches: Bool) throws {
        #expect(try TopicPattern(pattern).matches(name) == matches)
    }

    @Test(arguments: [
        "(", ")", "a)", "[a", "[b-a]", "*a", "a**", "a++", "a{2}{3}", "a{1001}", "a{3,2}", "\\", "\\1", "(?=a)",
        "(?!a)",
        "(?<=a)", "\\pL", "\\p{Greek}", "\\C", "[[:nothing:]]", "\\x{110000000}", "(?z)", "(?P<>a)", "((a{999}){999})",
        "(((){999}){999})", String(repeating: "(", count: 200) + String(repeating: ")", count: 200), "[\\d-z]", "(?",
    ]) func refusesWhatItCannotHonour(pattern: String) {
        #expect(throws: TopicPatternError.self) { try TopicPattern(pattern) }
    }

    /// A backtracking matcher takes 2^60 steps for this one.
    @Test func hostileExpressionsTakeNoLongerThanTheirSizeSays() throws {
        let pattern = try TopicPattern("(a?){60}a{60}")
        #expect(pattern.matches(String(repeating: "a", count: 60)))
        #expect(try !TopicPattern("(a*)*(a*)*(a*)*b").matches(String(repeating: "a", count: 249)))
    }

    /// Random expressions agree with Foundation's matcher, which reads the same language where they meet.
    @Test(arguments: UInt64(1)...200) func agreesWithAnotherMatcher(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let text = Self.randomExpression(depth: 3, &random)
        let pattern = try TopicPattern(text)
        let other = try NSRegularExpression(pattern: "\\A(?:\(text))\\z")
        for _ in 0..<30 {
            let name = String(
                (0..<Int.random(in: 0...7, using: &random)).map { _ in "abc".randomElement(using: &random)! })
            let expected = other.firstMatch(in: name, range: NSRange(location: 0, length: name.utf16.count)) != nil
            #expect(pattern.matches(name) == expected, "\(text) and \(name); seed \(seed)")
        }
    }

    private static func randomExpression(depth: Int, _ random: inout SplitMix64) -> String {
        let atoms = ["a", "b", "c", ".", "[ab]", "[^a]", "\\w"]
        guard depth > 0 else { return atoms.randomElement(using: &random) ?? "a" }
        func part() -> String { randomExpression(depth: depth - 1, &random) }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return part() + part()
        case 1: return "(\(part())|\(part()))"
        case 2: return "(?:\(part()))*"
        case 3: return "(\(part()))+"
        case 4: return "(\(part())){1,2}"
        default: return "(?:\(part()))?" + part()
        }
    }
}

import Testing

@testable import JSONSchemaFormat

@Suite struct LinearPatternTests {
    private func matches(_ pattern: String, _ text: String) throws -> Bool? {
        var effort = 0
        return try LinearPattern(pattern).matches(text, effort: &effort, limit: 1_000_000)
    }

    @Test(
        arguments: [
            ("", ["", "a"], []), ("a", ["a", "bab"], ["", "b", "A"]), ("^a$", ["a"], ["aa", "a\n", " a"]),
            ("a|b", ["a", "b"], ["c"]), ("^(?:a|bc|)$", ["a", "bc", ""], ["b", "abc"]),
            ("^a*b+c?$", ["b", "aabbc"], ["ac", "bcc"]),
            ("^a{2}$", ["aa"], ["a", "aaa"]), ("^a{2,}$", ["aa", "aaaa"], ["a"]),
            ("^a{1,3}?$", ["a", "aaa"], ["", "aaaa"]),
            ("^a{,3}$", ["a{,3}"], ["aa"]), ("^{}$", ["{}"], [""]), ("^a{0}$", [""], ["a"]), ("x{1", ["x{1"], ["x"]),
            ("^.$", ["a", "é", "💩"], ["", "\n", "\r", "ab"]), ("^[abc]$", ["a"], ["d", "ab"]),
            ("^[^abc]$", ["d", "\n"], ["a"]),
            ("^[a-c0-9_-]+$", ["a-9_"], ["d", ""]), ("^[]]$", [], ["]"]), ("^[\\]]$", ["]"], ["a"]),
            ("[^]", ["a", "\n"], [""]),
            ("^[\\w.-]+$", ["a.b-c"], ["a b"]), ("^[\\d-x]+$", ["1-x"], ["a"]),
            ("^[^\\d\\s]+$", ["ab"], ["a1", "a b"]),
            ("^\\d+$", ["019"], ["a", "٣"]), ("^\\D$", ["a"], ["1"]), ("^\\w+$", ["aZ_9"], ["é", "-"]),
            ("^\\W$", ["é"], ["a"]),
            ("^\\s$", [" ", "\t", "\u{A0}", "\u{FEFF}", "\u{2029}"], ["a"]), ("^\\S$", ["a"], [" "]),
            ("\\bfoo\\b", ["a foo b", "foo"], ["afoo", "foob"]), ("\\Boo\\B", ["afoob"], ["foo"]),
            ("^\\t\\n\\r\\f\\v\\0$", ["\t\n\r\u{0C}\u{0B}\0"], ["tnrfv0"]),
            ("^\\x41\\u0042\\u{43}\\cJ$", ["ABC\n"], ["ABC"]),
            ("^\\ud83d\\udca9$", ["💩"], ["a"]),
            ("^\\^\\$\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\/\\\\\\-$", ["^$.*+?()[]{}|/\\-"], [""]),
            ("^\\p{Lu}\\p{Ll}+$", ["Éa"], ["éa", "ÉA"]), ("^\\P{L}+$", ["12"], ["1a"]), ("^\\p{Letter}$", ["ß"], ["1"]),
            ("^[\\p{Nd}x]+$", ["٣x"], ["a"]), ("^\\p{Alpha}\\p{Digit}$", ["a1"], ["é1"]),
            ("^\\p{gc=Sc}$", ["€"], ["E"]),
            ("^a(?=b)", ["ab"], ["ac", "a"]), ("^(?!foo).*$", ["bar", ""], ["foobar"]),
            ("(?<=a)b", ["ab"], ["b", "cb"]),
            ("(?<!a)b", ["b", "cb"], ["ab"]),
            ("^(?=.*\\d)(?=.*[a-z]).{4,}$", ["abc1", "12a4"], ["abcd", "1234", "a1"]),
            ("^(?<year>\\d{4})$", ["2026"], ["26"]), ("(?i)^straße$", ["STRAßE", "straße"], ["strasse"]),
            ("(?i)^[^a]$", ["b"], ["A", "a"]), ("\\Aab\\z", ["ab"], ["abc"]), ("^((a+)+)+$", ["aaa"], ["aab"]),
            ("(^)*(\\b)?a", ["a"], ["b"]),
            ("^\\S+@\\S+\\.\\S+$", ["a@b.c"], ["a@b", "a b@c.d e@f"]),
            ("^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$", ["555-1212", "(888)555-1212"], ["(888)"]),
        ] as [(String, [String], [String])])
    func expressionsMeanWhatTheySay(_ pattern: String, _ fitting: [String], _ others: [String]) throws {
        for text in fitting { #expect(try matches(pattern, text) == true, "\(pattern) and \(text)") }
        for text in others { #expect(try matches(pattern, text) == false, "\(pattern) and \(text)") }
    }

    @Test(arguments: [
        "(", ")", "a)", "(a", "[", "[a", "[b-a]", "*", "+a", "?", "a**", "a+*", "a++", "a{2}{3}", "a{3,2}", "\\", "\\1",
        "(a)\\1",
        "\\k<a>", "\\u12", "\\xg1", "\\u{110000}", "\\p", "\\p{", "\\p{Klingon}", "\\p{Script=Greek}", "(?", "(?a",
        "(?>a)",
        "\\ud800", "[a&&b]", "^*", "\\y", "\\c1", "a{10001}", "(?<a",
    ])
    func whatIsMalformedOrNotSupportedIsRefused(_ pattern: String) {
        #expect(throws: PatternError.self) { try LinearPattern(pattern) }
    }

    @Test(arguments: [
        "((((((a{10}){10}){10}){10}){10}){10}){10}", "((((){999}){999}){999}){999}",
        String(repeating: "(", count: 100_000),
        String(repeating: "a", count: 20_000),
        String(repeating: "(?=", count: 500) + String(repeating: ")", count: 500),
        String(repeating: "a|", count: 20_000),
    ])
    func hugeExpressionsAreRefused(_ pattern: String) {
        #expect(throws: PatternError.self) { try LinearPattern(pattern) }
    }

    /// What takes others exponential time takes this one steps that are counted.
    @Test(arguments: [
        ("^(a+)+$", 2_000), ("^(a|a)*$", 2_000), ("^(a|aa)+$", 2_000), ("(x+x+)+y", 2_000),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", 2_000),
        ("^(a?){30}a{30}$", 29), ("(.*)*=.*", 2_000), ("^(?:(?:a*)*)*b$", 2_000),
    ])
    func catastrophicExpressionsAreLinear(_ pattern: String, _ length: Int) throws {
        let text = String(repeating: "a", count: length) + "!"
        var effort = 0
        #expect(try LinearPattern(pattern).matches(text, effort: &effort, limit: 10_000_000) == false)
        #expect(effort < 200 * (length + 100))
    }

    @Test func theEffortIsBounded() throws {
        let pattern = try LinearPattern("^(?=.*(?=.*(?=.*b)))" + "[ab]*(?!a)$")
        var effort = 0
        let text = String(repeating: "a", count: 100_000)
        #expect(pattern.matches(text, effort: &effort, limit: 300_000) == nil)
        #expect(effort < 1_000_000)
    }
}

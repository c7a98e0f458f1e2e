import ConnectAPI
import Testing

@testable import FileStream

@Suite struct GlobPatternTests {
    @Test(arguments: [
        ("*.log", "a.log", true), ("*.log", ".log", false), ("*.log", "a.log.1", false), ("*", "", true),
        ("a?c", "abc", true), ("a?c", "aüc", true), ("a?c", "ac", false), ("[a-c]x", "bx", true),
        ("[a-c]x", "dx", false), ("[!a-c]x", "dx", true), ("[]a]", "]", true), ("[a-]", "-", true),
        ("a\\*b", "a*b", true), ("a\\*b", "axb", false), ("*a*b*c", "xaxbxc", true), ("*a*b*c", "xaxcxb", false),
        (".*", ".hidden", true), ("?hidden", ".hidden", false), ("[\\]]", "]", true),
    ])
    func patternsMatchAsInShells(_ pattern: String, _ name: String, _ isMatch: Bool) throws {
        #expect(try GlobPattern(pattern).matches(name) == isMatch)
    }

    @Test(arguments: ["[a", "a\\", "a**", "[b-a]", "["])
    func whatIsNoPatternIsRefused(_ pattern: String) {
        #expect(throws: ConnectError.self) { try GlobPattern(pattern) }
    }

    @Test func aNameThatNearlyMatchesManyTimesIsDecidedAtOnce() throws {
        let pattern = try GlobPattern(String(repeating: "*a", count: 100) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 255)))
    }
}

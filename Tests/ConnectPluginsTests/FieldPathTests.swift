import ConnectAPI
import Testing

@testable import ConnectPlugins

@Suite struct FieldPathTests {
    @Test(arguments: [
        ("a", ["a"]), ("a.b", ["a", "b"]), ("`a.b`.c", ["a.b", "c"]), ("`a`", ["a"]), ("a`b", ["a`b"]),
        ("a.b`c", ["a", "b`c"]),
        ("`a`b`.c", ["a`b", "c"]), ("`a\\`.b`.c", ["a`.b", "c"]), ("a.", ["a", ""]), ("", [""]), ("..", ["", "", ""]),
    ])
    func pathsHaveStepsByTheSecondSyntax(text: String, steps: [String]) throws {
        #expect(try FieldPath(text, .v2).steps == steps)
        #expect(try FieldPath(text, .v1).steps == [text])
    }

    @Test(arguments: ["`a", "`a.b", "a.`b", "`a\\`"]) func aBacktickNeedsItsSecondOne(text: String) {
        #expect(throws: ConnectError.self) { try FieldPath(text, .v2) }
    }
}

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

    @Test func aPathHasAHundredStepsAtMost() throws {
        let longest = Array(repeating: "a", count: 100).joined(separator: ".")
        #expect(try FieldPath(longest, .v2).steps.count == 100)
        for path in [longest + ".a", longest + ".`a`", String(repeating: "a.", count: 400_000)] {
            let error = #expect(throws: ConnectError.self) { try FieldPath(path, .v2) }
            #expect(error?.code == .invalidConfiguration && error?.message.contains("more than 100 names") == true)
            #expect(try FieldPath(path, .v1).steps == [path])
        }
    }

    @Test(arguments: ["`a", "`a.b", "a.`b", "`a\\`"]) func aBacktickNeedsItsSecondOne(text: String) {
        #expect(throws: ConnectError.self) { try FieldPath(text, .v2) }
    }
}

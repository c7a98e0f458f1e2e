import ConnectAPI
import Testing

@testable import FileStream

@Suite struct LinePatternTests {
    @Test(arguments: [
        ("^\\d{4}-\\d\\d", "2026-11-22 x", true), ("^\\d{4}-\\d\\d", "x2026-11", false), ("^\\s", "\tat x", true),
        ("^(?:a|b)+$", "abab", true), ("\\\\$", "to be continued\\", true), ("^[\\w.-]+$", "a_b.c-d", true),
        ("^[\\w.-]+$", "a b", false), ("^\\D", "1", false), ("[^\\d]", "12x", true), ("^\\[", "[x]", true),
        ("x*?y", "xxy", true), ("^[]a]$", "]", true), ("^[^\\]]$", "]", false), ("\\bend\\b", "the end.", true),
        ("^[\\^]", "^", true), ("^\\{", "{", true), ("ü", "für", true),
    ])
    func patternsMeanWhatTheyMeanElsewhere(_ pattern: String, _ line: String, _ isMatch: Bool) throws {
        #expect(try LinePattern(pattern).matches(line) == isMatch)
    }

    @Test(arguments: [
        "", "(", "[a", "a\\", "(?=x)", "(?i)x", "\\1", "\\p{L}", "a{2000}", "(a{50}){50}", "a{x}", "[\\q]",
        "[[:alpha:]]", String(repeating: "a", count: 1025), "*" + "(",
    ])
    func whatIsNotUnderstoodIsRefused(_ pattern: String) {
        #expect(throws: ConnectError.self) { try LinePattern(pattern) }
    }

    @Test func theEndOfALongLineIsNotWhereItWasCut() throws {
        let line = String(repeating: "a", count: 5000)
        #expect(try !LinePattern("a$").matches(line))
        #expect(try LinePattern("^a").matches(line))
    }

    @Test func aPatternGoesOnThroughMuchText() throws {
        let pattern = try LinePattern("^a+b")
        let line = String(repeating: "a", count: 1000)
        for _ in 0..<300 {
            #expect(!pattern.matches(line))
            #expect(pattern.matches("aab"))
        }
    }
}

@Suite struct LineAssemblerTests {
    private let start = ContinuousClock.now

    private func records(
        _ lines: [String], _ change: (inout LineAssembler.Settings) -> Void = { _ in }
    ) throws -> [String] {
        var settings = LineAssembler.Settings(pattern: try LinePattern("^ "))
        change(&settings)
        var assembler = LineAssembler(settings)
        var records: [String] = []
        for (index, line) in lines.enumerated() {
            assembler.add(line, endingAt: Int64(index + 1), now: start)
            while let record = assembler.next() { records.append("\(record.text)|\(record.end)") }
        }
        return records
    }

    @Test func linesGoAfterTheLineBefore() throws {
        #expect(try records(["a", " b", " c", "d", "e"]) == ["a\n b\n c|3", "d|4"])
    }

    @Test func linesGoBeforeTheLineAfter() throws {
        let found = try records([" a", " b", "c", "d", " e"]) { $0.match = .before }
        #expect(found == [" a\n b\nc|3", "d|4"])
    }

    @Test func aNegatedPatternTellsTheBeginnings() throws {
        let found = try records(["x", " a", "b", "c", " d", " e"]) { $0.isNegated = true }
        #expect(found == ["x|1", " a\nb\nc|4", " d|5"])
    }

    @Test func aRecordIsCutWhereItGrowsTooLong() throws {
        #expect(try records(["a", " b", " c", " d"]) { $0.maximumLines = 2 } == ["a\n b|2", " c\n d|4"])
        #expect(try records(["a", " b", " cc", " d"]) { $0.maximumBytes = 4 } == ["a\n b|2", " cc|3"])
        #expect(try records(["much too long", " b", "c"]) { $0.maximumBytes = 4 } == ["much too long|1", " b|2"])
    }

    @Test func aRecordIsCompleteWhenNothingComesForLong() throws {
        var assembler = LineAssembler(LineAssembler.Settings(pattern: try LinePattern("^ ")))
        assembler.add("a", endingAt: 2, now: start)
        assembler.complete(now: start + .milliseconds(4999), isLast: false)
        #expect(assembler.next() == nil)
        assembler.complete(now: start + .milliseconds(5000), isLast: false)
        #expect(assembler.next()?.text == "a")
        assembler.add("b", endingAt: 4, now: start)
        assembler.complete(now: start, isLast: true)
        let last = assembler.next()
        #expect(last?.text == "b" && last?.end == 0)
    }
}

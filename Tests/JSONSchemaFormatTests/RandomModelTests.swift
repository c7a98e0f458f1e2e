import JSON
import Testing

@testable import JSONSchemaFormat

/// What is clever against what is simple, with random input; the seed stands in the message of a failure.
@Suite struct RandomModelTests {
    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private static var seeds: [UInt64] { (0..<20).map { _ in UInt64.random(in: 0...UInt64.max) } }

    // MARK: - Numbers

    /// A number with some digits behind the point, and the same times a million.
    private func number(_ generator: inout Generator) -> (text: String, millionths: Int128) {
        let whole = Int64.random(in: -2000...2000, using: &generator)
        let places = Int.random(in: 0...6, using: &generator)
        let power = (0..<places).reduce(Int128(1)) { power, _ in power * 10 }
        let fraction = Int128.random(in: 0..<power, using: &generator)
        let magnitude = Int128(abs(whole)) * 1_000_000 + fraction * (1_000_000 / power)
        let digits = String(fraction)
        let zeros = String(repeating: "0", count: max(0, places - digits.count))
        let text = "\(whole < 0 ? "-" : "")\(abs(whole))" + (places == 0 ? "" : "." + zeros + digits)
        // The same value with another exponent.
        let shift = Int.random(in: 0...3, using: &generator)
        let shifted = places == 0 && whole != 0 ? text + String(repeating: "0", count: shift) + "e-\(shift)" : text
        return (shifted, whole < 0 ? -magnitude : magnitude)
    }

    @Test(arguments: seeds)
    func decimalsAreComparedAndDividedAsIntegers(_ seed: UInt64) throws {
        var generator = Generator(state: seed)
        for _ in 0..<500 {
            let (left, right) = (number(&generator), number(&generator))
            let first = ExactDecimal(try #require(JSONNumber(parsing: left.text)))
            let second = ExactDecimal(try #require(JSONNumber(parsing: right.text)))
            let context = "\(left.text) and \(right.text), seed \(seed)"
            #expect((first < second) == (left.millionths < right.millionths), "\(context)")
            #expect((first == second) == (left.millionths == right.millionths), "\(context)")
            #expect((first.key == second.key) == (left.millionths == right.millionths), "\(context)")
            #expect(first.isInteger == left.millionths.isMultiple(of: 1_000_000), "\(context)")
            if right.millionths != 0 {
                #expect(
                    first.isMultiple(of: second) == left.millionths.isMultiple(of: right.millionths), "\(context)")
            }
        }
    }

    @Test(arguments: seeds)
    func longDivisorsDivideAsShortOnesDo(_ seed: UInt64) throws {
        var generator = Generator(state: seed)
        for _ in 0..<50 {
            // Times a power of two beyond 64 bits, so that the long way is taken.
            let divisor = Int128.random(in: 1...1_000_000, using: &generator) << 70
            let value = divisor * Int128.random(in: 0...1000, using: &generator)
            let off = value + Int128.random(in: 0...1, using: &generator)
            let first = ExactDecimal(try #require(JSONNumber(parsing: String(off))))
            let second = ExactDecimal(try #require(JSONNumber(parsing: String(divisor))))
            #expect(first.isMultiple(of: second) == off.isMultiple(of: divisor), "\(off) by \(divisor), seed \(seed)")
        }
    }

    // MARK: - Patterns

    private func expression(_ generator: inout Generator, depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 14 : 5), using: &generator) {
        case 0, 1: return "a"
        case 2: return "b"
        case 3: return ["[ab]", "[^a]", ".", "\\w"].randomElement(using: &generator) ?? "."
        case 4: return ["^", "$", "\\b", ""].randomElement(using: &generator) ?? ""
        case 5, 6, 7:
            return expression(&generator, depth: depth - 1) + expression(&generator, depth: depth - 1)
        case 8, 9: return "(?:\(expression(&generator, depth: depth - 1))|\(expression(&generator, depth: depth - 1)))"
        case 10, 11:
            let counts = ["*", "+", "?", "{2}", "{1,2}", "{2,}"].randomElement(using: &generator) ?? "*"
            return "(\(expression(&generator, depth: depth - 1)))" + counts
        case 12:
            let look = ["?=", "?!"].randomElement(using: &generator) ?? "?="
            return "(\(look)\(expression(&generator, depth: depth - 1)))"
        default:
            let look = ["?<=", "?<!"].randomElement(using: &generator) ?? "?<="
            return "(\(look)\(expression(&generator, depth: depth - 1)))"
        }
    }

    @Test(arguments: seeds)
    func patternsMatchAsTryingAllWaysDoes(_ seed: UInt64) throws {
        var generator = Generator(state: seed)
        for _ in 0..<60 {
            let text = expression(&generator, depth: 3)
            let node = try PatternParser.parse(text)
            let pattern = try LinearPattern(text)
            for _ in 0..<10 {
                let subject = String(
                    (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                        ["a", "b", "-"].randomElement(using: &generator) ?? "a"
                    }.joined())
                var effort = 0
                let answer = pattern.matches(subject, effort: &effort, limit: 1_000_000)
                let model = NaiveMatcher(text: Array(subject.unicodeScalars))
                let expected = (0...model.text.count).contains { !model.ends(node, from: [$0]).isEmpty }
                #expect(answer == expected, "\(text) in '\(subject)', seed \(seed)")
            }
        }
    }

    /// Finds all places at which a match can end by trying all ways.
    private struct NaiveMatcher {
        let text: [Unicode.Scalar]

        func ends(_ node: PatternNode, from starts: Set<Int>) -> Set<Int> {
            switch node {
            case .character(let set):
                return Set(starts.filter { $0 < text.count && set.contains(text[$0]) }.map { $0 + 1 })
            case .assertion(let assertion): return starts.filter { holds(assertion, $0) }
            case .sequence(let parts): return parts.reduce(starts) { ends($1, from: $0) }
            case .alternatives(let choices): return choices.reduce(into: []) { $0.formUnion(ends($1, from: starts)) }
            case .repetition(let part, let least, let most):
                var reached = starts
                for _ in 0..<least { reached = ends(part, from: reached) }
                var all = reached
                for _ in least..<(most ?? least + text.count + 1) {
                    reached = ends(part, from: reached)
                    all.formUnion(reached)
                }
                return all
            case .lookahead(let part, let isNegative):
                return starts.filter { ends(part, from: [$0]).isEmpty == isNegative }
            case .lookbehind(let part, let isNegative):
                return starts.filter { place in
                    let isThere = (0...place).contains { ends(part, from: [$0]).contains(place) }
                    return isThere != isNegative
                }
            }
        }

        private func holds(_ assertion: PatternNode.Assertion, _ place: Int) -> Bool {
            func isWord(_ index: Int) -> Bool {
                text.indices.contains(index) && ScalarSet.word.contains(text[index])
            }
            return switch assertion {
            case .start: place == 0
            case .end: place == text.count
            case .wordBoundary: isWord(place - 1) != isWord(place)
            case .noWordBoundary: isWord(place - 1) == isWord(place)
            }
        }
    }

    // MARK: - Pairs

    @Test(arguments: seeds)
    func asManyArePairedAsCanBe(_ seed: UInt64) {
        var generator = Generator(state: seed)
        func most(_ partners: [[Int]], _ taken: Set<Int>) -> Int {
            guard let first = partners.first else { return 0 }
            let rest = Array(partners.dropFirst())
            let withFirst = first.filter { !taken.contains($0) }.map { 1 + most(rest, taken.union([$0])) }.max() ?? 0
            return max(withFirst, most(rest, taken))
        }
        for _ in 0..<50 {
            let count = Int.random(in: 1...6, using: &generator)
            let partners = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                (0..<count).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
            }
            #expect(SchemaComparison.matching(partners, of: count) == most(partners, []), "\(partners), seed \(seed)")
        }
    }
}

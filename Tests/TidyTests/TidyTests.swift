import Foundation
import ServerHarness
import Testing

/// The rules of this repository that a machine can check, so that reviews are about design.
struct TidyTests {
    static let codeFolders = ["Sources", "Tests", "Tools", "Examples", "Benchmarks", "Fuzz"]

    @Test func noFileIsLongerThanAScreenfulOfPages() async throws {
        let tree = try await SourceTree()
        let long = try tree.written(in: Self.codeFolders, endings: ["swift", "c", "h", "py"]).filter {
            try tree.text($0).components(separatedBy: "\n").count > 701
        }
        #expect(long == [], "split along what the type can do: Type+Capability.swift")
    }

    @Test func noFunctionIsLongerThanAScreen() async throws {
        let tree = try await SourceTree()
        let head = try Regex(#"^( *)(?:[@\w()]+ )*(?:func|init|deinit)\b"#, as: (Substring, Substring).self)
        var long: [String] = []
        for path in tree.written(in: Self.codeFolders, endings: ["swift"]) {
            let lines = try tree.text(path).components(separatedBy: "\n")
            for (start, line) in lines.enumerated() {
                guard let indentation = try head.firstMatch(in: line)?.1, !line.hasSuffix("}") else { continue }
                // The house format puts the closing brace below the first letter; a requirement of a protocol has none.
                let end = lines[start...].dropFirst().firstIndex {
                    $0 == indentation + "}" || !$0.isEmpty && $0.prefix { $0 == " " }.count < indentation.count
                }
                guard let end, lines[end] == indentation + "}", end - start >= 70 else { continue }
                long.append("\(path):\(start + 1)")
            }
        }
        #expect(long == [])
    }

    @Test func nothingIsLeftToBeDone() async throws {
        let tree = try await SourceTree()
        let files =
            tree.written(in: Self.codeFolders + ["docs", "Scripts", ".ci"], endings: ["swift", "c", "h", "py", "md"])
            + tree.paths.filter { $0.hasPrefix("Scripts/") || $0.hasPrefix(".ci/") || !$0.contains("/") }
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].joined(separator: "|")
        #expect(try tree.lines(of: Array(Set(files)).sorted(), matching: "\\b(?:\(words))\\b") == [])
    }

    @Test func mergesLeaveNothingBehind() async throws {
        let tree = try await SourceTree()
        let names = tree.paths.map { $0.split(separator: "/").last ?? "" }
        #expect(names.filter { $0.hasPrefix(".merge_file") || $0.hasSuffix(".orig") || $0.hasSuffix(".rej") } == [])
    }

    @Test func testsWaitForConditionsAndNeverSleep() async throws {
        let tree = try await SourceTree()
        let files = tree.written(in: ["Tests", "Benchmarks"], endings: ["swift", "py"])
        #expect(try tree.lines(of: files, matching: #"\b(?:u|nano)?sleep\s*\("#) == [])
    }

    @Test func nothingOutsideTestsForcesATry() async throws {
        let tree = try await SourceTree()
        let files = tree.written(in: ["Sources", "Tools", "Examples"], endings: ["swift"])
        #expect(try tree.lines(of: files, matching: #"^(?!\s*//).*\btry!"#) == [])
    }

    @Test func foldersAreNamedForWhatIsInThem() async throws {
        let vague: Set<String> = ["utils", "util", "helpers", "helper", "common", "misc", "legacy", "new", "shared"]
        let tree = try await SourceTree()
        let found = tree.paths.filter { path in
            path.split(separator: "/").dropLast().contains { vague.contains($0.lowercased()) }
        }
        #expect(found == [])
    }

    @Test func filesOfAnExtensionAreNamedWithAPlus() async throws {
        let tree = try await SourceTree()
        // A type and its capability are joined by a plus, never by a space, a hyphen or an underscore.
        let found = tree.written(in: ["Sources", "Tests", "Tools"], endings: ["swift"]).filter {
            $0.split(separator: "/").last?.contains { " -_".contains($0) } == true
        }
        #expect(found == [])
    }
}

import Foundation
import ServerHarness
import Testing

/// What is written about the code holds: links lead somewhere, and quoted programs are the ones that compile.
struct DocumentationTests {
    @Test func relativeLinksLeadSomewhere() async throws {
        let tree = try await SourceTree()
        let link = try Regex(#"\]\(([^)\s#]+)(?:#[^)\s]*)?\)"#, as: (Substring, Substring).self)
        var broken: [String] = []
        for path in tree.paths where path.hasSuffix(".md") {
            let folder = Repository.root.appending(path: path).deletingLastPathComponent()
            for match in try tree.text(path).matches(of: link) {
                let target = String(match.1)
                if target.contains("://") || target.hasPrefix("mailto:") { continue }
                if !FileManager.default.fileExists(atPath: folder.appending(path: target).path()) {
                    broken.append("\(path): \(target)")
                }
            }
        }
        #expect(broken == [])
    }

    @Test func documentsThatTheCodeNamesAreThere() async throws {
        let tree = try await SourceTree()
        let name = try Regex(#"\bdocs/[\w./-]+\.md\b"#)
        var missing: Set<String> = []
        let files = tree.written(in: TidyTests.codeFolders, endings: ["swift", "c", "h", "py"]) + ["Package.swift"]
        for path in files {
            for match in try tree.text(path).matches(of: name) {
                let target = String(match.0)
                if !tree.paths.contains(target) { missing.insert("\(path): \(target)") }
            }
        }
        #expect(missing.sorted() == [])
    }

    @Test func theReadmeQuotesItsExamplesWordForWord() async throws {
        let tree = try await SourceTree()
        let readme = try tree.text("README.md")
        // A link to an example, and the first Swift block behind it.
        let quote = try Regex(
            #"\]\((Examples/\w+/main\.swift)\)(?:(?!```)[\s\S])*```swift\n([\s\S]*?)```"#,
            as: (Substring, Substring, Substring).self)
        let quotes = readme.matches(of: quote)
        for match in quotes {
            #expect(try tree.text(String(match.1)) == String(match.2), "\(match.1)")
            // What takes more than a glance is not read: when an example does not fit, the API has to change.
            #expect(match.2.split(separator: "\n").count <= 15, "\(match.1)")
        }
        #expect(
            quotes.count == readme.components(separatedBy: "```swift").count - 1,
            "Swift in the README that no one compiles")
    }

    /// Swift in the articles of the modules is quoted from the programs in `Examples`, line by line.
    @Test func articlesQuoteProgramsThatCompile() async throws {
        let tree = try await SourceTree()
        func lines(_ text: some StringProtocol) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        let examples = try tree.written(in: ["Examples"], endings: ["swift"]).map { lines(try tree.text($0)) }
        let block = try Regex(#"```swift\n([\s\S]*?)```"#, as: (Substring, Substring).self)
        var strangers: [String] = []
        for path in tree.paths where path.contains(".docc/") && path.hasSuffix(".md") {
            for match in try tree.text(path).matches(of: block) {
                let quoted = lines(match.1)
                if !examples.contains(where: { $0.contains(quoted) }) {
                    strangers.append("\(path): \(quoted.first ?? "")")
                }
            }
        }
        #expect(strangers == [])
    }

    @Test func everySettingIsDescribed() async throws {
        let tree = try await SourceTree()
        let page = try tree.text("docs/configuration.md")
        // A key stands behind an opening bracket, whether as a declaration or in the list of those without effect.
        let declaration = try Regex(#"\(\s*"([a-z]+(?:\.[a-z]+)+)""#, as: (Substring, Substring).self)
        var names: Set<Substring> = []
        for path in tree.written(in: ["Sources/Broker/Configuration/Keys"], endings: ["swift"]) {
            let text = try tree.text(path)
            for match in text.matches(of: declaration) { names.insert(Substring(match.1)) }
        }
        #expect(names.count > 80)
        #expect(names.filter { !page.contains("`\($0)`") }.sorted() == [])
    }

    @Test func everyDecisionIsInTheIndex() async throws {
        let tree = try await SourceTree()
        let index = try tree.text("docs/decisions/README.md")
        let records = tree.paths.filter { $0.hasPrefix("docs/decisions/0") }
        let missing = records.filter { !index.contains("(\($0.split(separator: "/").last ?? ""))") }
        #expect(!records.isEmpty)
        #expect(missing == [])
    }
}

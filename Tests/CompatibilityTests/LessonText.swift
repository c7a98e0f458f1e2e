import Foundation
import ServerHarness

/// The commands of one section of a document, and the answers that stand beneath them.
///
/// In a block of `sh` the lines of a command are followed by its answer, in lines that begin with `# `. A block of
/// `python` is one script, and the block of `text` behind it is what the script prints. There are no other blocks, so
/// that none is passed over.
struct LessonText {
    /// Something that a reader types.
    struct Step: Sendable {
        /// How it is run.
        enum Kind: Sendable {
            /// By `bash`.
            case command
            /// By Python.
            case script
        }

        let kind: Kind
        /// The line of the document at which its block begins.
        let line: Int
        /// What is typed.
        let text: String
        /// What the document says of the answer.
        fileprivate(set) var answer: String
    }

    private struct Block {
        let language: String
        let line: Int
        var lines: [String] = []

        var text: String { lines.joined(separator: "\n") }
    }

    /// All that is typed, in order.
    let steps: [Step]

    /// Reads a section of a file of the repository.
    ///
    /// - Parameters:
    ///   - document: The file's path from the root of the repository.
    ///   - section: The heading's whole line.
    init(document: String, section: String) throws {
        let text = try String(contentsOf: Repository.root.appending(path: document), encoding: .utf8)
        try self.init(parsing: text, section: section)
    }

    /// Reads a section of a text.
    ///
    /// - Throws: ``HarnessError`` when there is no such section, when nothing in it can be run, when a command has no
    ///   answer or an answer no command, and when a block is in another language.
    init(parsing text: String, section: String) throws {
        steps = try Self.steps(of: Self.blocks(of: text, section))
        guard !steps.isEmpty else { throw HarnessError("nothing can be run in the section \(section)") }
    }

    // MARK: Blocks

    /// The fenced blocks from a heading to the next one that is not below it.
    private static func blocks(of text: String, _ section: String) throws -> [Block] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        guard let start = lines.firstIndex(of: section) else { throw HarnessError("there is no section \(section)") }
        var blocks: [Block] = []
        var open: Block?
        for (index, line) in lines.enumerated().dropFirst(start + 1) {
            if var block = open {
                block.lines.append(line)
                open = block
                guard line == "```" else { continue }
                block.lines.removeLast()
                blocks.append(block)
                open = nil
            } else if line.hasPrefix("```") {
                open = Block(language: String(line.dropFirst(3)), line: index + 1)
            } else if isHeading(line, upTo: level(of: section)) {
                break
            }
        }
        if let open { throw HarnessError("the block at line \(open.line) has no end") }
        return blocks
    }

    private static func level(of line: String) -> Int {
        line.prefix { $0 == "#" }.count
    }

    private static func isHeading(_ line: String, upTo highest: Int) -> Bool {
        let level = level(of: line)
        return level > 0 && level <= highest && line.dropFirst(level).hasPrefix(" ")
    }

    // MARK: Steps

    private static func steps(of blocks: [Block]) throws -> [Step] {
        var steps: [Step] = []
        var rest = blocks[...]
        while let block = rest.popFirst() {
            switch block.language {
            case "sh":
                steps += try commands(in: block)
            case "python":
                guard let printed = rest.popFirst(), printed.language == "text" else {
                    throw HarnessError("behind the script at line \(block.line) does not stand what it prints")
                }
                steps.append(Step(kind: .script, line: block.line, text: block.text, answer: printed.text))
            default:
                throw HarnessError("nobody runs the block of '\(block.language)' at line \(block.line)")
            }
        }
        return steps
    }

    private static func commands(in block: Block) throws -> [Step] {
        var steps: [Step] = []
        var command: [String] = []
        for line in block.lines {
            if !line.hasPrefix("# ") {
                if !line.isEmpty || !command.isEmpty { command.append(line) }
            } else if !command.isEmpty {
                let text = command.joined(separator: "\n")
                steps.append(Step(kind: .command, line: block.line, text: text, answer: String(line.dropFirst(2))))
                command = []
            } else if let last = steps.indices.last {
                steps[last].answer += "\n\(line.dropFirst(2))"
            } else {
                throw HarnessError("the block at line \(block.line) begins with an answer")
            }
        }
        guard command.isEmpty, !steps.isEmpty else {
            throw HarnessError("a command in the block at line \(block.line) has no answer")
        }
        return steps
    }
}

extension LessonText.Step {
    /// Method, address and media types of a command that makes a request; of any other its name, of a script `python`.
    var request: String {
        guard kind == .command else { return "python" }
        let words = text.split { $0.isWhitespace }.map { $0.trimmingCharacters(in: ["'", "\""]) }
        guard words.first == "curl" else { return words.first ?? "" }
        let method = zip(words, words.dropFirst()).first { $0.0 == "-X" }?.1 ?? "GET"
        let address = words.first { $0.hasPrefix("localhost:") } ?? ""
        return ([method, address] + words.filter { $0.hasPrefix("application/") }).joined(separator: " ")
    }

    /// Whether it is one request, whose answer is one text whatever its lines; other programs print an answer a line.
    var isRequest: Bool {
        kind == .command && text.hasPrefix("curl ")
    }
}

/// Swift source under construction: lines with their indentation.
struct SourceText {
    private var lines: [String] = []
    private var depth = 0

    /// The text, closed by a line break.
    var text: String { lines.joined(separator: "\n") + "\n" }

    /// Adds one line.
    mutating func line(_ line: String = "") {
        lines.append(line.isEmpty ? "" : String(repeating: "    ", count: depth) + line)
    }

    /// Adds `opening {`, what `body` adds, and `}`.
    mutating func block(_ opening: String, _ body: (inout SourceText) -> Void) {
        line(opening + " {")
        depth += 1
        body(&self)
        depth -= 1
        line("}")
    }

    /// Adds `statement`, behind a test if there is one: on one line if that is short enough.
    mutating func statement(_ statement: String, if condition: String?) {
        guard let condition else { return line(statement) }
        let short = "if \(condition) { \(statement) }"
        if short.count + depth * 4 <= 120 {
            line(short)
        } else {
            block("if \(condition)") { $0.line(statement) }
        }
    }

    /// Adds a documentation comment of at most 116 columns.
    mutating func documentation(_ text: String) {
        var current = "///"
        for word in text.split(separator: " ") {
            if current.count + word.count + 1 + depth * 4 > 116 {
                line(current)
                current = "///"
            }
            current += " " + word
        }
        line(current)
    }
}

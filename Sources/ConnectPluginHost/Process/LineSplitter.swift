/// Cuts what a plug-in writes to its standard error into lines, each no longer than a limit.
struct LineSplitter {
    /// The most bytes that a line keeps; what is beyond is left out.
    static let lengthLimit = 8 * 1024

    private var line: [UInt8] = []
    private var isCut = false

    /// Takes bytes.
    ///
    /// - Returns: The lines that ended with them.
    mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(take())
            } else if line.count < Self.lengthLimit {
                line.append(byte)
            } else {
                isCut = true
            }
        }
        return lines
    }

    /// What follows the last line's end, if anything does.
    mutating func finish() -> String? { line.isEmpty ? nil : take() }

    private mutating func take() -> String {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        defer { (line, isCut) = ([], false) }
        return String(decoding: line, as: UTF8.self) + (isCut ? "…" : "")
    }
}

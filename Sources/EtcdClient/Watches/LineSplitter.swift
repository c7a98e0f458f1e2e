/// Cuts what a stream brings into lines, and refuses a line that is too long before it keeps it.
struct LineSplitter: Sendable {
    private let limit: Int
    private var begun: [UInt8] = []
    /// Lines that are whole and not taken yet, the first of them last.
    private var lines: [[UInt8]] = []

    /// - Parameter limit: The longest line, in bytes.
    init(limit: Int) { self.limit = limit }

    /// Takes in the next bytes of the stream.
    ///
    /// - Throws: ``EtcdError`` with code `.tooLarge` when a line, whole or not, is longer than the limit.
    mutating func append(_ bytes: some Collection<UInt8>) throws {
        var rest = bytes[...]
        var found: [[UInt8]] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            try grow(by: rest[..<end])
            if !begun.isEmpty { found.append(begun) }
            begun = []
            rest = rest[rest.index(after: end)...]
        }
        try grow(by: rest)
        lines = found.reversed() + lines
    }

    /// The next whole line without its end; nil when more bytes are needed. Empty lines are left out.
    mutating func next() -> [UInt8]? { lines.popLast() }

    private mutating func grow(by bytes: some Collection<UInt8>) throws {
        guard begun.count + bytes.count <= limit else {
            throw EtcdError(.tooLarge, "a line of a watch on etcd is longer than \(limit) bytes")
        }
        begun += bytes
    }
}

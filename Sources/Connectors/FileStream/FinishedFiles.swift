/// The files that a reader has read to their end lately.
///
/// A line that its writer was late with makes a file newer than its successor, and it would be read once more. The number
/// alone does not tell a file: the next one that is made may get that of one that was deleted. So their beginnings are
/// compared too.
struct FinishedFiles {
    private struct Entry {
        let inode: Int64
        let beginning: [UInt8]
    }

    /// The most files that are remembered; only the last ones have writers.
    private static let limit = 8
    /// How much of a file is compared.
    private static let comparedBytes = 512

    private var entries: [Entry] = []

    /// Remembers a file that was read to its end.
    mutating func add(_ file: InputFile) throws {
        let beginning = try file.beginning(limit: Self.comparedBytes)
        guard !beginning.isEmpty else { return }
        let inode = try file.inode()
        entries.removeAll { $0.inode == inode }
        entries.append(Entry(inode: inode, beginning: beginning))
        if entries.count > Self.limit { entries.removeFirst() }
    }

    /// Whether a file is one of them.
    func contains(_ file: InputFile) throws -> Bool {
        let inode = try file.inode()
        return try entries.contains { entry in
            try entry.inode == inode && file.beginning(limit: entry.beginning.count) == entry.beginning
        }
    }
}

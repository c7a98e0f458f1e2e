import Foundation

/// What the writers of one store said they did, line by line, on a file system that is not cut off.
///
/// One line is one event of one partition:
///
///     begin <partition> <round> <log end offset found>
///     sent <partition> <end of what is handed over from now on>
///     kept <partition> <end of what was acknowledged>
///     cut <partition>, by the test: from here on acknowledgements do not count
///     refused <partition> <what the log said>
///     revived <partition> <offset that was given out after a failure>
///     done <partition>
struct Journal {
    /// What a log has to hold, going by its writers.
    struct Partition {
        /// Which round wrote the records from each offset on.
        var origins: [(start: Int64, round: Int)] = []
        /// Where the acknowledged records end.
        var kept: Int64 = 0
        /// Where the records end that a writer ever handed over.
        var sent: Int64 = 0
        /// Offsets that may be without a record for good: they were given to records that no one acknowledged, and a
        /// cut took those away but not the name of the segment behind them.
        var gaps: [Range<Int64>] = []
        /// Whether the file system is being cut off.
        var isCut = false
        /// Whether a log took records after it had failed.
        var wasRevived = false

        /// The round that wrote the record at `offset`.
        func round(of offset: Int64) -> Int { origins.last { $0.start <= offset }?.round ?? 0 }

        /// Whether the log may lack a record at `offset`.
        func mayLack(_ offset: Int64) -> Bool { offset >= kept || gaps.contains { $0.contains(offset) } }
    }

    private(set) var partitions: [Int32: Partition] = [:]

    /// Reads what all rounds wrote.
    init(path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 2, let partition = Int32(words[1]) else { throw UsageError("journal: \(line)") }
            let numbers = words.dropFirst(2).compactMap { Int64($0) }
            var state = partitions[partition] ?? Partition()
            switch (words[0], numbers.first) {
            case ("begin", let round?):
                state.isCut = false
                state.sent = numbers[1]
                while let last = state.origins.last, last.start >= state.sent { state.origins.removeLast() }
                state.origins.append((state.sent, Int(round)))
                if state.kept < state.sent { state.gaps.append(state.kept..<state.sent) }
            case ("sent", let end?): state.sent = end
            case ("kept", let end?): if !state.isCut { state.kept = max(state.kept, end) }
            case ("cut", _): state.isCut = true
            case ("revived", _): state.wasRevived = true
            case ("refused", _), ("done", _): break
            default: throw UsageError("journal: \(line)")
            }
            partitions[partition] = state
        }
    }

    /// Writes one line to standard output, in one call, so that no two threads' lines mix.
    static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        let written = write(STDOUT_FILENO, bytes, bytes.count)
        precondition(written == bytes.count, "the journal takes no more lines")
    }
}

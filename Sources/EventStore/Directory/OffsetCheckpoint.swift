internal import LogCore
internal import RecordFormat

/// A text file with one offset for each partition of a data directory, in Kafka's format.
///
/// - SeeAlso: docs/format/checkpoints.md
struct OffsetCheckpoint {
    let directory: LogDirectory
    let name: String

    private var path: String { directory.path(of: name) }

    /// Reads the file; a missing one is empty.
    ///
    /// - Throws: ``LogError`` with code `.unsupportedFormat`, naming the line, if it is damaged.
    func read() throws(LogError) -> [TopicPartition: LogOffset] {
        guard let text = try directory.readText(name) else { return [:] }
        let lines = text.split(separator: "\n")
        guard lines.count >= 2, lines[0] == "0", Int(lines[1]) == lines.count - 2 else {
            throw LogError(.unsupportedFormat, "\(path): not a version 0 checkpoint with as many lines as it says")
        }
        var offsets: [TopicPartition: LogOffset] = [:]
        offsets.reserveCapacity(lines.count - 2)
        for line in lines.dropFirst(2) {
            let fields = line.split(separator: " ")
            guard fields.count == 3, let partition = Int32(fields[1]), let offset = Int64(fields[2]), offset >= 0 else {
                throw LogError(.unsupportedFormat, "\(path): '\(line)' is no topic, partition and offset")
            }
            offsets[TopicPartition(String(fields[0]), partition)] = LogOffset(offset)
        }
        return offsets
    }

    /// Whether there is a file.
    func exists() throws(LogError) -> Bool { try directory.exists(name) }

    /// Replaces the file as a whole.
    func write(_ offsets: [TopicPartition: LogOffset]) throws(LogError) {
        var text = "0\n\(offsets.count)\n"
        for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) {
            text += "\(partition.topic) \(partition.partition) \(offset)\n"
        }
        try directory.replaceFile(name, with: text)
    }
}

import RecordFormat

/// How far partitions of one topic have been read: the offset of the last record of each, as the id of an event and the
/// `after` of a query carry it: `0:41` or `0:41,1:-1`.
struct RecordMarks: Sendable, Hashable, CustomStringConvertible {
    /// The last offset that was read, by partition; -1 before the first record.
    private(set) var offsets: [Int32: Int64]

    /// The most partitions in a text.
    private static let maximumPartitions = 100_000

    /// Marks partitions.
    init(_ offsets: [Int32: Int64] = [:]) { self.offsets = offsets }

    /// Reads a text.
    ///
    /// - Throws: ``RESTError`` with status 400.
    init(parsing text: String) throws {
        offsets = [:]
        for pair in text.split(separator: ",", maxSplits: Self.maximumPartitions) {
            let parts = pair.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let partition = Int32(parts[0]), partition >= 0, let offset = Int64(parts[1]),
                (-1..<Int64.max).contains(offset), offsets.updateValue(offset, forKey: partition) == nil
            else {
                throw RESTError.badRequest(
                    "'\(text.prefix(64))' is no position; write partition:offset pairs such as 0:41,1:7")
            }
        }
    }

    /// Whether no partition is marked.
    var isEmpty: Bool { offsets.isEmpty }

    /// Marks a record as read.
    mutating func advance(_ partition: Int32, to offset: LogOffset) { offsets[partition] = offset.rawValue }

    /// Where a partition goes on; `nil` for one that is not marked.
    func next(in partition: Int32) -> LogOffset? { offsets[partition].map { LogOffset($0 + 1) } }

    /// The value as text, the partitions in order.
    var description: String {
        offsets.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",")
    }
}

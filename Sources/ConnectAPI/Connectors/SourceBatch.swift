public import RecordFormat

/// What a source task read in one go.
public enum SourceBatch: Sendable {
    /// Records, each with all that it has.
    case records([SourceRecord])
    /// Lines of text, of which records need not be made one by one.
    case lines(SourceLines)

    /// The number of records.
    public var count: Int {
        switch self {
        case .records(let records): records.count
        case .lines(let lines): lines.count
        }
    }

    /// All as records.
    public var records: [SourceRecord] {
        switch self {
        case .records(let records): records
        case .lines(let lines): lines.records
        }
    }

    /// The record at a place.
    ///
    /// - Precondition: `index` lies within `0..<count`.
    public subscript(index: Int) -> SourceRecord {
        switch self {
        case .records(let records): records[index]
        case .lines(let lines): lines.record(index)
        }
    }
}

/// Records that have all in common but their text and where to go on after each: lines of a file.
///
/// Where no transform wants to see a record, and the converter writes text as it is, the lines go from the file into
/// Kafka's batch without a string, a map or a record being made of each.
public struct SourceLines: Sendable {
    /// Where a line lies in the text.
    public struct Line: Sendable, Hashable {
        /// Where it begins, in bytes from the beginning of the text.
        public var start: Int32
        /// Where it ends, without what ends it.
        public var end: Int32
        /// Where the next one begins.
        public var next: Int32

        /// Creates a place.
        public init(start: Int32, end: Int32, next: Int32) {
            self.start = start
            self.end = end
            self.next = next
        }
    }

    /// What the records have in common; value and offset are none of theirs.
    public let common: SourceRecord
    /// The lines' bytes. What is not UTF-8 is replaced by U+FFFD where a record is made.
    public let text: ByteSlice
    /// Where each line lies.
    public let lines: [Line]
    private let offset: @Sendable (_ line: Line) -> ConnectMap

    /// Describes lines.
    ///
    /// - Parameter offset: Where to go on after a line.
    /// - Precondition: Each line lies within the text, and begins and ends between two characters.
    public init(
        _ common: SourceRecord, text: ByteSlice, lines: [Line], offset: @escaping @Sendable (_ line: Line) -> ConnectMap
    ) {
        self.common = common
        self.text = text
        self.lines = lines
        self.offset = offset
    }

    /// The number of lines.
    public var count: Int { lines.count }

    /// Where to go on after all of them; `nil` where there is none.
    public var lastOffset: ConnectMap? { lines.last.map(offset) }

    /// The bytes of a line.
    public func bytes(of line: Line) -> ByteSlice { text[Int(line.start)..<Int(line.end)] }

    /// The record of a line.
    ///
    /// - Precondition: `index` lies within `0..<count`.
    public func record(_ index: Int) -> SourceRecord {
        let line = lines[index]
        return SourceRecord(common, value: .string(bytes(of: line).string), offset: .line(line, offset))
    }

    /// The lines as records.
    public var records: [SourceRecord] { lines.indices.map(record) }
}

import HTTPService
import RecordFormat

/// What a request for records asks for.
struct RecordsQuery: Sendable, Hashable {
    /// Where to begin in a partition that is not marked.
    enum Start: Sendable, Hashable {
        /// With the oldest record.
        case earliest
        /// With the next record to be written.
        case latest
        /// With the record at an offset.
        case offset(LogOffset)
        /// With the first record of a time.
        case time(Timestamp)
    }

    /// The partition; `nil` for all of them.
    var partition: Int32?
    /// Where to begin; `nil` where the request does not say.
    var start: Start?
    /// Where to go on.
    var marks: RecordMarks
    /// The most records; `nil` where the request does not say.
    var maximumRecords: Int?
    /// The most bytes of keys, values and headers.
    var maximumBytes: Int
    /// How long to wait for a record.
    var wait: Duration
    /// What keys are.
    var keyFormat: RecordData.Kind
    /// What values are.
    var valueFormat: RecordData.Kind

    /// The names that a query may have.
    static let names = [
        "partition", "offset", "timestamp", "after", "max_records", "max_bytes", "wait", "format", "key_format",
    ]

    private static let standardWait = Duration.seconds(1)
    private static let standardBytes = 1 << 20

    /// Reads a query.
    ///
    /// - Parameter lastEventID: What a stream that was cut off says it has seen.
    /// - Throws: ``RESTError`` with status 400 that says what would be right.
    init(
        _ query: [(name: String, value: String)], lastEventID: String? = nil, settings: RecordsSettings
    ) throws {
        func text(_ name: String) throws -> String? {
            let values = query.filter { $0.name == name && !$0.value.isEmpty }
            guard values.count <= 1 else { throw RESTError.badRequest("\(name) is there \(values.count) times") }
            return values.first?.value
        }
        func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
            guard let text = try text(name) else { return nil }
            guard let value = Int(text), range.contains(value) else {
                throw RESTError.badRequest(
                    "\(name) is \(text.prefix(32)); it has to be from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        func format(_ name: String) throws -> RecordData.Kind? {
            guard let text = try text(name) else { return nil }
            if let kind = RecordData.Kind(rawValue: text.uppercased()) { return kind }
            let words = RecordData.Kind.allCases.map { $0.rawValue.lowercased() }.joined(separator: ", ")
            throw RESTError.badRequest("\(name) is \(text.prefix(32)); it has to be one of \(words)")
        }
        partition = try integer("partition", in: 0...Int(Int32.max)).map { Int32($0) }
        marks = try (lastEventID ?? text("after")).map { try RecordMarks(parsing: $0) } ?? RecordMarks()
        start = try Self.start(offset: try text("offset"), time: try text("timestamp"), partition)
        maximumRecords = try integer("max_records", in: 1...settings.maximumRecords)
        maximumBytes =
            try integer("max_bytes", in: 1...settings.maximumBytes) ?? min(Self.standardBytes, settings.maximumBytes)
        let longest = Int(settings.maximumWait.components.seconds) * 1000
        wait =
            try integer("wait", in: 0...max(longest, 0)).map { Duration.milliseconds($0) }
            ?? min(
                Self.standardWait, settings.maximumWait)
        valueFormat = try format("format") ?? .binary
        keyFormat = try format("key_format") ?? valueFormat
    }

    private static func start(offset: String?, time: String?, _ partition: Int32?) throws -> Start? {
        switch (offset, time) {
        case (nil, nil): return nil
        case ("earliest"?, nil): return .earliest
        case ("latest"?, nil): return .latest
        case (let offset?, nil):
            guard let number = Int64(offset), number >= 0 else {
                throw RESTError.badRequest("offset is \(offset.prefix(32)); it has to be earliest, latest or a number")
            }
            guard partition != nil else {
                throw RESTError.badRequest("an offset is one of a partition: name it with partition=, or use after=")
            }
            return .offset(LogOffset(number))
        case (nil, let time?):
            let moment =
                Int64(time).map { Timestamp(milliseconds: $0) }
                ?? InstantText.milliseconds(of: time).map { Timestamp(milliseconds: $0) }
            guard let moment, moment.milliseconds >= 0 else {
                throw RESTError.badRequest(
                    "timestamp is \(time.prefix(32)); it has to be a time of ISO 8601, or milliseconds since 1970")
            }
            return .time(moment)
        default: throw RESTError.badRequest("Only one of 'offset' or 'timestamp' can be used.")
        }
    }
}

internal import RecordFormat

extension BatchValidation {
    /// The most records that a refusal names: a batch can hold a million, and what is said of each of them is longer
    /// than it.
    static let maxRecordFaults = 1_000

    /// What is wrong with a record's time, or `nil`.
    func fault(of time: Timestamp) -> String? {
        // Neither difference overflows: both times count from 1970 on.
        if let limit = rules.oldest, now.milliseconds - time.milliseconds > limit {
            return "timestamp \(time) is too old (message.timestamp.before.max.ms)"
        }
        if let limit = rules.lead, time.milliseconds - now.milliseconds > limit {
            return "timestamp \(time) lies in the future (message.timestamp.after.max.ms)"
        }
        return nil
    }

    /// Makes the refusal of a batch that has been walked and holds records which the topic does not take: names each of
    /// them (KIP-467).
    ///
    /// - Returns: An error with code `.invalidTimestamp` if the time of any is the reason, otherwise `.invalidRecord`.
    func refusal(_ bytes: RawSpan, _ range: Range<Int>, of header: RecordBatchHeader) -> LogError {
        var cursor = RecordCursor(range: range, count: header.recordCount)
        var faults: [LogError.RecordFault] = []
        var code = LogError.Code.invalidRecord
        var count = 0
        var index = 0
        // The walk that brought us here has shown that the records parse as far as the rules have it look into them.
        while let record = try? next(of: &cursor, in: bytes) {
            defer { index += 1 }
            let time = Timestamp(milliseconds: header.baseTimestamp.milliseconds &+ record.timestampDelta)
            let message: String
            if rules.needsKeys, !record.hasKey {
                message = "a record of a compacted topic needs a key"
            } else if rules.timestampType == .createTime, time.milliseconds >= 0, let fault = fault(of: time) {
                code = .invalidTimestamp
                message = fault
            } else {
                continue
            }
            count += 1
            if faults.count < Self.maxRecordFaults { faults.append(.init(index: index, message: message)) }
        }
        let first = faults.first.map { "record \($0.index): \($0.message)" } ?? ""
        var error = LogError(code, "\(count) of \(index) records are refused, the first is \(first)")
        error.records = faults
        return error
    }

    private func next(
        of cursor: inout RecordCursor, in bytes: RawSpan
    ) throws(RecordFormatError) -> (timestampDelta: Int64, hasKey: Bool)? {
        guard rules.needsKeys else { return try cursor.nextDeltas(in: bytes).map { ($0.timestamp, true) } }
        return try cursor.next(in: bytes).map { ($0.timestampDelta, $0.key != nil) }
    }
}

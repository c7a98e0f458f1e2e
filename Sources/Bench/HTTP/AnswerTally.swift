import RecordFormat

/// What answers of a REST Proxy say of records: how many have an offset, and which answers tell of something else.
struct AnswerTally {
    /// What follows `"error_code":` where nothing is wrong; `nil` where it does not belong at all.
    let goodCode: StaticString?

    /// Records that have an offset.
    private(set) var records = 0
    /// What was answered otherwise.
    private(set) var failures = 0
    /// The first of it.
    private(set) var firstFailure = ""

    /// How much is told of what was wrong.
    private static let excerpt = 300

    init(goodCode: StaticString?) { self.goodCode = goodCode }

    /// Counts what a line of an answer says.
    ///
    /// - Parameter status: The answer's.
    mutating func add(_ line: RawSpan, status: Int) {
        var isGood = status == 200
        var position = 0
        // Names in JSON begin with a quotation mark, and what is looked for is nothing but names.
        while let quote = line.firstIndex(of: UInt8(ascii: "\""), from: position) {
            position = quote + 1
            if line.starts(with: "\"offset\":", at: quote) {
                let place = quote + 9
                // A record that was not written has none, or a negative one.
                if place < line.byteCount, line.byte(at: place) &- UInt8(ascii: "0") <= 9 { records += 1 }
            } else if line.starts(with: "\"error_code\":", at: quote) {
                guard let goodCode else {
                    isGood = false
                    continue
                }
                if !line.starts(with: goodCode, at: quote + 13) { isGood = false }
            }
        }
        if !isGood { fail(status, line.text(0..<min(line.byteCount, Self.excerpt))) }
    }

    /// Counts an answer that is none of those that are wanted.
    mutating func fail(_ status: Int, _ text: String) {
        failures += 1
        if failures == 1 { firstFailure = "\(status) \(text)" }
    }

    /// Counts what another tally has counted.
    mutating func add(_ other: AnswerTally) {
        records += other.records
        if failures == 0 { firstFailure = other.firstFailure }
        failures += other.failures
    }

    /// Sees to it that each record has an offset.
    ///
    /// - Throws: ``BenchFailure`` with the first answer that tells of something else.
    func check(_ expected: Int) throws {
        guard failures == 0 else {
            throw BenchFailure(description: "\(failures) answers tell of failures, the first: \(firstFailure)")
        }
        guard records == expected else {
            throw BenchFailure(description: "\(records) of \(expected) records have an offset in the answers")
        }
    }
}

import RecordFormat

/// One piece of what Redis says: a value, or the head of an array, whose elements are pieces of their own.
///
/// - SeeAlso: https://redis.io/docs/latest/develop/reference/protocol-spec/
enum RESPToken: Equatable {
    /// The most bytes of a line: what says how long something is, or why something failed.
    static let longestLine = 64 << 10

    /// A word such as `OK`, and where it lies.
    case simple(Range<Int>)
    /// An error, and where its text lies.
    case failure(Range<Int>)
    /// A number.
    case integer(Int)
    /// Where a string lies; `nil` for none.
    case bulk(Range<Int>?)
    /// How many pieces follow; `nil` for none, as where a wait has ended with nothing.
    case array(Int?)

    /// Reads the piece at `start`.
    ///
    /// - Returns: The piece and where it ends; `nil` until it is whole.
    /// - Throws: ``BenchFailure`` for what is not in the protocol or longer than ``ReceivedBytes/limit``.
    static func next(in bytes: RawSpan, at start: Int) throws -> (token: RESPToken, end: Int)? {
        guard let line = try line(in: bytes, at: start) else { return nil }
        let end = line.upperBound + 2
        switch bytes.byte(at: start) {
        case UInt8(ascii: "+"): return (.simple(line), end)
        case UInt8(ascii: "-"): return (.failure(line), end)
        case UInt8(ascii: ":"): return (.integer(try number(bytes, line)), end)
        case UInt8(ascii: "*"):
            let count = try number(bytes, line)
            // Each piece takes four bytes at least, as in `$0` and `:1` with their ends.
            guard (-1...ReceivedBytes.limit / 4).contains(count) else { throw unknown("an array of \(count)") }
            return (.array(count < 0 ? nil : count), end)
        case UInt8(ascii: "$"):
            let count = try number(bytes, line)
            guard (-1...ReceivedBytes.limit).contains(count) else { throw unknown("a string of \(count) bytes") }
            guard count >= 0 else { return (.bulk(nil), end) }
            guard bytes.byteCount >= end + count + 2 else { return nil }
            guard bytes.isLineEnd(at: end + count) else { throw unknown("a string that is longer than it says") }
            return (.bulk(end..<end + count), end + count + 2)
        case let other: throw unknown("a reply of type \(other)")
        }
    }

    /// Where the rest of the line behind a type lies.
    private static func line(in bytes: RawSpan, at start: Int) throws -> Range<Int>? {
        var position = start + 1
        while position + 1 < bytes.byteCount {
            if bytes.isLineEnd(at: position) { return start + 1..<position }
            position += 1
            guard position - start <= longestLine else { throw unknown("a line of more than \(longestLine) bytes") }
        }
        return nil
    }

    private static func number(_ bytes: RawSpan, _ range: Range<Int>) throws -> Int {
        guard let number = bytes.decimal(range) else {
            throw unknown("\"\(bytes.text(range))\" where a number belongs")
        }
        return number
    }

    private static func unknown(_ what: String) -> BenchFailure {
        BenchFailure(description: "Redis has sent \(what)")
    }
}

import RecordFormat

/// One thing that a NATS server says: a line, with a payload behind it if it brings a message.
///
/// - SeeAlso: https://docs.nats.io/reference/reference-protocols/nats-protocol
enum NATSFrame: Equatable {
    /// The most bytes of a line; INFO is the longest.
    static let longestLine = 64 << 10

    /// What the server tells of itself, and where its text lies.
    case info(Range<Int>)
    /// A message: the subscription that it came for, where a reply goes, and where its payload lies.
    case message(subscription: Int, reply: Range<Int>?, payload: Range<Int>)
    /// One with headers, by which the server tells statuses.
    case status(subscription: Int, reply: Range<Int>?, headers: Range<Int>)
    case ping
    case pong
    case ok
    /// An error, and where its text lies.
    case failure(Range<Int>)

    /// Reads the frame at `start`.
    ///
    /// - Returns: The frame and where it ends; `nil` until it is whole.
    /// - Throws: ``BenchFailure`` for what is not in the protocol or longer than ``ReceivedBytes/limit``.
    static func next(in bytes: RawSpan, at start: Int) throws -> (frame: NATSFrame, end: Int)? {
        var line = Line(start: start)
        guard let kind = try line.nextWord(in: bytes) else { return nil }
        if bytes.starts(with: "MSG ", at: start) { return try message(&line, bytes) }
        if bytes.starts(with: "HMSG ", at: start) { return try messageWithHeaders(&line, bytes) }
        let text = min(kind.upperBound + 1, line.position)
        guard let end = try line.end(in: bytes) else { return nil }
        switch bytes.text(kind) {
        case "PING": return (.ping, end + 2)
        case "PONG": return (.pong, end + 2)
        case "+OK": return (.ok, end + 2)
        case "-ERR": return (.failure(min(text, end)..<end), end + 2)
        case "INFO": return (.info(min(text, end)..<end), end + 2)
        default: throw unknown("\"\(bytes.text(start..<min(end, start + 80)))\"")
        }
    }

    /// A line that is read word by word, so that each byte is looked at once.
    private struct Line {
        let start: Int
        /// Where the next word begins, or the line ends.
        private(set) var position: Int
        private var hasEnded = false

        init(start: Int) {
            self.start = start
            position = start
        }

        /// - Returns: Where the next word lies, empty behind the last; `nil` if its end has not come.
        mutating func nextWord(in bytes: RawSpan) throws -> Range<Int>? {
            guard !hasEnded else { return position..<position }
            let first = position
            while position + 1 < bytes.byteCount {
                switch bytes.byte(at: position) {
                case UInt8(ascii: " "):
                    position += 1
                    return first..<position - 1
                case UInt8(ascii: "\r") where bytes.isLineEnd(at: position):
                    hasEnded = true
                    return first..<position
                default: try step()
                }
            }
            return nil
        }

        /// - Returns: Where the line ends; `nil` if its end has not come.
        mutating func end(in bytes: RawSpan) throws -> Int? {
            while position + 1 < bytes.byteCount {
                if bytes.isLineEnd(at: position) { return position }
                try step()
            }
            return nil
        }

        private mutating func step() throws {
            position += 1
            guard position - start <= NATSFrame.longestLine else {
                throw unknown("a line of more than \(NATSFrame.longestLine) bytes")
            }
        }
    }

    /// `MSG subject subscription [reply] size`.
    private static func message(_ line: inout Line, _ bytes: RawSpan) throws -> (frame: NATSFrame, end: Int)? {
        guard try line.nextWord(in: bytes) != nil, let subscription = try line.nextWord(in: bytes),
            var size = try line.nextWord(in: bytes), let more = try line.nextWord(in: bytes)
        else { return nil }
        let reply = more.isEmpty ? nil : size
        if reply != nil { size = more }
        guard let end = try line.end(in: bytes) else { return nil }
        let number = try decimal(subscription, bytes)
        guard let payload = try payload(try decimal(size, bytes), bytes, end + 2) else { return nil }
        return (.message(subscription: number, reply: reply, payload: payload), payload.upperBound + 2)
    }

    /// `HMSG subject subscription [reply] headers size`, where the size counts the headers too.
    private static func messageWithHeaders(
        _ line: inout Line, _ bytes: RawSpan
    ) throws -> (frame: NATSFrame, end: Int)? {
        guard try line.nextWord(in: bytes) != nil, let subscription = try line.nextWord(in: bytes),
            var headers = try line.nextWord(in: bytes), var size = try line.nextWord(in: bytes),
            let more = try line.nextWord(in: bytes)
        else { return nil }
        let reply = more.isEmpty ? nil : headers
        if reply != nil { (headers, size) = (size, more) }
        guard let end = try line.end(in: bytes) else { return nil }
        let number = try decimal(subscription, bytes)
        let headerCount = try decimal(headers, bytes)
        let count = try decimal(size, bytes)
        guard headerCount <= count else { throw unknown("\(headerCount) bytes of headers in \(count)") }
        guard let whole = try payload(count, bytes, end + 2) else { return nil }
        let found = whole.lowerBound..<whole.lowerBound + headerCount
        return (.status(subscription: number, reply: reply, headers: found), whole.upperBound + 2)
    }

    private static func decimal(_ range: Range<Int>, _ bytes: RawSpan) throws -> Int {
        guard let number = bytes.decimal(range), number >= 0 else {
            throw unknown("\"\(bytes.text(range))\" where a number belongs")
        }
        return number
    }

    private static func payload(_ size: Int, _ bytes: RawSpan, _ start: Int) throws -> Range<Int>? {
        guard size <= ReceivedBytes.limit else { throw unknown("a message of \(size) bytes") }
        guard bytes.byteCount >= start + size + 2 else { return nil }
        guard bytes.isLineEnd(at: start + size) else { throw unknown("a message that is longer than it says") }
        return start..<start + size
    }

    private static func unknown(_ what: String) -> BenchFailure {
        BenchFailure(description: "NATS has sent \(what)")
    }
}

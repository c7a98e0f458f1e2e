import RecordFormat

/// Reads messages of HTTP/1.1 as they come, requests as well as answers: where heads end, which bytes are bodies, and where
/// those end, by their length or in chunks.
///
/// What was read is taken from what has come and is not kept, so a body may have any length; all else has a bound. Interim
/// answers, and bodies that end with their connection, are not known here.
///
/// - SeeAlso: RFC 9112
struct HTTPMessageReader {
    /// What comes next of a message.
    enum Part {
        /// Its first line, and the status in it if it is an answer's.
        case head(line: String, status: Int?)
        /// Bytes of its body, to be used before more are received.
        case body(ByteSlice)
        /// Its end.
        case end
    }

    /// The most bytes of a head, and of the fields behind the last chunk.
    static let headLimit = 64 << 10
    /// The most bytes of the line before a chunk.
    static let chunkLineLimit = 256

    private enum Place {
        case head
        case body(left: Int)
        case chunkLine
        case chunk(left: Int)
        case chunkEnd
        /// What follows the last chunk, of which so many bytes may still come.
        case trailer(room: Int)
    }

    private var place = Place.head

    /// Takes the next part of a message from what has come.
    ///
    /// - Returns: `nil` until more has come.
    /// - Throws: ``BenchFailure`` for what is not in the protocol, or beyond a bound.
    mutating func next(_ input: inout ReceivedBytes) throws -> Part? {
        while true {
            switch place {
            case .head: return try takeHead(&input)
            case .body(left: 0):
                place = .head
                return .end
            case .body(let left):
                guard input.count > 0 else { return nil }
                let bytes = Self.take(min(left, input.count), &input)
                place = .body(left: left - bytes.count)
                return .body(bytes)
            case .chunkLine: guard try takeChunkLine(&input) else { return nil }
            case .chunk(left: 0): place = .chunkEnd
            case .chunk(let left):
                guard input.count > 0 else { return nil }
                let bytes = Self.take(min(left, input.count), &input)
                place = .chunk(left: left - bytes.count)
                return .body(bytes)
            case .chunkEnd:
                guard input.count >= 2 else { return nil }
                guard input.bytes.isLineEnd(at: 0) else { throw Self.unknown("a chunk that is longer than it says") }
                input.drop(2)
                place = .chunkLine
            case .trailer(let room):
                guard let end = try Self.lineEnd(in: input.bytes, from: 0, limit: room) else { return nil }
                input.drop(end + 2)
                place = .trailer(room: room - end - 2)
                guard end == 0 else { continue }
                place = .head
                return .end
            }
        }
    }

    /// The bytes stay where they are until more are received.
    private static func take(_ count: Int, _ input: inout ReceivedBytes) -> ByteSlice {
        defer { input.drop(count) }
        return input.slice(0..<count)
    }

    // MARK: Heads

    private mutating func takeHead(_ input: inout ReceivedBytes) throws -> Part? {
        guard let head = try HTTPHead(in: input.bytes) else { return nil }
        let line = input.bytes.text(head.line)
        input.drop(head.end)
        place = head.isChunked ? .chunkLine : .body(left: head.length)
        return .head(line: line, status: head.status)
    }

    // MARK: Chunks

    /// - Returns: Whether the line was there.
    private mutating func takeChunkLine(_ input: inout ReceivedBytes) throws -> Bool {
        guard let end = try Self.lineEnd(in: input.bytes, from: 0, limit: Self.chunkLineLimit) else { return false }
        let size = try Self.chunkSize(input.bytes, 0..<end)
        input.drop(end + 2)
        place = size == 0 ? .trailer(room: Self.headLimit) : .chunk(left: size)
        return true
    }

    /// The number that stands first in the line before a chunk.
    private static func chunkSize(_ bytes: RawSpan, _ line: Range<Int>) throws -> Int {
        var (size, digits) = (0, 0)
        for position in line {
            let byte = bytes.byte(at: position)
            if byte == UInt8(ascii: ";") || byte == UInt8(ascii: " ") { break }
            // Fifteen digits are always less than 2^63.
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, digits < 15 else {
                throw unknown("\"\(bytes.text(line))\" where the size of a chunk belongs")
            }
            size = size * 16 + digit
            digits += 1
        }
        guard digits > 0 else { throw unknown("a chunk without a size") }
        return size
    }

    /// Where the line ends that begins at `start`; `nil` if its end has not come.
    ///
    /// - Parameter limit: The most bytes of the line with its end.
    static func lineEnd(in bytes: RawSpan, from start: Int, limit: Int) throws -> Int? {
        var position = start
        while position + 1 < bytes.byteCount {
            guard position + 2 - start <= limit else { break }
            if bytes.isLineEnd(at: position) { return position }
            position += 1
        }
        guard bytes.byteCount - start < limit else { throw unknown("a line or a head that does not end") }
        return nil
    }

    static func unknown(_ what: String) -> BenchFailure {
        BenchFailure(description: "over HTTP has come \(what)")
    }
}

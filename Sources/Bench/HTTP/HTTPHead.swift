import RecordFormat

/// The head of a message of HTTP/1.1: what says where its body ends.
struct HTTPHead {
    /// Where the first line lies, without its end.
    let line: Range<Int>
    /// The status; `nil` in a request.
    private(set) var status: Int?
    /// Bytes of the body, where it does not come in chunks.
    private(set) var length = 0
    /// Whether the body comes in chunks.
    private(set) var isChunked = false
    /// Where the body begins.
    private(set) var end = 0
    private var hasLength = false

    /// Reads the head that `bytes` begin with.
    ///
    /// - Returns: `nil` until it is whole.
    /// - Throws: ``BenchFailure`` for what is not in the protocol, for a head that is longer than
    ///   ``HTTPMessageReader/headLimit``, and for an answer without a length.
    init?(in bytes: RawSpan) throws {
        let limit = HTTPMessageReader.headLimit
        guard let first = try HTTPMessageReader.lineEnd(in: bytes, from: 0, limit: limit) else { return nil }
        line = 0..<first
        var position = first + 2
        while true {
            guard let end = try HTTPMessageReader.lineEnd(in: bytes, from: position, limit: limit - position) else {
                return nil
            }
            if end == position { break }
            try take(position..<end, of: bytes)
            position = end + 2
        }
        end = position + 2
        guard !(hasLength && isChunked) else { throw HTTPMessageReader.unknown("a body with two ends") }
        try checkAnswer(bytes)
    }

    private mutating func take(_ field: Range<Int>, of bytes: RawSpan) throws {
        if let value = Self.value(of: "content-length", in: field, of: bytes) {
            guard let number = bytes.decimal(value), number >= 0, !hasLength || number == length else {
                throw HTTPMessageReader.unknown("\"\(bytes.text(value))\" where a length belongs")
            }
            (length, hasLength) = (number, true)
        } else if let value = Self.value(of: "transfer-encoding", in: field, of: bytes) {
            guard bytes.text(value).lowercased() == "chunked" else {
                throw HTTPMessageReader.unknown("a body that is \(bytes.text(value))")
            }
            isChunked = true
        }
    }

    /// Where the value of a field lies, if the field has that name.
    ///
    /// - Parameter name: In small letters.
    private static func value(of name: StaticString, in field: Range<Int>, of bytes: RawSpan) -> Range<Int>? {
        let count = name.utf8CodeUnitCount
        guard field.count > count, bytes.byte(at: field.lowerBound + count) == UInt8(ascii: ":") else { return nil }
        // The bit that capital letters lack; a hyphen has it.
        for index in 0..<count where bytes.byte(at: field.lowerBound + index) | 0x20 != name.utf8Start[index] {
            return nil
        }
        var (start, end) = (field.lowerBound + count + 1, field.upperBound)
        while start < end, bytes.byte(at: start) == UInt8(ascii: " ") { start += 1 }
        while start < end, bytes.byte(at: end - 1) == UInt8(ascii: " ") { end -= 1 }
        return start..<end
    }

    /// A request without a length has no body; of an answer that says nothing of the end.
    private mutating func checkAnswer(_ bytes: RawSpan) throws {
        guard bytes.starts(with: "HTTP/1.", at: 0) else { return }
        // As in `HTTP/1.1 200 OK`.
        guard line.count >= 12, let status = bytes.decimal(9..<12), status >= 200 else {
            throw HTTPMessageReader.unknown("\"\(bytes.text(line))\" where a status belongs")
        }
        let hasBody = status != 204 && status != 304
        guard hasLength || isChunked || !hasBody else { throw HTTPMessageReader.unknown("an answer without a length") }
        self.status = status
    }
}

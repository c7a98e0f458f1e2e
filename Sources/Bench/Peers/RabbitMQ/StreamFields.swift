import RecordFormat

/// Reads the fields of a ``StreamFrame`` one after the other, within its bounds.
struct StreamFields {
    private(set) var position: Int
    private let end: Int

    /// Begins at the first field of a body.
    init(_ body: Range<Int>) {
        position = body.lowerBound
        end = body.upperBound
    }

    /// The next number.
    mutating func next<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: RawSpan, as type: Integer.Type = Integer.self
    ) throws -> Integer {
        let range = try take(MemoryLayout<Integer>.size)
        return bytes.bigEndian(at: range.lowerBound)
    }

    /// The next string.
    mutating func nextString(_ bytes: RawSpan) throws -> String {
        let count = try next(bytes, as: Int16.self)
        return bytes.text(try take(max(0, Int(count))))
    }

    /// Where the next `count` bytes lie.
    ///
    /// - Throws: ``BenchFailure`` if the frame ends before.
    mutating func take(_ count: Int) throws -> Range<Int> {
        guard count >= 0, count <= end - position else {
            throw BenchFailure(description: "RabbitMQ has sent a frame that ends within a field")
        }
        defer { position += count }
        return position..<position + count
    }
}

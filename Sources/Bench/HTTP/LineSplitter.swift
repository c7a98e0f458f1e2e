import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Cuts lines out of text that comes in pieces.
struct LineSplitter {
    /// The most bytes of a line.
    static let limit = 16 << 20

    /// What has come of a line that has not ended.
    private var beginning: [UInt8] = []

    /// Adds a piece.
    ///
    /// - Parameter body: Is given each line that ends in it, without the line feed.
    /// - Throws: What `body` throws, and ``BenchFailure`` for a line of more than ``limit`` bytes.
    mutating func add(_ piece: RawSpan, _ body: (RawSpan) throws -> Void) throws {
        var start = 0
        while let end = piece.firstIndex(of: UInt8(ascii: "\n"), from: start) {
            if beginning.isEmpty {
                try body(piece.extracting(start..<end))
            } else {
                try append(piece.extracting(start..<end))
                try finish(body)
            }
            start = end + 1
        }
        if start < piece.byteCount { try append(piece.extracting(start..<piece.byteCount)) }
    }

    /// Gives `body` what is left: a line without a line feed.
    mutating func finish(_ body: (RawSpan) throws -> Void) throws {
        guard !beginning.isEmpty else { return }
        try body(beginning.span.bytes)
        beginning.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ piece: RawSpan) throws {
        guard beginning.count + piece.byteCount <= Self.limit else {
            throw BenchFailure(description: "a line of more than \(Self.limit) bytes has come")
        }
        piece.withUnsafeBytes { beginning.append(contentsOf: $0) }
    }
}

extension RawSpan {
    /// Where the first `byte` from `position` on lies; `nil` if there is none.
    func firstIndex(of byte: UInt8, from position: Int) -> Int? {
        withUnsafeBytes { bytes -> Int? in
            guard position < bytes.count, let start = bytes.baseAddress,
                let found = memchr(start + position, Int32(byte), bytes.count - position)
            else { return nil }
            return UnsafeRawPointer(found) - start
        }
    }
}

import ConnectAPI
import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Bytes on their way from a file, cut into lines.
///
/// A line ends at `\n`, at `\r\n` or at a `\r` alone, as Java's readers see it. What follows the last end stays until
/// its own end comes.
struct LineBuffer {
    /// About how many bytes are taken at a time: the buffer may hold one line of many megabytes.
    private static let textLimit = 1 << 20

    /// The room; what lies outside of `start..<end` means nothing.
    private var bytes: [UInt8] = []
    /// Where in `bytes` the first line begins that was not taken yet.
    private var start = 0
    /// Where the bytes end that were read.
    private var end = 0
    /// Up to where there is no line end, so that a long line that comes in pieces is searched once.
    private var searched = 0
    /// The first `\r` from here on, or `end` as it was when there was none: most files have none at all, and are not
    /// searched for it line by line.
    private var carriageReturn = 0

    /// The number of bytes that no line taken so far contains.
    var count: Int { end - start }

    /// Forgets everything, and gives the room back.
    mutating func removeAll() { self = LineBuffer() }

    /// Gives back the room that holds nothing.
    mutating func shrink() {
        moveToFront()
        bytes = Array(bytes[..<end])
    }

    /// Reads up to `limit` further bytes by `read`, which returns how many it wrote.
    mutating func append(limit: Int, reading read: (UnsafeMutableRawBufferPointer) throws -> Int) rethrows -> Int {
        // Between reads only the piece of a line is left; moving that costs less than growing.
        moveToFront()
        if bytes.count < end + limit {
            // Twice as much each time, so that a line of many pieces is not copied with each of them.
            let size = max(end + limit, 2 * end)
            bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
        }
        let room = end..<end + limit
        let count = try bytes.withUnsafeMutableBytes { try read(UnsafeMutableRawBufferPointer(rebasing: $0[room])) }
        end += count
        return count
    }

    /// Takes the next complete line.
    ///
    /// - Returns: The text without its end, and the number of bytes with it; `nil` when no line is complete.
    mutating func next() -> (text: String, byteCount: Int)? {
        guard let (lineEnd, next) = nextEnd() else { return nil }
        let text = text(start..<lineEnd)
        let byteCount = next - start
        start = next
        searched = next
        return (text, byteCount)
    }

    /// Takes the complete lines, up to `limit` of them.
    ///
    /// - Returns: Their bytes, where each lies in them, and how many bytes they are; `nil` when no line is complete.
    mutating func takeLines(limit: Int) -> (text: ByteSlice, lines: [SourceLines.Line], byteCount: Int)? {
        let first = start
        var lines: [SourceLines.Line] = []
        // A line and its end are within 32 bits: the reader refuses one that is longer than 64 MB.
        while lines.count < limit, start - first <= Self.textLimit, let (lineEnd, next) = nextEnd() {
            if lines.isEmpty { lines.reserveCapacity(min(limit, count / (next - start) + 1)) }
            lines.append(
                SourceLines.Line(
                    start: Int32(start - first), end: Int32(lineEnd - first), next: Int32(next - first)))
            start = next
            searched = next
        }
        guard !lines.isEmpty else { return nil }
        return (ByteSlice(copying: bytes.span.bytes.extracting(first..<start)), lines, start - first)
    }

    /// Takes what is left, complete or not; `nil` when nothing is.
    mutating func takeRest() -> String? {
        guard count > 0 else { return nil }
        let text = text(start..<end)
        removeAll()
        return text
    }

    private func text(_ range: Range<Int>) -> String {
        bytes.withUnsafeBytes { String(decoding: UnsafeRawBufferPointer(rebasing: $0[range]), as: UTF8.self) }
    }

    private mutating func moveToFront() {
        guard start > 0 else { return }
        let (start, end) = (start, end)
        bytes.withUnsafeMutableBytes { all in
            UnsafeMutableRawBufferPointer(rebasing: all[..<(end - start)])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: all[start..<end]))
        }
        searched = max(searched - start, 0)
        carriageReturn = max(carriageReturn - start, 0)
        self.end -= start
        self.start = 0
    }

    /// Where the next line ends, and where the one after it begins.
    private mutating func nextEnd() -> (end: Int, next: Int)? {
        let from = max(start, searched)
        let found: (end: Int, next: Int)? = bytes.withUnsafeBytes { all in
            let newline = Self.place(of: 0x0A, in: all, from..<end)
            carriageReturn = max(carriageReturn, start)
            if carriageReturn < end, all[carriageReturn] != 0x0D {
                carriageReturn = Self.place(of: 0x0D, in: all, carriageReturn..<end)
            }
            guard carriageReturn < newline else { return newline < end ? (newline, newline + 1) : nil }
            // The last byte so far may be the first half of \r\n.
            guard carriageReturn + 1 < end else { return nil }
            let isPair = all[carriageReturn + 1] == 0x0A
            return (carriageReturn, carriageReturn + (isPair ? 2 : 1))
        }
        if found == nil { searched = carriageReturn }
        return found
    }

    /// The first place of a byte, or the range's end.
    private static func place(of byte: Int32, in all: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
        guard !range.isEmpty, let base = all.baseAddress, let found = memchr(base + range.lowerBound, byte, range.count)
        else { return range.upperBound }
        return base.distance(to: UnsafeRawPointer(found))
    }
}

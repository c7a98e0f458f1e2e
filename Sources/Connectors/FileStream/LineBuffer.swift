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
    private var bytes: [UInt8] = []
    /// Where in `bytes` the first line begins that was not taken yet.
    private var start = 0
    /// Up to where there is no line end, so that a long line that comes in pieces is searched once.
    private var searched = 0

    /// The number of bytes that no line taken so far contains.
    var count: Int { bytes.count - start }

    /// Forgets everything.
    mutating func removeAll() { self = LineBuffer() }

    /// Reads up to `limit` further bytes by `read`, which returns how many it wrote.
    mutating func append(limit: Int, reading read: (UnsafeMutableRawBufferPointer) throws -> Int) rethrows -> Int {
        // Lines that were taken leave room at the front; moving what is left costs less than growing.
        if start > 0, start >= bytes.count / 2 {
            bytes.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        let before = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: limit))
        var count = 0
        defer { bytes.removeLast(limit - count) }
        count = try bytes.withUnsafeMutableBytes { try read(UnsafeMutableRawBufferPointer(rebasing: $0[before...])) }
        return count
    }

    /// Takes the next complete line.
    ///
    /// - Returns: The text without its end, and the number of bytes with it; `nil` when no line is complete.
    mutating func next() -> (text: String, byteCount: Int)? {
        guard let (end, next) = nextEnd() else { return nil }
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        let byteCount = next - start
        start = next
        searched = next
        return (text, byteCount)
    }

    /// Takes what is left, complete or not; `nil` when nothing is.
    mutating func takeRest() -> String? {
        guard count > 0 else { return nil }
        let text = String(decoding: bytes[start...], as: UTF8.self)
        removeAll()
        return text
    }

    /// Where the next line ends, and where the one after it begins.
    private mutating func nextEnd() -> (end: Int, next: Int)? {
        let from = max(start, searched)
        let found: (end: Int, next: Int)? = bytes.withUnsafeBytes { all in
            let rest = UnsafeRawBufferPointer(rebasing: all[from...])
            guard let base = rest.baseAddress else { return nil }
            let newline = memchr(base, 0x0A, rest.count).map { base.distance(to: UnsafeRawPointer($0)) }
            // Only the part before the newline can hold an earlier end.
            let scope = newline ?? rest.count
            guard let carriageReturn = memchr(base, 0x0D, scope).map({ base.distance(to: UnsafeRawPointer($0)) }) else {
                return newline.map { (from + $0, from + $0 + 1) }
            }
            let end = from + carriageReturn
            // The last byte so far may be the first half of \r\n.
            guard end + 1 < all.count else { return nil }
            return (end, all[end + 1] == 0x0A ? end + 2 : end + 1)
        }
        if found == nil {
            let endsInCarriageReturn = bytes.last == 0x0D
            searched = max(start, endsInCarriageReturn ? bytes.count - 1 : bytes.count)
        }
        return found
    }
}

/// Writes what it takes in UTF-8 as Jackson does: no spaces, members in order, nothing escaped that need not be.
public struct JSONWriter: JSONOutput {
    /// The document so far.
    public private(set) var utf8: [UInt8] = []
    /// Whether what comes next is not the first in its array or object.
    private var isFurther = false

    /// Creates one that has nothing.
    ///
    /// - Parameter capacity: The bytes to reserve at first; more are taken as needed.
    public init(capacity: Int = 128) { utf8.reserveCapacity(capacity) }

    /// Forgets the document, and keeps the room that it took.
    public mutating func removeAll() {
        utf8.removeAll(keepingCapacity: true)
        isFurther = false
    }

    /// Takes a whole value.
    public mutating func add(_ value: JSONValue) {
        switch value {
        case .null: addWord("null")
        case .bool(let value): addWord(value ? "true" : "false")
        case .number(let number): addWord(number.text)
        case .string(let text): add(text: text)
        case .array(let elements):
            beginArray()
            for element in elements { add(element) }
            endArray()
        case .object(let object):
            beginObject()
            for member in object.members {
                addName(member.name)
                add(member.value)
            }
            endObject()
        }
    }

    /// Takes text.
    public mutating func add(text: String) {
        separate()
        write(text)
    }

    /// Takes an integer.
    public mutating func add(integer: Int64) { addWord(String(integer)) }

    /// Takes the text of a value, which is written as it is.
    public mutating func add(document: [UInt8]) {
        separate()
        utf8 += document
    }

    /// Begins an array.
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }

    /// Ends the array that began last.
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Begins an object.
    public mutating func beginObject() { begin(UInt8(ascii: "{")) }

    /// Takes the name of the value that follows.
    public mutating func addName(_ name: String) {
        separate()
        write(name)
        utf8.append(UInt8(ascii: ":"))
        isFurther = false
    }

    /// Ends the object that began last.
    public mutating func endObject() { end(UInt8(ascii: "}")) }

    private mutating func separate() {
        if isFurther { utf8.append(UInt8(ascii: ",")) }
        isFurther = true
    }

    private mutating func addWord(_ word: String) {
        separate()
        utf8 += word.utf8
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        utf8.append(bracket)
        isFurther = false
    }

    private mutating func end(_ bracket: UInt8) {
        utf8.append(bracket)
        isFurther = true
    }

    // MARK: Text

    private mutating func write(_ text: String) {
        utf8.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            // What need not be escaped is copied as it is, mostly all of it.
            var start = 0
            while start < bytes.count {
                let end = Self.endOfPlainText(bytes, from: start)
                utf8 += UnsafeBufferPointer(rebasing: bytes[start..<end])
                if end < bytes.count { writeEscaped(bytes[end]) }
                start = end + 1
            }
        }
        utf8.append(UInt8(ascii: "\""))
    }

    /// The place of the first byte from `start` on that needs an escape, or the end.
    private static func endOfPlainText(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start
        let memory = UnsafeRawBufferPointer(bytes)
        while end + 8 <= bytes.count, !needsEscape(memory.loadUnaligned(fromByteOffset: end, as: UInt64.self)) {
            end += 8
        }
        while end < bytes.count, !needsEscape(bytes[end]) { end += 1 }
        return end
    }

    /// Whether one of eight bytes needs an escape: the highest bit of a difference says that its byte was below what was
    /// taken from it, if it was not set before.
    private static func needsEscape(_ bytes: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = bytes ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = bytes ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let controls = (bytes &- ones &* 0x20) & ~bytes
        return (controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & (ones &* 0x80) != 0
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func writeEscaped(_ byte: UInt8) {
        switch byte {
        case 0x08: utf8 += "\\b".utf8
        case 0x09: utf8 += "\\t".utf8
        case 0x0A: utf8 += "\\n".utf8
        case 0x0C: utf8 += "\\f".utf8
        case 0x0D: utf8 += "\\r".utf8
        case 0..<0x20:
            utf8 += "\\u00".utf8
            utf8.append(Self.hexadecimalDigits[Int(byte >> 4)])
            utf8.append(Self.hexadecimalDigits[Int(byte & 15)])
        default: utf8 += [UInt8(ascii: "\\"), byte]
        }
    }

    private static let hexadecimalDigits = Array("0123456789ABCDEF".utf8)
}

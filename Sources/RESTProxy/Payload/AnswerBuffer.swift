import JSON
import RecordFormat

/// The bytes of an answer with records, written part by part where a tree of values would cost more than the records.
struct AnswerBuffer: Sendable {
    /// What has been written.
    private(set) var bytes: [UInt8] = []

    /// Creates one that has nothing.
    init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// Adds punctuation and names, as they are.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Adds a whole number.
    mutating func append(_ value: Int64) {
        var value = value
        if value < 0 {
            // Its magnitude may not fit; the few negative numbers take the long way.
            return bytes.append(contentsOf: String(value).utf8)
        }
        // Digits from the last to the first, behind what there is, then turned around.
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
            value /= 10
        } while value > 0
        bytes[start...].reverse()
    }

    /// Adds a text with its quotes.
    mutating func append(text: String) {
        var writer = JSONWriter(capacity: text.utf8.count + 2)
        writer.add(text: text)
        bytes.append(contentsOf: writer.utf8)
    }

    /// Adds a value.
    mutating func append(json: JSONValue) { bytes.append(contentsOf: json.utf8) }

    /// Adds bytes as they are.
    mutating func append(contentsOf slice: ByteSlice) { slice.withUnsafeBytes { bytes.append(contentsOf: $0) } }

    /// Adds bytes as they are.
    mutating func append(contentsOf array: [UInt8]) { bytes.append(contentsOf: array) }

    /// Adds bytes as a text in base64.
    mutating func append(base64 slice: ByteSlice) {
        bytes.append(UInt8(ascii: "\""))
        Base64.append(slice, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Hands out what has been written, and starts anew.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}

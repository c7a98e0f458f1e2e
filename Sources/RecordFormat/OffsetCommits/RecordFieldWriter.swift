/// Writes the fields of a key or value of an internal topic, front to back.
///
/// - SeeAlso: docs/format/consumer-offsets.md, docs/format/transaction-state.md
package struct RecordFieldWriter {
    /// The longest string, in bytes of UTF-8, that a field can hold.
    package static let longestString = Int(Int16.max)

    private var bytes: [UInt8] = []
    /// Whether lengths are unsigned varints plus one and structures end with tagged fields (KIP-482).
    package let isFlexible: Bool

    /// Starts a key or value with its version.
    package init(version: Int16, isFlexible: Bool = false) {
        self.isFlexible = isFlexible
        integer(version)
    }

    private init(isFlexible: Bool) { self.isFlexible = isFlexible }

    /// Starts the contents of a tagged field, which have no version of their own.
    package static func makeTaggedContents() -> RecordFieldWriter { RecordFieldWriter(isFlexible: true) }

    /// Writes an integer, big-endian.
    package mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        for shift in stride(from: Value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> Value(shift)))
        }
    }

    /// Writes an unsigned varint.
    package mutating func unsignedVarint(_ value: UInt32) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Writes a string, or null.
    ///
    /// - Precondition: it has at most ``longestString`` bytes.
    package mutating func nullableString(_ string: String?) {
        guard let string else {
            if isFlexible { unsignedVarint(0) } else { integer(Int16(-1)) }
            return
        }
        let utf8 = Array(string.utf8)
        // What clients send is checked where it comes in, so a longer one is our own mistake.
        precondition(utf8.count <= Self.longestString, "a string of \(utf8.count) bytes does not fit a record field")
        if isFlexible { unsignedVarint(UInt32(utf8.count) + 1) } else { integer(Int16(utf8.count)) }
        bytes += utf8
    }

    /// Writes a string.
    package mutating func string(_ string: String) { nullableString(string) }

    /// Writes bytes behind their length.
    package mutating func byteString(_ slice: ByteSlice) {
        if isFlexible { unsignedVarint(UInt32(slice.count) + 1) } else { integer(Int32(slice.count)) }
        bytes += slice.array
    }

    /// Writes the number of elements of an array.
    package mutating func count(_ count: Int) {
        if isFlexible { unsignedVarint(UInt32(count) + 1) } else { integer(Int32(count)) }
    }

    /// Writes null in the place of an array.
    package mutating func nullCount() { if isFlexible { unsignedVarint(0) } else { integer(Int32(-1)) } }

    /// Ends a structure of a flexible version with the tagged fields that are set, in the order of their tags.
    package mutating func taggedFields(_ fields: [(tag: UInt32, contents: ByteSlice)] = []) {
        guard isFlexible else { return }
        unsignedVarint(UInt32(fields.count))
        for field in fields {
            unsignedVarint(field.tag)
            unsignedVarint(UInt32(field.contents.count))
            bytes += field.contents.array
        }
    }

    /// The bytes written.
    package consuming func finish() -> ByteSlice { ByteSlice(bytes) }
}

extension String {
    /// Whether a field of a record can hold the string.
    package var fitsRecord: Bool { utf8.count <= RecordFieldWriter.longestString }
}

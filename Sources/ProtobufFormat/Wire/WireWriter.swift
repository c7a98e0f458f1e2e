/// Writes Protobuf's binary form.
package struct WireWriter {
    /// What has been written.
    package private(set) var bytes: [UInt8] = []

    /// Creates one that has nothing.
    package init() {}

    /// A number, seven bits a byte.
    package mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A field number and how its value is written.
    package mutating func tag(_ number: Int, _ type: WireReader.WireType) {
        varint(UInt64(number) << 3 | UInt64(type.rawValue))
    }

    /// Eight bytes, the lowest first.
    package mutating func fixed64(_ value: UInt64) {
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * shift))) }
    }

    /// Four bytes, the lowest first.
    package mutating func fixed32(_ value: UInt32) {
        for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * shift))) }
    }

    /// Bytes behind their length.
    package mutating func lengthDelimited(_ content: some Collection<UInt8>) {
        varint(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    /// Bytes as they are.
    package mutating func raw(_ content: [UInt8]) { bytes += content }
}

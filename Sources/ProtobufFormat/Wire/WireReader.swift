/// Reads Protobuf's binary form from a piece of an array: tags, varints, lengths that the bytes have.
///
/// It takes every byte as hostile: nothing is trapped on and nothing is allocated for a length alone.
package struct WireReader {
    /// How a value is written.
    package enum WireType: UInt8 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case startGroup = 3
        case endGroup = 4
        case fixed32 = 5
    }

    /// What is wrong with the bytes.
    package enum Failure: Error {
        case truncated
        case badVarint
        case badTag
        case badGroup
        case tooDeep

        /// What is said about it.
        package var text: String {
            switch self {
            case .truncated: "the bytes end within a value"
            case .badVarint: "a varint has more than ten bytes"
            case .badTag: "a tag has field number 0 or an unknown wire type"
            case .badGroup: "a group does not end as it began"
            case .tooDeep: "messages nest deeper than \(WireReader.depthLimit) levels"
            }
        }
    }

    /// How deep messages and groups may nest: libprotobuf's and Java's own limit.
    static let depthLimit = 100

    /// All bytes; only those of `range` are looked at.
    package let bytes: [UInt8]
    package private(set) var position: Int
    let end: Int

    /// Reads a piece.
    ///
    /// - Precondition: the range lies in the bytes.
    package init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// Reads all.
    package init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

    /// Whether everything has been read.
    package var isAtEnd: Bool { position >= end }

    /// A number of up to 64 bits.
    package mutating func varint() throws(Failure) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 70 {
            guard position < end else { throw .truncated }
            let byte = bytes[position]
            position += 1
            if shift < 64 { value |= UInt64(byte & 0x7F) << shift }
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .badVarint
    }

    /// A field number and how its value is written.
    package mutating func tag() throws(Failure) -> (number: Int, type: WireType) {
        let tag = try varint()
        guard tag <= UInt64(UInt32.max), let type = WireType(rawValue: UInt8(tag & 7)), tag >> 3 > 0 else {
            throw .badTag
        }
        return (Int(tag >> 3), type)
    }

    /// Eight bytes, the lowest first.
    package mutating func fixed64() throws(Failure) -> UInt64 {
        guard end - position >= 8 else { throw .truncated }
        var value: UInt64 = 0
        for index in 0..<8 { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += 8
        return value
    }

    /// Four bytes, the lowest first.
    package mutating func fixed32() throws(Failure) -> UInt32 {
        guard end - position >= 4 else { throw .truncated }
        var value: UInt32 = 0
        for index in 0..<4 { value |= UInt32(bytes[position + index]) << UInt32(8 * index) }
        position += 4
        return value
    }

    /// The place of a value that its length stands before.
    package mutating func lengthDelimited() throws(Failure) -> Range<Int> {
        let length = try varint()
        guard length <= UInt64(end - position) else { throw .truncated }
        let start = position
        position += Int(length)
        return start..<position
    }

    /// The place of what a group holds, once its start has been read.
    ///
    /// - Parameter depth: How many messages and groups are around it.
    package mutating func group(_ number: Int, depth: Int) throws(Failure) -> Range<Int> {
        let start = position
        var open = [number]
        while true {
            let before = position
            let (number, type) = try tag()
            switch type {
            case .startGroup:
                guard depth + open.count < Self.depthLimit else { throw .tooDeep }
                open.append(number)
            case .endGroup:
                guard open.popLast() == number else { throw .badGroup }
                if open.isEmpty { return start..<before }
            default: try skip(number, type, depth: depth)
            }
        }
    }

    /// Passes over a value whose tag has been read.
    package mutating func skip(_ number: Int, _ type: WireType, depth: Int) throws(Failure) {
        switch type {
        case .varint: _ = try varint()
        case .fixed64: _ = try fixed64()
        case .lengthDelimited: _ = try lengthDelimited()
        case .startGroup:
            guard depth < Self.depthLimit else { throw .tooDeep }
            _ = try group(number, depth: depth + 1)
        case .endGroup: throw .badGroup
        case .fixed32: _ = try fixed32()
        }
    }
}

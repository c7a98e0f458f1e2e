/// The file in which Kafka's standalone worker keeps offsets: a `HashMap<byte[], byte[]>` as Java serialises it.
///
/// Read strictly: what is anything else is refused, since a guess would have connectors go on in the wrong place.
struct JavaOffsetMap {
    /// Why bytes are no such map.
    struct Problem: Error, CustomStringConvertible {
        let position: Int
        let reason: String

        var description: String { "\(reason) at byte \(position)" }
    }

    /// What a serialised stream begins with: the magic number and the version.
    static let magic: [UInt8] = [0xAC, 0xED, 0x00, 0x05]
    /// The most entries, each of which has two arrays of at least five bytes.
    private static let maximumCount = 10_000_000

    /// The class of the map: its name, the number of its version, its flags (writes by a method of its own,
    /// serialisable), its two fields, no annotations and no superclass.
    private static let mapClass: [UInt8] =
        [0x72, 0x00, 0x11] + Array("java.util.HashMap".utf8)
        + [0x05, 0x07, 0xDA, 0xC1, 0xC3, 0x16, 0x60, 0xD1, 0x03, 0x00, 0x02]
        + [0x46, 0x00, 0x0A] + Array("loadFactor".utf8) + [0x49, 0x00, 0x09] + Array("threshold".utf8) + [0x78, 0x70]
    /// The class of an array of bytes.
    private static let arrayClass: [UInt8] =
        [0x72, 0x00, 0x02] + Array("[B".utf8)
        + [0xAC, 0xF3, 0x17, 0xF8, 0x06, 0x08, 0x54, 0xE0, 0x02, 0x00, 0x00, 0x78, 0x70]

    /// Marks in the stream.
    private enum Mark {
        static let null: UInt8 = 0x70
        static let reference: UInt8 = 0x71
        static let object: UInt8 = 0x73
        static let array: UInt8 = 0x75
        static let blockData: UInt8 = 0x77
        static let endOfBlockData: UInt8 = 0x78
    }

    /// Keys and values in the file's order; entries without either are left out, as they mean nothing.
    private(set) var entries: [(key: [UInt8], value: [UInt8])] = []

    private var reader: BigEndianReader
    /// What later parts of the stream refer to by number, from 0x7E0000: the class of the map, the map, the class of
    /// arrays, and each array.
    private var handles: [Handle] = []

    private enum Handle {
        case mapClass, map, arrayClass
        case array([UInt8])
    }

    private static let firstHandle: Int32 = 0x7E_0000

    /// Reads a file.
    init(_ bytes: [UInt8]) throws(Problem) {
        reader = BigEndianReader(bytes, 0..<bytes.count)
        try expect(Self.magic, "no serialised stream")
        try expect([Mark.object], "no object")
        try expect(Self.mapClass, "the object is no java.util.HashMap")
        handles = [.mapClass, .map]
        // The load factor and the threshold.
        guard reader.bytes(8) != nil else { throw problem("the map ends") }
        try expect([Mark.blockData, 8], "the map has no size")
        guard reader.int32() != nil, let count = reader.int32(), count >= 0, count <= Self.maximumCount else {
            throw problem("the map's size is none")
        }
        for _ in 0..<count {
            let key = try array(), value = try array()
            if let key, let value { entries.append((key, value)) }
        }
        try expect([Mark.endOfBlockData], "the map does not end")
        guard reader.isAtEnd else { throw problem("something follows the map") }
    }

    private mutating func array() throws(Problem) -> [UInt8]? {
        switch reader.int8() {
        case Mark.null: return nil
        case Mark.reference:
            guard case .array(let bytes) = try handle() else { throw problem("a reference to what is no array") }
            return bytes
        case Mark.array:
            try arrayClass()
            guard let length = reader.int32(), let bytes = reader.bytes(Int(length)) else {
                throw problem("an array's length goes beyond the file")
            }
            handles.append(.array(bytes))
            return bytes
        default: throw problem("neither an array of bytes nor null")
        }
    }

    private mutating func arrayClass() throws(Problem) {
        // The first array brings its class along, behind the map and its class.
        guard handles.count > 2 else {
            try expect(Self.arrayClass, "the array is not one of bytes")
            handles.append(.arrayClass)
            return
        }
        try expect([Mark.reference], "the array is not one of bytes")
        guard case .arrayClass = try handle() else { throw problem("the array is not one of bytes") }
    }

    private mutating func handle() throws(Problem) -> Handle {
        guard let number = reader.int32(), number >= Self.firstHandle, number - Self.firstHandle < handles.count else {
            throw problem("a reference to what has not come")
        }
        return handles[Int(number - Self.firstHandle)]
    }

    private mutating func expect(_ bytes: [UInt8], _ reason: String) throws(Problem) {
        guard reader.bytes(bytes.count) == bytes else { throw problem(reason) }
    }

    private func problem(_ reason: String) -> Problem { Problem(position: reader.position, reason: reason) }
}

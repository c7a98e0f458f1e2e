/// A message that is small and read by field number: the descriptors, their options, what stands in an option.
struct WireMessage: Sendable {
    /// A value by how it is written.
    enum Value: Sendable {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    /// The fields in the order of the bytes. Groups are left out: no descriptor has any.
    private let fields: [(number: Int, value: Value)]

    /// A message without fields.
    init() { fields = [] }

    /// Reads a message, but not those in it.
    init(_ content: ArraySlice<UInt8>) throws(WireReader.Failure) {
        let bytes = Array(content)
        var reader = WireReader(bytes)
        var fields: [(number: Int, value: Value)] = []
        while !reader.isAtEnd {
            let (number, type) = try reader.tag()
            switch type {
            case .varint: fields.append((number, .number(try reader.varint())))
            case .fixed64: fields.append((number, .number(try reader.fixed64())))
            case .fixed32: fields.append((number, .number(UInt64(try reader.fixed32()))))
            case .lengthDelimited: fields.append((number, .bytes(bytes[try reader.lengthDelimited()])))
            case .startGroup, .endGroup: try reader.skip(number, type, depth: 0)
            }
        }
        self.fields = fields
    }

    /// Whether a field is there.
    func has(_ number: Int) -> Bool { fields.contains { $0.number == number } }

    /// A number; the last counts.
    func number(_ number: Int) -> UInt64? {
        for field in fields.reversed() where field.number == number {
            if case .number(let value) = field.value { return value }
        }
        return nil
    }

    /// A number of 32 bits with its sign.
    func integer(_ number: Int) -> Int? { self.number(number).map { Int(Int32(truncatingIfNeeded: $0)) } }

    /// Yes or no.
    func bool(_ number: Int) -> Bool? { self.number(number).map { $0 != 0 } }

    /// A floating-point number.
    func double(_ number: Int) -> Double? { self.number(number).map(Double.init(bitPattern:)) }

    /// All numbers of a field, packed or not.
    func integers(_ number: Int) throws(WireReader.Failure) -> [Int] {
        var found: [Int] = []
        for field in fields where field.number == number {
            switch field.value {
            case .number(let value): found.append(Int(Int32(truncatingIfNeeded: value)))
            case .bytes(let content):
                var reader = WireReader(Array(content))
                while !reader.isAtEnd { found.append(Int(Int32(truncatingIfNeeded: try reader.varint()))) }
            }
        }
        return found
    }

    /// All byte strings of a field.
    func bytes(_ number: Int) -> [ArraySlice<UInt8>] {
        fields.compactMap { field in
            guard field.number == number, case .bytes(let content) = field.value else { return nil }
            return content
        }
    }

    /// All texts of a field.
    func strings(_ number: Int) -> [String] { bytes(number).map { String(decoding: $0, as: UTF8.self) } }

    /// A text; the last counts.
    func string(_ number: Int) -> String? { bytes(number).last.map { String(decoding: $0, as: UTF8.self) } }

    /// All messages of a field.
    func messages(_ number: Int) throws(WireReader.Failure) -> [WireMessage] {
        var found: [WireMessage] = []
        for content in bytes(number) { found.append(try WireMessage(content)) }
        return found
    }

    /// A message, empty where there is none. Protobuf reads several as one that has been cut, so their bytes are joined.
    func message(_ number: Int) throws(WireReader.Failure) -> WireMessage {
        let pieces = bytes(number)
        if pieces.count == 1 { return try WireMessage(pieces[0]) }
        return try WireMessage(ArraySlice(pieces.joined()))
    }
}

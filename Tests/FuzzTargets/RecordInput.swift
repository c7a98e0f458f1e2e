import RecordFormat

/// Records of an internal topic as one input: each a key and a value behind lengths of two bytes, -1 for no value.
enum RecordInput {
    static func records(in input: ByteSlice) -> [(key: ByteSlice, value: ByteSlice?)] {
        var rest = input
        var records: [(key: ByteSlice, value: ByteSlice?)] = []
        while let key = take(&rest), let key {
            guard let value = take(&rest) else { break }
            records.append((key, value))
        }
        return records
    }

    static func input(_ records: [(key: ByteSlice, value: ByteSlice?)]) -> ByteSlice {
        ByteSlice(records.flatMap { prefixed($0.key) + ($0.value.map(prefixed) ?? [0xFF, 0xFF]) })
    }

    private static func prefixed(_ bytes: ByteSlice) -> [UInt8] {
        [UInt8(bytes.count >> 8 & 0xFF), UInt8(bytes.count & 0xFF)] + bytes.array
    }

    /// What is behind the next length, as far as there is as much; `nil` at the end, `.some(nil)` for no bytes.
    private static func take(_ rest: inout ByteSlice) -> ByteSlice?? {
        guard rest.count >= 2 else { return nil }
        let length = Int(rest[0..<1].array[0]) << 8 | Int(rest[1..<2].array[0])
        guard length != 0xFFFF else {
            rest = rest[2..<rest.count]
            return .some(nil)
        }
        let end = min(2 + length, rest.count)
        defer { rest = rest[end..<rest.count] }
        return .some(rest[2..<end])
    }
}

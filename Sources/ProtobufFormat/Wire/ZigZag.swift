/// Signed numbers as unsigned ones, so that small ones of either sign are short.
enum ZigZag {
    /// The signed number.
    static func decode(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }

    /// The unsigned number.
    static func encode(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }
}

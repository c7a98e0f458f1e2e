/// The hash by which Java's producer spreads keys, so that records with one key meet in one partition whichever client
/// sent them.
///
/// MurmurHash2 in 32 bits with Kafka's seed, reading words little-endian.
package enum Murmur2 {
    private static let seed: UInt32 = 0x9747_b28c
    private static let multiplier: UInt32 = 0x5bd1_e995

    /// The hash of `bytes`.
    package static func hash(_ bytes: RawSpan) -> UInt32 {
        let count = bytes.byteCount
        var hash = seed ^ UInt32(truncatingIfNeeded: count)
        var position = 0
        while count - position >= 4 {
            // Both loads lie below `byteCount`, as their loops see to.
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian
            var mixed = word &* multiplier
            mixed ^= mixed >> 24
            hash = (hash &* multiplier) ^ (mixed &* multiplier)
            position += 4
        }
        var shift: UInt32 = 0
        var tail: UInt32 = 0
        while position < count {
            tail |= unsafe UInt32(bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)) << shift
            shift += 8
            position += 1
        }
        if shift > 0 { hash = (hash ^ tail) &* multiplier }
        hash ^= hash >> 13
        hash = hash &* multiplier
        return hash ^ (hash >> 15)
    }

    /// The partition of a key among `count`.
    ///
    /// - Precondition: `count` is above 0.
    package static func partition(of key: RawSpan, among count: Int) -> Int32 {
        // The sign bit is cleared, as Java's client does to get a positive number.
        Int32(truncatingIfNeeded: Int(hash(key) & 0x7fff_ffff) % count)
    }
}

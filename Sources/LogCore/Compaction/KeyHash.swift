internal import RecordFormat

/// A 128-bit hash of a record's key under a secret of its own: SipHash-2-4 with the long output.
///
/// Compaction takes two keys with one hash for the same key and drops a record for it. Under a secret no producer can
/// make that happen on purpose, and by chance it takes some 2^64 keys.
struct KeyHash: Equatable {
    var low: UInt64
    var high: UInt64

    /// The secret, chosen anew for each compaction.
    struct Secret {
        var low: UInt64
        var high: UInt64

        static func random() -> Secret {
            Secret(low: .random(in: 0...UInt64.max), high: .random(in: 0...UInt64.max))
        }
    }

    /// Hashes `bytes`.
    ///
    /// - Complexity: O(*n*), about a nanosecond for each eight bytes.
    init(of bytes: RawSpan, under secret: Secret) {
        var state = State(secret)
        let count = bytes.byteCount
        let whole = count & ~7
        for position in stride(from: 0, to: whole, by: 8) {
            state.absorb(bytes.bigEndian(at: position, as: UInt64.self).byteSwapped)
        }
        var last = UInt64(truncatingIfNeeded: count) << 56
        for index in whole..<count {
            last |= UInt64(bytes.bigEndian(at: index, as: UInt8.self)) << UInt64((index - whole) * 8)
        }
        state.absorb(last)
        (low, high) = state.finish()
    }

    private struct State {
        var v0: UInt64
        var v1: UInt64
        var v2: UInt64
        var v3: UInt64

        init(_ secret: Secret) {
            v0 = 0x736f_6d65_7073_6575 ^ secret.low
            // The last constant's 0xee tells the long output from the short one.
            v1 = 0x646f_7261_6e64_6f6d ^ secret.high ^ 0xee
            v2 = 0x6c79_6765_6e65_7261 ^ secret.low
            v3 = 0x7465_6462_7974_6573 ^ secret.high
        }

        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        mutating func finish() -> (UInt64, UInt64) {
            v2 ^= 0xee
            for _ in 0..<4 { round() }
            let low = v0 ^ v1 ^ v2 ^ v3
            v1 ^= 0xdd
            for _ in 0..<4 { round() }
            return (low, v0 ^ v1 ^ v2 ^ v3)
        }

        @inline(__always) private mutating func round() {
            v0 = v0 &+ v1
            v2 = v2 &+ v3
            v1 = Self.rotate(v1, 13) ^ v0
            v3 = Self.rotate(v3, 16) ^ v2
            v0 = Self.rotate(v0, 32)
            v2 = v2 &+ v1
            v0 = v0 &+ v3
            v1 = Self.rotate(v1, 17) ^ v2
            v3 = Self.rotate(v3, 21) ^ v0
            v2 = Self.rotate(v2, 32)
        }

        @inline(__always) private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
            value << bits | value >> (64 - bits)
        }
    }
}

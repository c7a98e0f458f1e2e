import RecordFormat
import StorageHarness
import Testing

@testable import LogCore

@Suite struct OffsetMapPropertyTests {
    /// The first lines of the table that the authors of SipHash publish: the key is 00…0f, the input 00, 01, ….
    @Test func hashesAreThoseOfTheReference() {
        let secret = KeyHash.Secret(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)
        let expected: [(Int, [UInt8])] = [
            (0, [0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93]),
            (1, [0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45]),
            (2, [0x81, 0x77, 0x22, 0x8d, 0xa4, 0xa4, 0x5d, 0xc7, 0xfc, 0xa3, 0x8b, 0xde, 0xf6, 0x0a, 0xff, 0xe4]),
            (3, [0x9c, 0x70, 0xb6, 0x0c, 0x52, 0x67, 0xa9, 0x4e, 0x5f, 0x33, 0xb6, 0xb0, 0x29, 0x85, 0xed, 0x51]),
        ]
        for (count, bytes) in expected {
            let hash = KeyHash(of: ByteSlice((0..<count).map(UInt8.init)).bytes, under: secret)
            let ours = [hash.low, hash.high].flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
            }
            #expect(ours == bytes, "\(count) bytes")
        }
    }

    @Test func hashesOfDifferentLengthsDiffer() {
        let secret = KeyHash.Secret.random()
        var seen: Set<[UInt64]> = []
        for count in 0..<100 {
            let hash = KeyHash(of: ByteSlice([UInt8](repeating: 0, count: count)).bytes, under: secret)
            #expect(seen.insert([hash.low, hash.high]).inserted, "\(count) zeros")
        }
    }

    @Test func agreesWithADictionary() throws {
        try Seeds.forEach(1000, "offset map") { generator in
            let budget = Int.random(in: 0...4000, using: &generator)
            let expected = Int.random(in: 0...400, using: &generator)
            let load = Double.random(in: 0.1...1, using: &generator)
            var map = OffsetMap(budget: budget, expected: expected, loadFactor: load)
            try #require(map.capacity >= 1)
            // Room for one key and a free slot is taken whatever the budget.
            try #require(map.capacity * OffsetMap.slotSize <= max(budget, 2 * OffsetMap.slotSize))
            var model: [ByteSlice: Int64] = [:]
            for _ in 0..<Int.random(in: 1...60, using: &generator) {
                let length = Int.random(in: 0...20, using: &generator)
                let key = ByteSlice((0..<length).map { _ in UInt8.random(in: 0...3, using: &generator) })
                let offset = Int64.random(in: 0...1 << 40, using: &generator)
                let fits = model[key] != nil || model.count < map.capacity
                try #require(map.put(key.bytes, LogOffset(offset)) == fits, "a key where \(model.count) are")
                if fits { model[key] = max(model[key] ?? 0, offset) }
                try #require(map.count == model.count)
            }
            for (key, offset) in model { try #require(map.offset(of: key.bytes)?.rawValue == offset) }
            for _ in 0..<20 {
                let key = ByteSlice((0..<6).map { _ in UInt8.random(in: 0...9, using: &generator) })
                try #require(map.offset(of: key.bytes)?.rawValue == model[key])
            }
        }
    }

    @Test func holdsAsManyKeysAsWereExpected() {
        for expected in [1, 2, 9, 10, 11, 100, 1000] {
            let map = OffsetMap(budget: 1 << 20, expected: expected)
            #expect(map.capacity >= expected, "\(expected)")
        }
        #expect(OffsetMap(budget: 24_000, expected: .max).capacity == 900)
    }
}

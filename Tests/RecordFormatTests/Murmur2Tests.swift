import RecordFormat
import Testing

@Suite struct Murmur2Tests {
    /// Values that Java's client gives for these keys, as signed numbers.
    @Test(arguments: [
        ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
        ("abc", 479_470_107),
    ]) func hashIsThatOfJavasClient(key: String, expected: Int) {
        #expect(Int32(bitPattern: Murmur2.hash(ByteSlice(key).bytes)) == Int32(expected))
    }

    @Test func partitionIgnoresTheSign() {
        // -973932308 without its sign bit, among 7.
        #expect(Murmur2.partition(of: ByteSlice("21").bytes, among: 7) == Int32((-973_932_308 & 0x7fff_ffff) % 7))
    }
}

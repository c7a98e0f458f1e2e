import CShims
import RecordFormat
import Testing

@Suite struct CRC32CTests {
    @Test func knownAnswers() {
        // RFC 3720, appendix B.4.
        #expect(CRC32C.checksum(of: ByteSlice([UInt8](repeating: 0, count: 32)).bytes) == 0x8A91_36AA)
        #expect(CRC32C.checksum(of: ByteSlice([UInt8](repeating: 0xFF, count: 32)).bytes) == 0x62A8_AB43)
        #expect(CRC32C.checksum(of: ByteSlice([UInt8](0..<32)).bytes) == 0x46DD_794E)
        #expect(CRC32C.checksum(of: ByteSlice("123456789").bytes) == 0xE306_9283)
    }

    /// Every length around the block sizes of the hardware paths, at every alignment.
    @Test func theHardwarePathsAgreeWithThePortableOne() {
        let seed = UInt64.freshSeed()
        print("seed \(seed)")
        var state = seed
        let bytes = (0..<40_000).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        let lengths =
            Array(0...260) + Array(500...600) + Array(760...840) + [1535, 1536, 1537, 12_287, 12_288, 12_289, 30_000]
        bytes.withUnsafeBytes { all in
            for start in 0..<8 {
                for length in lengths {
                    let part = all.baseAddress! + start
                    let expected = millrace_crc32c_portable(7, part, length)
                    #expect(millrace_crc32c(7, part, length) == expected)
                    #expect(millrace_crc32c_narrow(7, part, length) == expected)
                }
            }
        }
    }
}

import RecordFormat
import Testing

@testable import millrace_bench

struct ReceivedBytesTests {
    private func array(_ input: borrowing ReceivedBytes) -> [UInt8] { input.slice(0..<input.count).array }

    @Test func whatIsTakenGoesAndTheRestStays() throws {
        var input = ReceivedBytes(capacity: 4)
        try input.append([1, 2, 3])
        try input.append([4, 5, 6, 7, 8])
        #expect(array(input) == [1, 2, 3, 4, 5, 6, 7, 8])
        input.drop(3)
        #expect(input.count == 5 && array(input) == [4, 5, 6, 7, 8])
        #expect(input.slice(1..<3).array == [5, 6])
        try input.append([9])
        #expect(array(input) == [4, 5, 6, 7, 8, 9])
        input.drop(6)
        #expect(input.count == 0)
        #expect(input.bytes.byteCount == 0)
    }

    /// Whatever is added and taken in whatever pieces comes out in its order.
    @Test func anyPiecesComeOutInOrder() throws {
        var random = SystemRandomNumberGenerator()
        var input = ReceivedBytes(capacity: 64)
        var (next, expected) = (UInt8(0), UInt8(0))
        for _ in 0..<2000 {
            let piece = (0..<Int.random(in: 0...200, using: &random)).map { _ -> UInt8 in
                defer { next &+= 1 }
                return next
            }
            try input.append(piece)
            for _ in 0..<Int.random(in: 0...input.count, using: &random) {
                try #require(input.bytes.byte(at: 0) == expected)
                expected &+= 1
                input.drop(1)
            }
        }
        for byte in array(input) {
            try #require(byte == expected)
            expected &+= 1
        }
        #expect(expected == next)
    }

    @Test func moreThanTheLimitIsNotKept() throws {
        var input = ReceivedBytes()
        let piece = [UInt8](repeating: 0, count: 10 << 20)
        while input.count < ReceivedBytes.limit { try input.append(piece) }
        // Room that is there already may be filled, which is no more than a piece.
        #expect(throws: BenchFailure.self) { for _ in 0..<20 { try input.append(piece) } }
        #expect(input.count <= 2 * ReceivedBytes.limit)
    }

    @Test func framesOfKafkaAreCutWhereTheyEnd() throws {
        var input = ReceivedBytes()
        try input.append([0, 0, 0])
        #expect(try input.nextKafkaFrame() == nil)
        try input.append([2, 7])
        #expect(try input.nextKafkaFrame() == nil)
        try input.append([8, 0, 0, 0, 0])
        #expect(try input.nextKafkaFrame() == 4..<6)
        input.drop(6)
        #expect(try input.nextKafkaFrame() == 4..<4)
    }

    @Test(arguments: [[0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0x06, 0x40, 0x00, 0x01]] as [[UInt8]])
    func lengthsThatNoFrameHasAreRefused(prefix: [UInt8]) throws {
        var input = ReceivedBytes()
        try input.append(prefix)
        #expect(throws: BenchFailure.self) { _ = try input.nextKafkaFrame() }
    }
}

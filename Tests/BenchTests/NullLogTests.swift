import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing

@testable import millrace_bench

@Suite struct NullLogTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    /// A batch of so many records of 100 bytes.
    private func batch(_ count: Int) throws -> ByteSlice {
        var builder = RecordBatchBuilder()
        let value = ByteSlice([UInt8](repeating: 7, count: 100))
        for _ in 0..<count {
            try builder.append(timestamp: Timestamp(milliseconds: 1), key: nil, value: value.bytes)
        }
        return try builder.finish()
    }

    private func firstOffsets(_ region: NullLog.Region?) throws -> [Int64] {
        guard let bytes = try region?.readBytes() else { return [] }
        var offsets: [Int64] = []
        var position = 0
        while position < bytes.count {
            let header = try RecordBatchHeader(parsing: bytes.bytes, at: position)
            offsets.append(header.baseOffset.rawValue)
            position += header.totalSize
        }
        return offsets
    }

    @Test func batchesGetTheirOffsetsAndAreReadWhole() throws {
        let log = try NullLog(path: directory.path("log"))
        let size = try batch(3).count
        for _ in 0..<4 { _ = try log.stage(try batch(3)) }
        #expect(log.committedEnd == 0 && log.region(from: 0, limit: 1 << 20) == nil)
        try log.commit(.pageCache)
        #expect(try log.stage(try batch(1)) == 12)
        try log.commit(.device)
        #expect(log.committedEnd == 13)
        #expect(try firstOffsets(log.region(from: 0, limit: 1 << 20)) == [0, 3, 6, 9, 12])
        // From the batch that has the offset, as many as fit, and one in any case.
        #expect(try firstOffsets(log.region(from: 4, limit: 2 * size)) == [3, 6])
        #expect(try firstOffsets(log.region(from: 4, limit: 2 * size - 1)) == [3])
        #expect(try firstOffsets(log.region(from: 8, limit: 1)) == [6])
        #expect(try firstOffsets(log.region(from: 12, limit: 1)) == [12])
        #expect(log.region(from: 13, limit: 1 << 20) == nil)
    }

    @Test func whatIsThrownAwayIsNotRead() throws {
        let log = try NullLog(path: directory.path("log"))
        #expect(try log.stage(try batch(3)) == 0)
        try log.commit(.nothing)
        #expect(try log.stage(try batch(3)) == 3)
        #expect(log.committedEnd == 0 && log.region(from: 0, limit: 1 << 20) == nil)
    }
}

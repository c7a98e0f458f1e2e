import LogCore
import RecordFormat
import Testing

/// The drawings in docs/format, byte by byte.
@Suite struct FileFormatTests {
    /// Four batches of known size, the third and fourth indexed, closed cleanly.
    static func directory() throws -> (TestDirectory, batchSize: Int) {
        let directory = try TestDirectory()
        var configuration = LogConfiguration()
        configuration.indexIntervalBytes = 100
        let log = try PartitionLog.open(
            directory.log, configuration: configuration, known: .init(logStartOffset: LogOffset(5)))
        for index in 0..<4 {
            let producer = RecordBatchBuilder.Producer(
                id: ProducerID(258), epoch: ProducerEpoch(3), baseSequence: SequenceNumber(Int32(index * 2)))
            let batch = try Batches.make(["a", "b"], producer: producer, timestamp: 1_000 + Int64(index))
            _ = try log.append(batch, from: .producer(LeaderEpoch(7)), now: PartitionLog.now)
        }
        let size = log.size / 4
        try log.close()
        return (directory, size)
    }

    @Test func theIndexesAreAsDrawn() throws {
        let (directory, size) = try Self.directory()
        #expect(
            try directory.names() == [
                "00000000000000000005.index", "00000000000000000005.log", "00000000000000000005.timeindex",
                "00000000000000000013.snapshot",
                "leader-epoch-checkpoint",
            ])
        #expect(size == 77)
        #expect(try directory.bytes("00000000000000000005.index") == [0, 0, 0, 5, 0, 0, 0, 154])
        #expect(
            try directory.bytes("00000000000000000005.timeindex") == [
                0, 0, 0, 0, 0, 0, 3, 0xEA, 0, 0, 0, 5,  // written with the offset index entry
                0, 0, 0, 0, 0, 0, 3, 0xEB, 0, 0, 0, 7,  // written when the segment was closed
            ])
        #expect(try directory.bytes("leader-epoch-checkpoint") == Array("0\n1\n7 5\n".utf8))
    }

    @Test func theProducerSnapshotIsAsDrawn() throws {
        let (directory, _) = try Self.directory()
        let bytes = try directory.bytes("00000000000000000013.snapshot")
        let entries: [UInt8] = [
            0, 0, 0, 1,  // entry count
            0, 0, 0, 0, 0, 0, 1, 2,  // producer id
            0, 3,  // epoch
            0, 0, 0, 7,  // last sequence
            0, 0, 0, 0, 0, 0, 0, 12,  // last offset
            0, 0, 0, 1,  // offset delta
            0, 0, 0, 0, 0, 0, 3, 0xEB,  // timestamp
            0xFF, 0xFF, 0xFF, 0xFF,  // coordinator epoch
            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,  // open transaction
        ]
        let covered = ByteSlice(entries)
        let checksum = CRC32C.checksum(of: covered.bytes)
        let expected = [0, 1] + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * $0)) } + entries
        #expect(bytes == expected)
    }
}

import Foundation
import RecordFormat

/// A partition's files put together byte by byte from Kafka's documentation, without the code under test.
///
/// Two things in it are Kafka's habit and not Millrace's: an index entry that stands for several batches a follower took
/// in at once, and indexes with the room at their end that a broker which was killed leaves.
enum KafkaLayout {
    /// Two batches of two records each.
    static let values = ["one", "two", "three", "four"]

    static func write(to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let first = batch(offset: 0, timestamp: 1_000, values: Array(values[..<2]))
        let second = batch(offset: 2, timestamp: 2_000, values: Array(values[2...]))
        let third = batch(offset: 4, timestamp: 3_000, values: [])
        precondition(third.count == 61, "an empty batch, as compaction leaves for a producer's sake, is a header")
        let files: [(String, [UInt8])] = [
            ("00000000000000000000.log", first + second + third),
            // Offset 4 is the last of the two batches from the position on.
            ("00000000000000000000.index", big(Int32(4)) + big(Int32(first.count)) + [UInt8](repeating: 0, count: 80)),
            (
                "00000000000000000000.timeindex",
                big(Int64(2_001)) + big(Int32(3)) + [UInt8](repeating: 0, count: 120)
            ),
            ("leader-epoch-checkpoint", Array("0\n1\n3 0\n".utf8)),
            ("partition.metadata", Array("version: 0\ntopic_id: AAAAAAAAAAEAAAAAAAAAAg\n".utf8)),
        ]
        for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    }

    /// A record batch of version 2 by leader epoch 3, without a producer; without records one that keeps an offset.
    private static func batch(offset: Int64, timestamp: Int64, values: [String]) -> [UInt8] {
        var records: [UInt8] = []
        for (index, value) in values.enumerated() {
            let body =
                [0] + zigzag(index) + zigzag(index) + zigzag(-1) + zigzag(value.utf8.count) + Array(value.utf8)
                + zigzag(0)
            records += zigzag(body.count) + body
        }
        let last = max(values.count - 1, 0)
        let covered: [UInt8] =
            big(Int16(0))  // attributes
            + big(Int32(last))  // last offset delta
            + big(timestamp) + big(timestamp + Int64(last))  // first and largest timestamp
            + big(Int64(-1)) + big(Int16(-1)) + big(Int32(-1))  // producer id, epoch, sequence
            + big(Int32(values.count)) + records
        let checksum = CRC32C.checksum(of: ByteSlice(covered).bytes)
        let behindLength = big(Int32(3)) + [2] + big(checksum) + covered  // leader epoch, magic
        return big(offset) + big(Int32(behindLength.count)) + behindLength
    }

    private static func big(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// Small numbers only, whose zigzag form takes one byte.
    private static func zigzag(_ value: Int) -> [UInt8] {
        precondition((-64..<64).contains(value), "\(value) takes more than one byte")
        return [UInt8(truncatingIfNeeded: value << 1 ^ value >> 63)]
    }
}

import RecordFormat
import Testing

@testable import LogCore

/// A snapshot with a right checksum can still say what cannot be: another program may have written it.
@Suite struct ProducerSnapshotTests {
    /// An entry's fields, in the file's order.
    struct Entry {
        var id: Int64 = 7
        var epoch: Int16 = 0
        var lastSequence: Int32 = 4
        var lastOffset: Int64 = 9
        var offsetDelta: Int32 = 4
        var openTransaction: Int64 = -1
    }

    private func snapshot(_ entries: [Entry]) -> ByteSlice {
        var bytes = ByteAccumulator(capacity: 128)
        bytes.append(bigEndian: Int16(1))
        bytes.append(bigEndian: UInt32(0))
        bytes.append(bigEndian: Int32(entries.count))
        for entry in entries {
            bytes.append(bigEndian: entry.id)
            bytes.append(bigEndian: entry.epoch)
            bytes.append(bigEndian: entry.lastSequence)
            bytes.append(bigEndian: entry.lastOffset)
            bytes.append(bigEndian: entry.offsetDelta)
            bytes.append(bigEndian: Int64(1_000))
            bytes.append(bigEndian: Int32(-1))
            bytes.append(bigEndian: entry.openTransaction)
        }
        bytes.withUnsafeMutableBytes { memory in
            let covered = UnsafeRawBufferPointer(rebasing: memory[6...])
            memory.storeBytes(of: CRC32C.checksum(of: covered).bigEndian, toByteOffset: 2, as: UInt32.self)
        }
        return bytes.finish()
    }

    private func decode(_ entries: Entry...) throws(LogError) -> ProducerTable {
        try ProducerSnapshot.decode(snapshot(entries), takenAt: LogOffset(10), path: "memory")
    }

    @Test func whatCanBeIsRead() throws {
        let table = try decode(
            Entry(), Entry(id: 8, lastSequence: -1, lastOffset: -1, offsetDelta: 0, openTransaction: 3),
            Entry(id: 9, lastSequence: -1, lastOffset: 2, offsetDelta: 0, openTransaction: 2))
        #expect(table.producers.count == 3)
        #expect(table.producers[ProducerID(7)]?.batches.last?.firstOffset == LogOffset(5))
        #expect(table.producers[ProducerID(8)]?.standing.openTransactionStart == LogOffset(3))
        table.checkInvariants()
    }

    @Test(arguments: [
        [Entry(id: -1)],
        [Entry(), Entry()],
        [Entry(lastOffset: 10)],
        [Entry(lastOffset: 3)],
        [Entry(lastSequence: -2)],
        [Entry(openTransaction: 10)],
        [Entry(openTransaction: 3), Entry(id: 8, openTransaction: 3)],
    ])
    func whatCannotBeIsNoSnapshot(entries: [Entry]) {
        #expect {
            _ = try ProducerSnapshot.decode(snapshot(entries), takenAt: LogOffset(10), path: "memory")
        } throws: {
            ($0 as? LogError)?.code == .unsupportedFormat
        }
    }
}

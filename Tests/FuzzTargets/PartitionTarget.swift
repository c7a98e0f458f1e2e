import LogCore
import RecordFormat

/// A small partition with one file replaced: three segments, opened anew for each input.
final class PartitionTarget {
    // One thread makes inputs, and runs them.
    nonisolated(unsafe) static let current = PartitionTarget()

    private static let recordsPerBatch: Int64 = 3
    private static let batches: Int64 = 20
    private static let start: Int64 = 1_000
    private static let end = batches * recordsPerBatch
    private let scratch = ScratchDirectory()
    private let files: [String: ByteSlice]

    private init() {
        do {
            let log = try PartitionLog.open(scratch.path, configuration: Self.configuration)
            for batch in 0..<Self.batches {
                let producer = RecordBatchBuilder.Producer(
                    id: ProducerID(batch % 3), epoch: ProducerEpoch(0),
                    baseSequence: SequenceNumber(Int32(batch / 3 * Self.recordsPerBatch)))
                _ = try log.append(
                    Self.batch(batch, producer: producer), from: .producer(LeaderEpoch(Int32(batch / 6))), now: Self.now
                )
            }
            try log.close()
        } catch {
            fatalError("no log to begin with: \(error)")
        }
        files = scratch.files()
    }

    private static let now = Timestamp(milliseconds: start + end)

    private static var configuration: LogConfiguration {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 1_000
        configuration.indexIntervalBytes = 200
        configuration.indexMaxBytes = 4096
        return configuration
    }

    private static func value(_ offset: Int64) -> String { "value of record \(offset)" }

    private static func batch(_ batch: Int64, producer: RecordBatchBuilder.Producer?) throws -> ByteSlice {
        var builder = RecordBatchBuilder(producer: producer)
        for offset in batch * recordsPerBatch..<(batch + 1) * recordsPerBatch {
            // One millisecond a record: a time tells the offset.
            try builder.append(
                timestamp: Timestamp(milliseconds: start + offset), key: nil, value: ByteSlice(value(offset)))
        }
        return try builder.finish()
    }

    /// The files with some ending, as they are when all is well.
    func seeds(_ suffix: String) -> [ByteSlice] {
        files.filter { $0.key.hasSuffix(suffix) }.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Replaces the index of the first segment, of one in the middle or of the last one.
    ///
    /// Two bits of the first byte choose which, and another whether the log counts as synced.
    func runIndex(_ input: ByteSlice, suffix: String) {
        guard let choice = input.array.first else { return }
        let names = files.keys.filter { $0.hasSuffix(suffix) }.sorted()
        let name = names[[0, names.count / 2, names.count - 1][Int(choice & 3) % 3]]
        run(replacing: name, with: input[1..<input.count], recoveryPoint: choice & 4 == 0 ? Self.end : 0)
    }

    /// Replaces the newest producer snapshot, with its version and checksum made right.
    func runSnapshot(_ input: ByteSlice) {
        let bytes = ByteSlice(input.array)
        if bytes.count >= 10 {
            bytes.withUnsafeMutableBytes { bytes in
                bytes.storeBytes(of: Int16(1).bigEndian, toByteOffset: 0, as: Int16.self)
                let checksum = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[6...]))
                bytes.storeBytes(of: checksum.bigEndian, toByteOffset: 2, as: UInt32.self)
            }
        }
        let newest = files.keys.filter { $0.hasSuffix(".snapshot") }.max()
        run(replacing: newest ?? "00000000000000000060.snapshot", with: bytes, recoveryPoint: Self.end)
    }

    /// Replaces the leader epochs, and reads them by themselves as well.
    func runEpochs(_ input: ByteSlice) {
        let text = input.string
        if var history = try? LeaderEpochHistory(checkpointText: text, path: "input") {
            let again = try? LeaderEpochHistory(checkpointText: history.checkpointText, path: "output")
            demand(again == history, "epochs changed on their way")
            for entry in history.entries {
                let found = history.endOffset(of: entry.epoch, logEndOffset: LogOffset(.max))
                demand(found.map { $0.startOffset >= entry.startOffset } ?? false, "an epoch that ends too early")
            }
            _ = history.removePrefix(before: LogOffset(10))
            _ = history.truncate(to: LogOffset(20))
        }
        run(replacing: "leader-epoch-checkpoint", with: input, recoveryPoint: Self.end)
    }

    /// Opens the log with one file replaced: whatever that holds, every record is found where it was put.
    private func run(replacing name: String, with content: ByteSlice, recoveryPoint: Int64) {
        scratch.restore(files)
        scratch.write(content, to: name)
        do {
            let log = try PartitionLog.open(
                scratch.path, configuration: Self.configuration, known: .init(recoveryPoint: LogOffset(recoveryPoint)))
            demand(log.watermarks.logEndOffset.rawValue == Self.end, "the log ends at \(log.watermarks)")
            try check(log)
            _ = try log.append(
                Self.batch(Self.batches, producer: nil), from: .coordinator(LeaderEpoch(9)), now: Self.now)
            try log.flush()
            try log.close()
        } catch {
            fatalError("the other files are right: \(error)")
        }
    }

    private func check(_ log: PartitionLog) throws {
        for offset in 0..<Self.end {
            let slice = try log.read(from: LogOffset(offset), upTo: .logEnd, limit: 1, mustProgress: true).slice
            var sequence = RecordBatchSequence(try slice?.readBytes() ?? .empty)
            let record = try sequence.next()?.records().first { $0.offset.rawValue == offset }
            demand(record?.value?.string == Self.value(offset), "offset \(offset) leads to \(record as Any)")
            let found = try log.offset(for: Timestamp(milliseconds: Self.start + offset), upTo: .logEnd)
            demand(found?.offset.rawValue == offset, "the time of \(offset) leads to \(found as Any)")
        }
    }
}

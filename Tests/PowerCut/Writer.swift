import EventStore
import Foundation
import LogCore
import RecordFormat
import StorageHarness
import Synchronization

/// One round's writing: a thread for each partition appends, and each acknowledgement is told outside.
final class Writer: Sendable {
    /// How many batches a partition may have on their way to the device.
    static let window = 16
    /// How many batches a partition writes at most: the image is small.
    static let batches = 300

    let store: EventStore
    let seed: UInt64
    let round: Int
    /// Whether an acknowledgement waits for the device; the control does without and has to lose records.
    let isFlushing: Bool
    private let acknowledgements: Acknowledgements

    init(directory: String, seed: UInt64, round: Int, isFlushing: Bool) throws {
        self.seed = seed
        self.round = round
        self.isFlushing = isFlushing
        acknowledgements = Acknowledgements()
        store = try EventStore(
            PowerCut.options(directory), observer: WriterObserver(acknowledgements: acknowledgements))
    }

    /// Writes until the process is killed.
    func run() throws -> Never {
        for partition in PowerCut.partitions {
            let stored = try PowerCut.open(partition, in: store)
            Thread { self.write(to: stored) }.start()
        }
        while true { pause() }
    }

    private func write(to stored: StoredLog) {
        let partition = stored.partition.partition
        var random = SeededGenerator(seed: seed &+ UInt64(round) &* 31 &+ UInt64(partition))
        var next = stored.log.watermarks.logEndOffset.rawValue
        Journal.say("begin \(partition) \(round) \(next)")
        do {
            for _ in 0..<Self.batches {
                let count = Int64.random(in: 1...8, using: &random)
                Journal.say("sent \(partition) \(next + count)")
                try append(next..<next + count, to: stored, codec: PowerCut.codecs.randomElement(using: &random))
                next += count
                if isFlushing {
                    store.requestFlush(of: stored)
                    try acknowledgements.wait(for: next, of: stored, window: Self.window)
                } else {
                    Journal.say("kept \(partition) \(next)")
                }
            }
            if isFlushing { try acknowledgements.wait(for: next, of: stored, window: 0) }
            Journal.say("done \(partition)")
        } catch {
            refuseFurther(next, of: stored)
            Journal.say("refused \(partition) \(error)")
        }
    }

    private func append(_ offsets: Range<Int64>, to stored: StoredLog, codec: CompressionCodec?) throws {
        let partition = stored.partition.partition
        let producer = RecordBatchBuilder.Producer(
            id: ProducerID(Int64(partition)), epoch: ProducerEpoch(0),
            baseSequence: SequenceNumber(Int32(offsets.lowerBound)))
        var builder = RecordBatchBuilder(codec: codec ?? .none, producer: producer)
        for offset in offsets {
            let payload = Payload(seed: seed, round: round, partition: partition, offset: offset)
            try builder.append(timestamp: payload.timestamp, key: payload.key, value: payload.value)
        }
        let result = try stored.log.append(
            builder.finish(), from: .producer(LeaderEpoch(Int32(round))), now: PowerCut.now)
        guard result.firstOffset.rawValue == offsets.lowerBound else {
            throw UsageError("offset \(result.firstOffset) for \(offsets)")
        }
    }

    /// A log that has failed takes nothing more: a second try could seem to succeed over pages that are lost.
    private func refuseFurther(_ next: Int64, of stored: StoredLog) {
        for _ in 0..<3 {
            guard (try? append(next..<next + 1, to: stored, codec: nil)) != nil else { continue }
            guard (try? stored.log.flush()) != nil else { continue }
            Journal.say("revived \(stored.partition.partition) \(next)")
        }
    }
}

/// Which appends were acknowledged, told by the commit thread, awaited by the writing ones.
private final class Acknowledgements: Sendable {
    private let condition = NSCondition()

    /// Tells of what is on the device now.
    func note(_ logs: [StoredLog]) {
        for stored in logs where stored.log.failure == nil {
            Journal.say("kept \(stored.partition.partition) \(stored.log.watermarks.recoveryPoint)")
        }
        condition.lock()
        condition.broadcast()
        condition.unlock()
    }

    /// Waits until no more than `window` batches of at most eight records before `end` are unacknowledged.
    ///
    /// - Throws: the log's own failure.
    func wait(for end: Int64, of stored: StoredLog, window: Int) throws {
        condition.lock()
        defer { condition.unlock() }
        while end - stored.log.watermarks.recoveryPoint.rawValue > Int64(window) * 8 {
            if let failure = stored.log.failure { throw failure }
            condition.wait()
        }
    }
}

private struct WriterObserver: StoreObserver {
    let acknowledgements: Acknowledgements

    func storeDidFlush(_ logs: [StoredLog]) { acknowledgements.note(logs) }
    func logDidFail(_ directory: String, error: LogError) { acknowledgements.note([]) }
}

internal import LogCore
internal import RecordFormat

/// What an iterator of a ``Tail`` is: a position in each partition, and the batches read ahead.
///
/// For one task at a time; what other threads see of it is its ``ParkedReader``.
final class TailReader {
    private struct Position {
        let log: StoredLog
        /// `nil` until the tail's start has been looked up.
        var offset: LogOffset?
        let start: TailStart
        /// Whether the last read had to wait for the device, so that the next one likely has to as well.
        var isCold = false
    }

    private let store: EventStore
    private let settings: Tail.Settings
    private let parking = ParkedReader()
    private var positions: [Position]
    /// Read and not handed out yet, the next one last.
    private var ready: [TailBatch] = []
    /// The partition whose turn it is.
    private var turn = 0
    private var failure: LogError?

    init(_ tail: Tail) {
        store = tail.store
        settings = tail.settings
        failure = tail.failure
        positions = tail.sources.map { source in
            if case .offset(let offset) = source.start {
                return Position(log: source.log, offset: offset, start: source.start)
            }
            return Position(log: source.log, offset: nil, start: source.start)
        }
        // Before the first look, so that nothing that comes after it is missed.
        for position in positions { position.log.readers.add(parking) }
    }

    deinit {
        for position in positions { position.log.readers.remove(parking) }
    }

    func next(isolation actor: isolated (any Actor)?) async throws(LogError) -> TailBatch? {
        while true {
            if parking.isCancelled || Task.isCancelled { return nil }
            if let batch = ready.popLast() { return batch }
            if let failure {
                // A sequence that has failed is over.
                self.positions.forEach { $0.log.readers.remove(parking) }
                self.positions = []
                throw failure
            }
            if positions.isEmpty { return nil }
            do throws(LogError) {
                if try await !readAhead(isolation: actor) { await parking.park() }
            } catch {
                failure = error
            }
        }
    }

    /// Reads from the next partition that has something; false if none has.
    private func readAhead(isolation actor: isolated (any Actor)?) async throws(LogError) -> Bool {
        for step in 0..<positions.count {
            let index = (turn + step) % positions.count
            if try await read(index, isolation: actor) {
                turn = (index + 1) % positions.count
                return true
            }
        }
        // Only now, behind all that could be read.
        for position in positions {
            if let failure = position.log.gate.failure { throw Self.ending(position.log, failure) }
        }
        return false
    }

    private static func ending(_ log: StoredLog, _ failure: LogError) -> LogError {
        if failure.code == .closed { return failure }
        return LogError(.readOnly, "\(log.partition) is offline since a sync failed", cause: failure.description)
    }

    private func read(_ index: Int, isolation actor: isolated (any Actor)?) async throws(LogError) -> Bool {
        let log = positions[index].log
        if positions[index].offset == nil {
            let (store, start) = (store, positions[index].start)
            // Looking a timestamp up reads from the file, and the first offset commit replays a log.
            positions[index].offset = try await store.readPool.run { TailStep.locate(start, of: log, in: store) }.get()
        }
        guard let offset = positions[index].offset else { return false }
        let limit = settings.bytesPerRead
        var step = positions[index].isCold ? .cold : TailStep(log, from: offset, limit: limit, mayBlock: false)
        if case .cold = step {
            step = await store.readPool.run { TailStep(log, from: offset, limit: limit, mayBlock: true) }
        }
        switch step {
        case .cold, .nothing:
            positions[index].isCold = false
            return false
        case .batches(let batches, let next, let wasCold):
            positions[index].offset = next
            positions[index].isCold = wasCold
            ready = batches.reversed()
            return true
        case .failed(let error):
            guard error.code == .offsetOutOfRange, case .reset(let edge) = settings.policy else { throw error }
            positions[index].offset = TailStep.offset(of: edge, in: log)
            return true
        }
    }
}

/// One read of a tail from one partition.
enum TailStep: Sendable {
    /// What was read, without control batches, and where to go on.
    case batches([TailBatch], next: LogOffset, wasCold: Bool)
    /// Nothing may be read there yet.
    case nothing
    /// The bytes are not in the page cache, and the caller must not wait for the device.
    case cold
    case failed(LogError)

    /// Reads the batches from `offset` on.
    ///
    /// - Parameters:
    ///   - limit: The bytes to read; one batch is read whole all the same.
    ///   - mayBlock: Whether the calling thread may wait for the device.
    init(_ log: StoredLog, from offset: LogOffset, limit: Int, mayBlock: Bool) {
        do {
            let found = try log.log.read(from: offset, upTo: .highWatermark, limit: limit, mustProgress: true)
            guard let slice = found.slice else {
                self = .nothing
                return
            }
            let isCold = slice.mayWaitForDevice
            guard mayBlock || !isCold else {
                self = .cold
                return
            }
            if isCold { slice.load() }
            var sequence = RecordBatchSequence(try slice.readBytes())
            var batches: [TailBatch] = []
            var next = offset
            while let batch = try sequence.next() {
                // Markers of transactions are for clients that follow transactions.
                if !batch.header.attributes.isControl {
                    batches.append(TailBatch(partition: log.partition, batch: batch, firstOffset: next))
                }
                next = batch.header.nextOffset
            }
            guard next > offset else {
                throw LogError(.corruptBatch, "no batch at offset \(offset) of \(log.partition)")
            }
            self = .batches(batches, next: next, wasCold: isCold)
        } catch let error as LogError {
            self = .failed(error)
        } catch {
            self = .failed(LogError(.corruptBatch, "offset \(offset) of \(log.partition)", cause: "\(error)"))
        }
    }

    /// The offset at an end of what can be read.
    static func offset(of edge: TailEdge, in log: StoredLog) -> LogOffset {
        let marks = log.log.watermarks
        return edge == .start ? marks.logStartOffset : marks.highWatermark
    }

    /// The offset that a tail begins at; may wait for the device.
    static func locate(_ start: TailStart, of log: StoredLog, in store: EventStore) -> Result<LogOffset, LogError> {
        do throws(LogError) {
            switch start {
            case .start: return .success(offset(of: .start, in: log))
            case .end: return .success(offset(of: .end, in: log))
            case .offset(let offset): return .success(offset)
            case .timestamp(let time):
                let found = try log.log.offset(for: time, upTo: .highWatermark)
                return .success(found?.offset ?? offset(of: .end, in: log))
            case .group(let group, let edge):
                let committed = try store.offsets(group: group).committed(log.partition)
                return .success(committed?.offset ?? offset(of: edge, in: log))
            }
        } catch {
            return .failure(error)
        }
    }
}

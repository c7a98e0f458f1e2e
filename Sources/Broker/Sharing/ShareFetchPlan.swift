import Coordination
import KafkaProtocol
import LogCore
import NIOPosix
import RecordFormat

/// The partitions of one share fetch, resolved, and what the member wants of them.
struct ShareFetchPlan: Sendable {
    /// A partition and what it turned out to be.
    struct Entry: Sendable {
        var target: ShareSessions.Target
        /// The queue, or the error that stands for it.
        var shared: Result<SharedPartition, ErrorCode>
    }

    /// What a member is given of one partition.
    struct Outcome: Sendable {
        var error = ErrorCode.none
        var acquired: [AcquiredRange] = []
        /// The batches that hold what was acquired, and may hold more.
        var records = ByteSlice.empty
    }

    /// The most bytes that an answer reads into memory: the records have to be looked through. A member that wants more
    /// asks again.
    private static let maxBytesInMemory = 4 << 20
    /// How often one answer looks again where all that it found was not for members to see.
    private static let maxPasses = 64

    var entries: [Entry]
    var wish: ShareAcquisition
    /// The most bytes of all partitions together.
    var maxBytes: Int
    var minBytes: Int
    var isolation: FetchIsolation

    /// The queues that could be resolved.
    var queues: some Sequence<SharedPartition> { entries.lazy.compactMap { try? $0.shared.get() } }

    /// Looks for records in every partition, in order, without giving any away.
    ///
    /// The first partition that has any gives at least one batch, however large (KIP-74).
    func look() -> (looks: [SharedPartition.Look], bytes: Int, hasError: Bool) {
        let room = min(maxBytes, Self.maxBytesInMemory)
        var bytes = 0
        var hasError = false
        let looks = entries.map { entry -> SharedPartition.Look in
            let look =
                switch entry.shared {
                case .failure(let error): SharedPartition.Look(error: error)
                case .success(let shared):
                    shared.look(upTo: isolation, limit: max(0, room - bytes), mustProgress: bytes == 0)
                }
            bytes += look.byteCount
            hasError = hasError || look.error != .none
            return look
        }
        return (looks, bytes, hasError)
    }

    /// Gives the member what there is: here if that is quick, else on a thread of the pool, so that no loop waits for the
    /// device or goes through what members are not to see.
    ///
    /// - Parameter completion: Called once, with what each partition gave, and whether it was nothing at all.
    func acquire(
        _ found: [SharedPartition.Look], on pool: NIOThreadPool,
        completion: @escaping @Sendable ([Outcome], _ isEmpty: Bool) -> Void
    ) {
        let slices = found.compactMap { $0.read?.slice }
        let mayWait = slices.contains(where: \.mayWaitForDevice)
        if !mayWait, let (outcomes, isEmpty) = acquireOnce(found) { return completion(outcomes, isEmpty) }
        pool.submit { _ in
            for slice in slices where slice.mayWaitForDevice { slice.load() }
            let (outcomes, isEmpty) = acquire(mayWait ? found : look().looks)
            completion(outcomes, isEmpty)
        }
    }

    private func acquire(_ found: [SharedPartition.Look]) -> (outcomes: [Outcome], isEmpty: Bool) {
        var looks = found
        for _ in 0..<Self.maxPasses {
            if let given = acquireOnce(looks) { return given }
            looks = look().looks
        }
        return (looks.map { Outcome(error: $0.error) }, looks.allSatisfy { $0.error == .none })
    }

    /// Gives the member what these looks have found; `nil` where it pays to look again: markers and aborted records have
    /// been passed over, or another member was faster.
    private func acquireOnce(_ looks: [SharedPartition.Look]) -> (outcomes: [Outcome], isEmpty: Bool)? {
        var wish = wish
        var outcomes: [Outcome] = []
        for (entry, look) in zip(entries, looks) {
            let outcome = acquire(entry, look, wish)
            wish.maxRecords -= Int(outcome.acquired.reduce(0) { $0 + $1.count })
            outcomes.append(outcome)
        }
        let isEmpty = outcomes.allSatisfy { $0.acquired.isEmpty && $0.error == .none }
        return !isEmpty || looks.allSatisfy { $0.byteCount == 0 } ? (outcomes, isEmpty) : nil
    }

    private func acquire(_ entry: Entry, _ look: SharedPartition.Look, _ wish: ShareAcquisition) -> Outcome {
        guard case .success(let shared) = entry.shared, let read = look.read, let slice = read.slice,
            wish.maxRecords > 0
        else { return Outcome(error: look.error) }
        do {
            let bytes = try slice.readBytes()
            let (batches, ends) = try Self.batches(in: bytes, aborted: read.abortedTransactions)
            let acquired = shared.acquire(wish, from: look.offset, batches)
            guard let first = acquired.first, let last = acquired.last else { return Outcome() }
            // Only what the member has been given, as far as batches go.
            let lower = batches.firstIndex { $0.next > first.first } ?? 0
            let upper = batches.firstIndex { $0.next >= last.next } ?? batches.count - 1
            let start = lower == 0 ? 0 : ends[lower - 1]
            return Outcome(acquired: acquired, records: bytes[start..<ends[upper]])
        } catch let error as LogError {
            return Outcome(error: ErrorCode(error))
        } catch {
            return Outcome(error: .corruptMessage)
        }
    }

    /// The whole batches of a stretch, and where each ends in it.
    private static func batches(
        in bytes: ByteSlice, aborted: [AbortedTransaction]
    ) throws(RecordFormatError) -> (batches: [ShareableBatch], ends: [Int]) {
        var batches: [ShareableBatch] = []
        var ends: [Int] = []
        var position = 0
        while bytes.count - position >= RecordBatchHeader.size {
            let header = try RecordBatchHeader(parsing: bytes.bytes, at: position)
            guard header.totalSize <= bytes.count - position else { break }
            position += header.totalSize
            let isAborted =
                header.attributes.isTransactional
                && aborted.contains {
                    $0.producerID == header.producerID && $0.firstOffset <= header.baseOffset
                        && header.baseOffset <= $0.lastOffset
                }
            batches.append(
                ShareableBatch(
                    first: header.baseOffset, next: header.nextOffset,
                    isVisible: !header.attributes.isControl && !isAborted))
            ends.append(position)
        }
        return (batches, ends)
    }
}

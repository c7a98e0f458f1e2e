import KafkaProtocol
import LogCore
import RecordFormat

/// One partition that a fetch asks for.
struct FetchTarget: Sendable {
    /// What the request names: by name up to version 12, by identity from 13 on.
    var topic: String
    var topicID: TopicID
    var request: FetchRequest.FetchPartition
}

/// The partitions of one fetch, resolved, and how they are read.
struct FetchPlan: Sendable {
    /// A target and what it turned out to be.
    struct Entry: Sendable {
        var target: FetchTarget
        /// The partition, or the error that stands for it.
        var partition: Result<Partition, ErrorCode>
    }

    /// What reading one partition gave.
    struct Outcome: Sendable {
        var error: ErrorCode = .none
        var watermarks: LogWatermarks?
        var slice: LogSlice?
        /// What a reader of committed records has to skip in it.
        var abortedTransactions: [AbortedTransaction] = []
    }

    var entries: [Entry]
    /// The most bytes of all partitions together.
    var maxBytes: Int
    /// How far the reader may see.
    var isolation: FetchIsolation

    /// Looks for bytes in every partition, in order, without reading them.
    ///
    /// The first partition that has any gives at least one batch, however large, so that a reader always gets on
    /// (KIP-74).
    func look() -> (outcomes: [Outcome], bytes: Int, hasError: Bool) {
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(entries.count)
        var bytes = 0
        var hasError = false
        for entry in entries {
            let outcome = look(entry, room: maxBytes - bytes, mustProgress: bytes == 0)
            bytes += outcome.slice?.byteCount ?? 0
            hasError = hasError || outcome.error != .none
            outcomes.append(outcome)
        }
        return (outcomes, bytes, hasError)
    }

    private func look(_ entry: Entry, room: Int, mustProgress: Bool) -> Outcome {
        let request = entry.target.request
        switch entry.partition {
        case .failure(let failure): return Outcome(error: failure)
        case .success(let partition):
            if let gone = partition.retirement {
                let isByID = entry.target.topicID != .zero
                return Outcome(error: gone == .unknownTopicOrPartition && isByID ? .unknownTopicID : gone)
            }
            if let error = partition.epochFault(request.currentLeaderEpoch) { return Outcome(error: error) }
            do throws(LogError) {
                let limit = max(0, min(room, Int(request.partitionMaxBytes)))
                let found = try partition.log.read(
                    from: LogOffset(request.fetchOffset), upTo: isolation, limit: limit, mustProgress: mustProgress)
                return Outcome(
                    watermarks: found.watermarks, slice: found.slice, abortedTransactions: found.abortedTransactions)
            } catch {
                return Outcome(error: ErrorCode(error), watermarks: partition.log.watermarks)
            }
        }
    }
}

extension Partition {
    /// What is wrong with the leader epoch that a client believes in (KIP-320); -1 is no belief.
    func epochFault(_ epoch: Int32) -> ErrorCode? {
        guard epoch >= 0 else { return nil }
        if epoch < leaderEpoch.rawValue { return .fencedLeaderEpoch }
        if epoch > leaderEpoch.rawValue { return .unknownLeaderEpoch }
        return nil
    }
}

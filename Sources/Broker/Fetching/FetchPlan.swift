import KafkaProtocol
import LogCore
import RecordFormat
import Replication

/// One partition that a fetch asks for.
struct FetchTarget: Sendable {
    /// What the request names: by name up to version 12, by identity from 13 on.
    var topic: String
    var topicID: TopicID
    /// In a session that names topics by identity: the topic's name when it was first there.
    var resolvedName: String?
    var request: FetchRequest.FetchPartition
}

/// The partitions of one fetch, resolved, and how they are read.
struct FetchPlan: Sendable {
    /// A target and what it turned out to be.
    struct Entry: Sendable {
        var target: FetchTarget
        /// The partition, or the error that stands for it.
        var partition: Result<Partition, ErrorCode>

        /// Whether an error that stands here is worth an answer before the wait is over.
        ///
        /// Of a topic that is not there it does not, as in Kafka: a client goes on asking for a topic that is gone until
        /// its metadata are fresh, and would do so without a pause.
        func endsWait(_ error: ErrorCode) -> Bool {
            guard error != .none else { return false }
            guard case .failure(let known) = partition else { return true }
            return known == .inconsistentTopicID || known == .notLeaderOrFollower
        }
    }

    /// What reading one partition gave.
    struct Outcome: Sendable {
        var error: ErrorCode = .none
        var watermarks: LogWatermarks?
        var slice: LogSlice?
        /// What a reader of committed records has to skip in it.
        var abortedTransactions: [AbortedTransaction] = []
        /// Where the reader's log parted from this one (KIP-595).
        var divergence: LeaderEpochHistory.Entry?
    }

    var entries: [Entry]
    /// The most bytes of all partitions together.
    var maxBytes: Int
    /// How far the reader may see.
    var isolation: FetchIsolation
    /// The broker that asks, if one does, to copy the partitions.
    var follower: Follower?

    /// A broker that follows, in one incarnation.
    struct Follower: Sendable {
        var id: BrokerID
        var epoch: BrokerEpoch
    }

    /// The partitions that could be resolved.
    var partitions: some Sequence<Partition> { entries.lazy.compactMap { try? $0.partition.get() } }

    /// Whether there is a log to wait for.
    var canWait: Bool { partitions.contains { _ in true } }

    /// Looks for bytes in every partition, in order, without reading them.
    ///
    /// The first partition that has any gives at least one batch, however large, so that a reader always gets on
    /// (KIP-74).
    ///
    /// - Returns: What was found, its bytes, and whether the answer is due however few they are.
    func look() -> (outcomes: [Outcome], bytes: Int, isUrgent: Bool) {
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(entries.count)
        var bytes = 0
        var isUrgent = false
        for entry in entries {
            let outcome = look(entry, room: maxBytes - bytes, mustProgress: bytes == 0)
            bytes += outcome.slice?.byteCount ?? 0
            isUrgent = isUrgent || entry.endsWait(outcome.error) || outcome.divergence != nil
            outcomes.append(outcome)
        }
        return (outcomes, bytes, isUrgent)
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
            let limit = max(0, min(room, Int(request.partitionMaxBytes)))
            if let follower { return serve(follower, partition, request, limit: limit, mustProgress) }
            if let error = partition.epochFault(request.currentLeaderEpoch) { return Outcome(error: error) }
            return read(partition, request, limit: limit, mustProgress)
        }
    }

    /// Answers a follower, whose fetch says what it has; it sees what is not replicated yet.
    private func serve(
        _ follower: Follower, _ partition: Partition, _ request: FetchRequest.FetchPartition, limit: Int,
        _ mustProgress: Bool
    ) -> Outcome {
        guard case .replicated(let replica) = partition.role else {
            if let error = partition.epochFault(request.currentLeaderEpoch) { return Outcome(error: error) }
            // No partition has a replica elsewhere. A follower that is sure of the epoch is told to try again.
            return Outcome(error: request.currentLeaderEpoch >= 0 ? .unknownLeaderEpoch : .notLeaderOrFollower)
        }
        let fetch = ReplicaFetch(
            follower: follower.id, brokerEpoch: follower.epoch, leaderEpoch: LeaderEpoch(request.currentLeaderEpoch),
            offset: LogOffset(request.fetchOffset), lastEpoch: LeaderEpoch(request.lastFetchedEpoch))
        switch replica.serve(fetch, of: partition) {
        case .serve: return read(partition, request, upTo: .logEnd, limit: limit, mustProgress)
        case .diverging(let end): return Outcome(watermarks: partition.log.watermarks, divergence: end)
        // With the marks: who has less than the leader begins anew where that begins.
        case .outOfRange: return Outcome(error: .offsetOutOfRange, watermarks: partition.log.watermarks)
        case .refused(let refusal): return Outcome(error: ErrorCode(refusal))
        }
    }

    private func read(
        _ partition: Partition, _ request: FetchRequest.FetchPartition, limit: Int, _ mustProgress: Bool
    ) -> Outcome {
        if request.lastFetchedEpoch >= 0 {
            let marks = partition.log.watermarks
            guard let end = partition.end(of: LeaderEpoch(request.lastFetchedEpoch)),
                request.fetchOffset >= marks.logStartOffset.rawValue
            else { return Outcome(error: .offsetOutOfRange) }
            if end.epoch.rawValue < request.lastFetchedEpoch || end.startOffset.rawValue < request.fetchOffset {
                return Outcome(watermarks: marks, divergence: end)
            }
        }
        return read(partition, request, upTo: isolation, limit: limit, mustProgress)
    }

    private func read(
        _ partition: Partition, _ request: FetchRequest.FetchPartition, upTo isolation: FetchIsolation, limit: Int,
        _ mustProgress: Bool
    ) -> Outcome {
        do throws(LogError) {
            let found = try partition.log.read(
                from: LogOffset(request.fetchOffset), upTo: isolation, limit: limit, mustProgress: mustProgress)
            return Outcome(
                watermarks: found.watermarks, slice: found.slice, abortedTransactions: found.abortedTransactions)
        } catch {
            return Outcome(error: ErrorCode(error))
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

    /// The newest epoch not above `epoch`, and where it ended; `nil` if `epoch` is newer than this leader's, or none.
    ///
    /// The log knows an epoch by its first record; that of the leader began with its leadership.
    func end(of epoch: LeaderEpoch) -> LeaderEpochHistory.Entry? {
        var history = log.leaderEpochs
        let logEndOffset = log.watermarks.logEndOffset
        _ = history.assign(leaderEpoch, startOffset: logEndOffset)
        return history.endOffset(of: epoch, logEndOffset: logEndOffset)
    }
}

extension ErrorCode {
    /// What a follower is told that is refused.
    fileprivate init(_ refusal: FetchAnswer.Refusal) {
        self =
            switch refusal {
            case .notLeader, .unknownReplica: .notLeaderOrFollower
            case .fencedLeaderEpoch: .fencedLeaderEpoch
            case .unknownLeaderEpoch: .unknownLeaderEpoch
            case .staleBrokerEpoch: .staleBrokerEpoch
            }
    }
}

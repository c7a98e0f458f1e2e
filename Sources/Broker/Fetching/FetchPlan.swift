import KafkaProtocol
import LogCore
import RecordFormat
import Replication

/// The partitions that one fetch looks at, resolved, and how they are read.
struct FetchPlan: Sendable {
    /// A target and what it turned out to be.
    struct Entry: Sendable {
        var target: FetchTarget
        /// The partition, or the error that stands for it.
        var partition: Result<Partition, ErrorCode>
        /// Its place among those of the request, or of the session.
        var slot = 0

        /// Whether what was found is worth an answer before the wait is over, however few bytes it has.
        ///
        /// The error of a topic that is not there is not, as in Kafka: a client goes on asking for a topic that is gone
        /// until its metadata are fresh, and would do so without a pause.
        func endsWait(_ found: Outcome) -> Bool {
            guard found.error != .none else { return found.divergence != nil || found.preferredReplica != nil }
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
        /// The replica that the reader is to go on with instead (KIP-392).
        var preferredReplica: BrokerID?
    }

    var entries: [Entry]
    /// The most bytes of all partitions together.
    var maxBytes: Int
    /// How far the reader may see.
    var isolation: FetchIsolation
    /// Whether followers answer too (KIP-392).
    var mayReadFollowers = false
    /// The nodes nearer to the reader than this one, one of which it is to read from where it can (KIP-392).
    var nearerNodes: Set<BrokerID> = []
    /// The broker that asks, if one does, to copy the partitions.
    var follower: Follower?

    /// A broker that follows, in one incarnation.
    struct Follower: Sendable {
        var id: BrokerID
        var epoch: BrokerEpoch
        /// What bounds the bytes of throttled partitions.
        var throttle: ReplicationThrottle
    }

    /// The partitions that could be resolved.
    var partitions: some Sequence<Partition> { entries.lazy.compactMap { try? $0.partition.get() } }

    /// The bytes found in partitions whose followers are throttled.
    func throttledBytes(in outcomes: [Outcome]) -> Int {
        zip(entries, outcomes).reduce(0) { sum, found in
            guard let slice = found.1.slice, case .success(let partition) = found.0.partition,
                partition.isThrottled(.leader)
            else { return sum }
            return sum + slice.byteCount
        }
    }

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
            isUrgent = isUrgent || entry.endsWait(outcome)
            outcomes.append(outcome)
        }
        return (outcomes, bytes, isUrgent)
    }

    /// Looks for bytes in a partition as if it were the only one.
    ///
    /// - Returns: The bytes found, and whether the answer is due however few they are.
    func look(at entry: Entry) -> (bytes: Int, isUrgent: Bool) {
        let outcome = look(entry, room: maxBytes, mustProgress: true)
        return (outcome.slice?.byteCount ?? 0, entry.endsWait(outcome))
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
            if let error = partition.fault(for: request.currentLeaderEpoch, fromLeader: !mayReadFollowers) {
                return Outcome(error: error)
            }
            if let nearer = nearerReplica(of: partition, having: LogOffset(request.fetchOffset)) {
                return Outcome(watermarks: partition.log.watermarks, preferredReplica: nearer)
            }
            return read(partition, request, limit: limit, mustProgress)
        }
    }

    /// The follower that the reader had better go on with, if this node leads and knows of one.
    private func nearerReplica(of partition: Partition, having offset: LogOffset) -> BrokerID? {
        guard !nearerNodes.isEmpty, case .replicated(let replica) = partition.role else { return nil }
        return replica.mostCaughtUp(of: nearerNodes, having: offset)
    }

    /// Answers a follower, whose fetch says what it has; it sees what is not replicated yet.
    private func serve(
        _ follower: Follower, _ partition: Partition, _ request: FetchRequest.FetchPartition, limit: Int,
        _ mustProgress: Bool
    ) -> Outcome {
        guard case .replicated(let replica) = partition.role else {
            if let error = partition.fault(for: request.currentLeaderEpoch, fromLeader: true) {
                return Outcome(error: error)
            }
            // No partition has a replica elsewhere. A follower that is sure of the epoch is told to try again.
            return Outcome(error: request.currentLeaderEpoch >= 0 ? .unknownLeaderEpoch : .notLeaderOrFollower)
        }
        let fetch = ReplicaFetch(
            follower: follower.id, brokerEpoch: follower.epoch, leaderEpoch: LeaderEpoch(request.currentLeaderEpoch),
            offset: LogOffset(request.fetchOffset), lastEpoch: LeaderEpoch(request.lastFetchedEpoch),
            startOffset: LogOffset(request.logStartOffset))
        switch replica.serve(fetch, of: partition) {
        case .serve:
            // One that is in sync gets everything, or it would leave, and come back, and leave.
            if partition.isThrottled(.leader), follower.throttle.isExceeded, !replica.isInSync(follower.id) {
                return Outcome(watermarks: partition.log.watermarks)
            }
            return read(partition, request, upTo: .logEnd, limit: limit, mustProgress)
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
        let known = knownEpoch.rawValue
        if epoch < known { return .fencedLeaderEpoch }
        if epoch > known { return .unknownLeaderEpoch }
        return nil
    }

    /// Why a client gets nothing of this copy: the epoch that it believes in is another, or another node leads.
    ///
    /// - Parameter fromLeader: Whether only the leader may answer; a follower does else (KIP-392).
    func fault(for epoch: Int32, fromLeader: Bool) -> ErrorCode? {
        // The epoch first: who is behind learns that, and does not look for a leader that it would not know of.
        epochFault(epoch) ?? (isLed || !fromLeader && isReadable ? nil : .notLeaderOrFollower)
    }

    /// The newest epoch not above `epoch`, and where it ended; `nil` if `epoch` is newer than this log's, or none.
    ///
    /// The log knows an epoch by its first record; that of the leader began with its leadership.
    func end(of epoch: LeaderEpoch) -> LeaderEpochHistory.Entry? {
        var history = log.leaderEpochs
        let logEndOffset = log.watermarks.logEndOffset
        if isLed { _ = history.assign(leaderEpoch, startOffset: logEndOffset) }
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

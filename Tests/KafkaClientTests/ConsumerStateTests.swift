import KafkaProtocol
import RecordFormat
import Testing

@testable import KafkaClient

/// What a consumer asks for next and what it hands out, with answers made by hand.
@Suite struct ConsumerStateTests {
    private let partition = TopicPartition("t", 0)
    private let now = ContinuousClock.now
    private let policy = BackoffPolicy(initial: .milliseconds(1), maximum: .seconds(1))
    private let snapshot: ClusterSnapshot

    init() {
        var snapshot = ClusterSnapshot()
        snapshot.merge(
            MetadataResponse(
                brokers: [.init(nodeID: 1, host: "a", port: 1)],
                topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, leaderID: 1, leaderEpoch: 3)])]),
            isComplete: true, at: now)
        self.snapshot = snapshot
    }

    /// A consumer that stands at `offset`.
    private func state(at offset: Int64) throws -> ConsumerState {
        var state = ConsumerState()
        state.setAssignment([partition])
        try state.move(partition, to: LogOffset(offset))
        return state
    }

    /// Where the next fetch begins; `nil` if there is none to be sent.
    private func fetch(_ state: inout ConsumerState, aheadLimit: Int = 1 << 20, isPolled: Bool = true) -> LogOffset? {
        var unknown: Set<String> = []
        let fetches = state.takeFetches(
            snapshot, at: now, policy: policy, aheadLimit: aheadLimit, isPolled: isPolled, unknown: &unknown)
        return fetches.first?.partitions.first?.offset
    }

    /// An answer of batches that hold one record each.
    private func answer(from offset: Int64, batches: Int = 1, error: ErrorCode = .none) throws -> FetchedPartition {
        var bytes: [UInt8] = []
        for place in offset..<offset + Int64(batches) {
            var builder = RecordBatchBuilder()
            try builder.append(timestamp: .none, key: nil, value: ByteSlice("\(place)"))
            let batch = try builder.finish()
            batch.withUnsafeMutableBytes { $0.storeBytes(of: place.bigEndian, as: Int64.self) }
            bytes += batch.array
        }
        return FetchedPartition(
            FetchResponse.PartitionData(
                partitionIndex: 0, errorCode: error.rawValue, highWatermark: 100, records: .bytes(ByteSlice(bytes))),
            of: "t", fetchOffset: LogOffset(offset), isolationLevel: .readUncommitted)
    }

    private func receive(_ state: inout ConsumerState, _ answers: FetchedPartition...) {
        state.receive(answers, from: 1, at: now, replicaAge: .seconds(1))
    }

    private func nextFetched(_ state: inout ConsumerState) -> FetchedPartition? { state.nextFetched()?.fetched }

    /// Hands out one batch, as a poll does; `nil` if there is none.
    private func handOut(_ state: inout ConsumerState) throws -> String? {
        guard let next = state.nextFetched() else { return nil }
        var fetched = next.fetched
        let batch = try #require(try fetched.next(from: next.position))
        state.partitions[partition]?.offset = batch.position
        if fetched.isExhausted { state.removeFetched(fetched) } else { state.updateFetched(fetched) }
        return batch.batch?.records.first?.value?.string
    }

    @Test func oneAnswerIsFetchedAhead() throws {
        var state = try state(at: 5)
        #expect(fetch(&state) == LogOffset(5))
        // One request to a broker at a time.
        #expect(fetch(&state) == nil)
        receive(&state, try answer(from: 5, batches: 2))
        #expect(fetch(&state) == LogOffset(7))
        receive(&state, try answer(from: 7))
        // Two are at hand: no more before one is used up.
        #expect(fetch(&state) == nil)
        #expect(try handOut(&state) == "5")
        #expect(fetch(&state) == nil)
        #expect(try handOut(&state) == "6")
        #expect(fetch(&state) == LogOffset(8))
        #expect(try handOut(&state) == "7")
        #expect(try handOut(&state) == nil)
        receive(&state, try answer(from: 8))
        #expect(try handOut(&state) == "8")
    }

    @Test func whereMuchIsAtHandNothingIsFetchedAhead() throws {
        var state = try state(at: 0)
        receive(&state, try answer(from: 0))
        let size = try #require(state.fetched.first?.size)
        #expect(fetch(&state, aheadLimit: size) == nil)
        #expect(fetch(&state, aheadLimit: size + 1) == LogOffset(1))
    }

    /// Else a consumer that is not polled would have all its partitions fetched, one after the other.
    @Test func whereMuchIsAtHandNothingIsFetchedUnlessPolled() throws {
        var state = ConsumerState()
        let other = TopicPartition("t", 1)
        state.setAssignment([partition, other])
        try state.move(partition, to: .zero)
        receive(&state, try answer(from: 0))
        try state.move(other, to: .zero)
        let size = try #require(state.fetched.first?.size)
        #expect(fetch(&state, aheadLimit: size, isPolled: false) == nil)
        #expect(state.fetchingNodes.isEmpty)
        #expect(fetch(&state, aheadLimit: size + 1, isPolled: false) == LogOffset(1))
    }

    @Test func behindAnErrorOrHalfABatchNothingIsFetchedAhead() throws {
        var state = try state(at: 0)
        receive(&state, try answer(from: 0, batches: 0, error: .offsetOutOfRange))
        #expect(fetch(&state) == nil)
        let error = try #require(nextFetched(&state))
        state.removeFetched(error)
        #expect(fetch(&state) == LogOffset(0))
        var cut = FetchResponse.PartitionData(partitionIndex: 0, highWatermark: 100)
        cut.records = .bytes(ByteSlice([UInt8](repeating: 0, count: 30)))
        receive(&state, FetchedPartition(cut, of: "t", fetchOffset: .zero, isolationLevel: .readUncommitted))
        #expect(state.fetched.count == 1 && fetch(&state) == nil)
    }

    @Test func whatWasFetchedAheadIsOfNoUseWhenThePlaceBeforeItWasNotRead() throws {
        var state = try state(at: 0)
        receive(&state, try answer(from: 0))
        receive(&state, try answer(from: 1))
        #expect(state.fetched.count == 2)
        // As for an answer with a damaged batch: asked for again from there, and not from behind the second.
        state.dropFetched(from: try #require(nextFetched(&state)))
        #expect(state.fetched.isEmpty)
        #expect(fetch(&state) == LogOffset(0))
        // One that came by another way.
        receive(&state, try answer(from: 0))
        receive(&state, try answer(from: 1))
        state.removeFetched(try #require(nextFetched(&state)))
        #expect(nextFetched(&state)?.number == nil)
        #expect(state.fetched.isEmpty)
    }

    @Test func aSeekDropsWhatIsAtHandAndOnItsWay() throws {
        var state = try state(at: 0)
        receive(&state, try answer(from: 0))
        #expect(fetch(&state) == LogOffset(1))
        let old = try #require(nextFetched(&state))
        try state.move(partition, to: LogOffset(50))
        receive(&state, try answer(from: 1))
        #expect(nextFetched(&state)?.number == nil)
        try state.move(partition, to: .zero)
        receive(&state, try answer(from: 0))
        // An answer for the same place as one before the seek is another one.
        state.removeFetched(old)
        #expect(try handOut(&state) == "0")
    }

    @Test func ofPausedPartitionsNothingIsLostOrFetched() throws {
        var state = try state(at: 0)
        receive(&state, try answer(from: 0))
        receive(&state, try answer(from: 1))
        state.partitions[partition]?.isPaused = true
        #expect(nextFetched(&state)?.number == nil)
        #expect(fetch(&state) == nil)
        state.partitions[partition]?.isPaused = false
        #expect(state.fetched.count == 2)
        #expect(try handOut(&state) == "0")
        #expect(try handOut(&state) == "1")
    }

    /// What a follower finds out of range the leader may have (KIP-392).
    @Test func aReplicaIsForgottenOnce() throws {
        var state = try state(at: 0)
        let before = state.forgetReplica(of: partition)
        state.partitions[partition]?.preferredReplica = (2, now.advanced(by: .seconds(60)))
        let (first, second) = (state.forgetReplica(of: partition), state.forgetReplica(of: partition))
        #expect(!before && first && !second)
    }

    @Test func delaysEndWhenTheyAreDue() throws {
        var state = try state(at: 0)
        #expect(state.nextRetry == nil)
        state.delay(partition, by: policy, from: now)
        let due = try #require(state.nextRetry)
        #expect(due > now && fetch(&state) == nil)
        state.endDelays(at: now)
        #expect(state.nextRetry == due && fetch(&state) == nil)
        state.endDelays(at: due)
        #expect(state.nextRetry == nil && fetch(&state) == LogOffset(0))
        // One that was moved meanwhile is looked for in vain, and not for ever.
        state.delay(partition, by: policy, from: now)
        let second = try #require(state.nextRetry)
        try state.move(partition, to: .zero)
        state.endDelays(at: second)
        #expect(state.nextRetry == nil)
    }

    @Test func leadersAreLookedForWhileEveryBrokerIsBusy() throws {
        var state = ConsumerState()
        let other = TopicPartition("u", 0)
        state.setAssignment([partition, other])
        try state.move(partition, to: .zero)
        try state.move(other, to: .zero)
        for isFirst in [true, false] {
            var unknown: Set<String> = []
            let fetches = state.takeFetches(
                snapshot, at: now, policy: policy, aheadLimit: 1 << 20, isPolled: true, unknown: &unknown)
            #expect(fetches.isEmpty != isFirst && unknown == ["u"])
            let due = try #require(state.nextRetry)
            state.endDelays(at: due)
        }
    }

    // MARK: Sessions

    private static let twenty = (0..<Int32(20)).map { TopicPartition("t", $0) }

    /// A topic of twenty partitions, some of which broker 2 leads and broker 1 the others.
    private func cluster(ledBySecond: Set<Int32> = []) -> ClusterSnapshot {
        let partitions = Self.twenty.map { partition in
            let isMoved = ledBySecond.contains(partition.partition)
            return MetadataResponse.MetadataResponsePartition(
                partitionIndex: partition.partition, leaderID: isMoved ? 2 : 1, leaderEpoch: isMoved ? 4 : 3)
        }
        var snapshot = ClusterSnapshot()
        snapshot.merge(
            MetadataResponse(
                brokers: [.init(nodeID: 1, host: "a", port: 1), .init(nodeID: 2, host: "b", port: 2)],
                topics: [.init(name: "t", partitions: partitions)]), isComplete: true, at: now)
        return snapshot
    }

    private func take(_ state: inout ConsumerState, _ snapshot: ClusterSnapshot) -> [ConsumerState.Fetch] {
        var unknown: Set<String> = []
        return state.takeFetches(
            snapshot, at: now, policy: policy, aheadLimit: 1 << 20, isPolled: true, unknown: &unknown)
    }

    /// The one fetch to send to broker 1.
    private func takeOne(_ state: inout ConsumerState) throws -> ConsumerState.Fetch {
        let fetches = take(&state, cluster())
        #expect(fetches.count == 1)
        return try #require(fetches.first)
    }

    private func end(
        _ state: inout ConsumerState, _ fetch: ConsumerState.Fetch,
        _ answer: FetchSession.Answer = .taken(sessionID: 7)
    ) {
        state.fetchingNodes.remove(fetch.node)
        state.moveSession(after: fetch, answer)
    }

    /// A consumer at the beginning of twenty partitions, of which a session at broker 1 knows.
    private func stateInSession() throws -> ConsumerState {
        var state = ConsumerState()
        state.setAssignment(Set(Self.twenty))
        for partition in Self.twenty { try state.move(partition, to: .zero) }
        let first = try takeOne(&state)
        #expect(first.partitions.map(\.partition) == Self.twenty)
        // Each in turn is the first to be named.
        #expect(first.request.named.map(\.partition) == Array(Self.twenty[1...]) + [Self.twenty[0]])
        #expect(first.request.sessionID == 0 && first.request.sessionEpoch == 0)
        end(&state, first)
        return state
    }

    @Test func inASessionAFetchNamesOnlyWhatChanged() throws {
        var state = try stateInSession()
        let same = try takeOne(&state)
        #expect(same.request == FetchSession.Request(sessionID: 7, sessionEpoch: 1, named: []))
        #expect(same.partitions.count == 20)
        end(&state, same)
        state.partitions[Self.twenty[3]]?.isPaused = true
        try state.move(Self.twenty[4], to: LogOffset(50))
        let changed = try takeOne(&state)
        let sought = WantedPartition(partition: Self.twenty[4], offset: LogOffset(50), leaderEpoch: LeaderEpoch(3))
        #expect(changed.request.sessionEpoch == 2)
        #expect(changed.request.named == [sought])
        #expect(changed.request.forgotten == [Self.twenty[3]])
        #expect(changed.partitions.count == 19)
        end(&state, changed)
        state.partitions[Self.twenty[3]]?.isPaused = false
        let resumed = try takeOne(&state)
        #expect(resumed.request.named.map(\.partition) == [Self.twenty[3]] && resumed.request.forgotten.isEmpty)
    }

    @Test func whatIsAtHandTwiceIsForgottenUntilItIsHandedOut() throws {
        var state = try stateInSession()
        receive(&state, try answer(from: 0))
        let ahead = try takeOne(&state)
        #expect(ahead.request.named.map(\.offset) == [LogOffset(1)] && ahead.request.forgotten.isEmpty)
        end(&state, ahead)
        receive(&state, try answer(from: 1))
        let without = try takeOne(&state)
        #expect(without.request.named.isEmpty && without.request.forgotten == [partition])
        end(&state, without)
        #expect(try handOut(&state) == "0")
        let again = try takeOne(&state)
        #expect(again.request.named.map(\.offset) == [LogOffset(2)] && again.request.forgotten.isEmpty)
    }

    @Test func whenTheSessionIsAtFaultEverythingIsNamedAtOnce() throws {
        let cases: [(error: ErrorCode, id: Int32)] = [
            (.fetchSessionIDNotFound, 0), (.invalidFetchSessionEpoch, 7), (.fetchSessionTopicIDError, 7),
        ]
        for (error, id) in cases {
            var state = try stateInSession()
            let refused = try takeOne(&state)
            end(&state, refused, .refused(error))
            let again = try takeOne(&state)
            #expect(again.request.sessionID == id && again.request.sessionEpoch == 0)
            #expect(again.request.named.count == 20)
            end(&state, again, .taken(sessionID: 8))
            let next = try takeOne(&state)
            #expect(next.request == FetchSession.Request(sessionID: 8, sessionEpoch: 1, named: []))
        }
    }

    @Test func aSessionEndsWithTheLastPartitionOfItsBroker() throws {
        var state = try stateInSession()
        let fetches = take(&state, cluster(ledBySecond: [5]))
        let (first, second) = (fetches.first { $0.node == 1 }, fetches.first { $0.node == 2 })
        #expect(first?.request.named == [] && first?.request.forgotten == [Self.twenty[5]])
        #expect(second?.request.named.map(\.partition) == [Self.twenty[5]])
        #expect(second?.request.isOfSession == false)
        for fetch in fetches { end(&state, fetch, .taken(sessionID: fetch.node == 1 ? 7 : 0)) }
        #expect(Array(state.sessions.keys) == [1])
        let moved = cluster(ledBySecond: Set(Self.twenty.map(\.partition)))
        let all = take(&state, moved)
        #expect(all.map(\.node) == [2] && all.first?.request.sessionEpoch == 0)
        #expect(Array(state.sessions.keys) == [2])
        // A partition that is only paused may be read on at any time.
        for fetch in all { end(&state, fetch, .taken(sessionID: 9)) }
        for partition in Self.twenty { state.partitions[partition]?.isPaused = true }
        let none = take(&state, moved)
        #expect(none.isEmpty && state.sessions[2]?.id == 9)
    }

    @Test func sessionsThatWereGivenUpAreNotTakenUpAgain() throws {
        var state = try stateInSession()
        let fetch = try takeOne(&state)
        let taken = state.takeSessions()
        #expect(taken.map { $0.node } == [1] && taken.map { $0.id } == [7] && state.sessions.isEmpty)
        end(&state, fetch)
        #expect(state.sessions.isEmpty)
        let next = try takeOne(&state)
        #expect(next.request.sessionID == 0 && next.request.sessionEpoch == 0)
        // One that has no number yet has nothing to close.
        let none = state.takeSessions()
        #expect(none.isEmpty)
    }

    @Test func aBrokerWithoutSessionsIsAskedForEverything() throws {
        var state = try stateInSession()
        state.partitions[Self.twenty[3]]?.isPaused = true
        try state.move(Self.twenty[4], to: LogOffset(50))
        let fetch = try takeOne(&state)
        let configuration = ConsumerConfiguration(maximumPartitionFetchBytes: 1000, rackID: "r")
        let new = fetch.message(version: 12, configuration)
        #expect(new.sessionID == 7 && new.sessionEpoch == 1 && new.rackID == "r")
        #expect(
            new.topics == [
                .init(
                    topic: "t",
                    partitions: [
                        .init(partition: 4, currentLeaderEpoch: 3, fetchOffset: 50, partitionMaxBytes: 1000)
                    ])
            ])
        #expect(new.forgottenTopicsData == [.init(topic: "t", partitions: [3])])
        let old = fetch.message(version: 6, configuration)
        #expect(old.sessionID == 0 && old.sessionEpoch == -1 && old.rackID.isEmpty)
        #expect(old.topics.flatMap(\.partitions).count == 19 && old.forgottenTopicsData.isEmpty)
        // Whichever it was, the answer is matched with all that was wanted.
        #expect(fetch.offset(of: Self.twenty[4]) == LogOffset(50))
        #expect(fetch.offset(of: Self.twenty[19]) == LogOffset(0))
        for partition in [Self.twenty[3], TopicPartition("t", 20), TopicPartition("s", 4), TopicPartition("u", 4)] {
            #expect(fetch.offset(of: partition) == nil)
        }
    }
}

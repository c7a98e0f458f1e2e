import KafkaProtocol
import RecordFormat
import Testing

@testable import KafkaClient

/// What a consumer asks for next and what it hands out, with answers made by hand.
@Suite struct ConsumerStateTests {
    private let partition = TopicPartition("t", 0)
    private let now = ContinuousClock.now
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
            snapshot, at: now, policy: BackoffPolicy(initial: .milliseconds(1), maximum: .seconds(1)),
            aheadLimit: aheadLimit, isPolled: isPolled, unknown: &unknown)
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
}

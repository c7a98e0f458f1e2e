import KafkaProtocol
import RecordFormat
import Testing

@testable import KafkaClient

/// The producer's decisions, with time and answers made by hand.
@Suite struct ProducerStateTests {
    private let partition = TopicPartition("t", 0)
    private let start = ContinuousClock.now
    private let identity = ProducerIdentity(id: ProducerID(9), epoch: ProducerEpoch(0))

    private func leader(_: TopicPartition) -> Int32? { 1 }

    private func state(
        _ configuration: ProducerConfiguration = ProducerConfiguration(batchSize: 1), preservesOrder: Bool = true
    ) -> ProducerState {
        ProducerState(
            configuration: configuration,
            retryBackoff: BackoffPolicy(initial: .milliseconds(100), maximum: .seconds(1)),
            preservesOrder: preservesOrder)
    }

    /// Appends a record, which is a batch of its own with a batch size of 1.
    private func append(
        _ state: inout ProducerState, _ value: String = "v", at now: ContinuousClock.Instant? = nil
    ) -> BatchOutcome {
        var actions = ProducerState.Actions()
        var receipts = SendReceipts()
        var pending = PendingRuns([run([value])])
        state.append(&pending, now: now ?? start, leader: leader, to: &receipts, actions: &actions)
        precondition(pending.isEmpty, "a record of 10 bytes has no room")
        return receipts[0].outcome
    }

    /// Records of 10 bytes each.
    private func run(_ values: [String?]) -> RecordRun {
        let records = values.map { ProducerRecord(topic: partition.topic, value: $0.map { ByteSlice($0) }) }
        return RecordRun(partition, records[...], sizes: values.map { _ in 10 }, time: .none)
    }

    private func next(_ state: inout ProducerState, at now: ContinuousClock.Instant? = nil) -> ProducerState.Request? {
        let (request, _) = state.nextRequest(finished: 1, at: now ?? start, leader: leader)
        return request
    }

    private func giveIdentity(_ state: inout ProducerState, _ identity: ProducerIdentity? = nil) {
        _ = state.receiveIdentity(.success(identity ?? self.identity), at: start, leader: leader)
    }

    private func sequences(_ requests: [ProducerState.Request]) -> [Int32] {
        requests.flatMap { $0.batches.map(\.batch.sequence.rawValue) }
    }

    private func drain(_ state: inout ProducerState, at now: ContinuousClock.Instant? = nil) -> [ProducerState.Request]
    {
        var requests: [ProducerState.Request] = []
        while let request = next(&state, at: now) { requests.append(request) }
        return requests
    }

    private func answer(
        _ state: inout ProducerState, _ request: ProducerState.Request, _ code: ErrorCode?,
        offset: Int64 = 0, at now: ContinuousClock.Instant? = nil
    ) -> ProducerState.Actions {
        let answer: BatchAnswer =
            code.map { .failed(KafkaClientError(.broker, "", errorCode: $0)) }
            ?? .written(.init(baseOffset: LogOffset(offset), appendTime: nil))
        return state.receive(request.batches.map { _ in answer }, to: request, at: now ?? start, leader: leader)
    }

    /// A state whose broker has written a batch, with sequence number 0, under the identity.
    private func establishedState() -> ProducerState {
        var state = state()
        giveIdentity(&state)
        _ = append(&state)
        for request in drain(&state) { _ = answer(&state, request, nil) }
        return state
    }

    @Test func theFirstBatchUnderAnIdentityGoesAlone() {
        var state = state()
        giveIdentity(&state)
        for _ in 0..<3 { _ = append(&state) }
        let first = drain(&state)
        #expect(sequences(first) == [0])
        _ = answer(&state, first[0], .notLeaderOrFollower)
        let later = start.advanced(by: .seconds(2))
        _ = state.tick(later, leader: leader)
        let again = drain(&state, at: later)
        #expect(sequences(again) == [0])
        _ = answer(&state, again[0], nil, at: later)
        #expect(sequences(drain(&state, at: later)) == [1, 2])
    }

    @Test func nothingLeavesBeforeThereIsAnIdentity() {
        var state = state()
        _ = append(&state)
        let (request, actions) = state.nextRequest(finished: nil, at: start, leader: leader)
        #expect(request == nil)
        #expect(actions.needsIdentity)
        giveIdentity(&state)
        #expect(next(&state)?.batches.first?.batch.identity == identity)
    }

    @Test func sequencesGoOnAndFiveAtMostAreUnderWay() {
        var state = establishedState()
        for _ in 0..<8 { _ = append(&state) }
        let requests = drain(&state)
        #expect(sequences(requests) == [1, 2, 3, 4, 5])
        _ = answer(&state, requests[0], nil)
        #expect(sequences(drain(&state)) == [6])
    }

    @Test func oneAtATimeLeavesWhereTheTransportKeepsNoOrder() {
        var state = state(preservesOrder: false)
        giveIdentity(&state)
        for _ in 0..<3 { _ = append(&state) }
        #expect(sequences(drain(&state)) == [0])
    }

    @Test func afterAFailureEverythingGoesAgainInOrderUnderTheOldNumbers() {
        var state = establishedState()
        for _ in 0..<4 { _ = append(&state) }
        let requests = drain(&state)
        #expect(requests.count == 4)
        _ = append(&state)
        _ = answer(&state, requests[0], .notLeaderOrFollower)
        // Held until the other three are answered, which come out of order for the first one's sake.
        #expect(drain(&state).isEmpty)
        for request in requests[1...] { _ = answer(&state, request, .outOfOrderSequenceNumber) }
        #expect(drain(&state).isEmpty, "a pause comes before the repetition")
        let later = start.advanced(by: .seconds(2))
        _ = state.tick(later, leader: leader)
        #expect(sequences(drain(&state, at: later)) == [1, 2, 3, 4, 5])
    }

    @Test func noNewBatchLeavesThatWouldMakeTheBrokerForgetAnUndecidedOne() {
        var state = establishedState()
        for _ in 0..<12 { _ = append(&state) }
        var requests = drain(&state)
        // The first is written, but the answer says otherwise; the other four are acknowledged.
        _ = answer(&state, requests[0], .notEnoughReplicasAfterAppend)
        for request in requests[1...] { _ = answer(&state, request, nil) }
        let later = start.advanced(by: .seconds(2))
        _ = state.tick(later, leader: leader)
        requests = drain(&state, at: later)
        // A sixth batch behind the first would push it out of what the broker remembers.
        #expect(sequences(requests) == [1])
        _ = answer(&state, requests[0], nil, at: later)
        #expect(sequences(drain(&state, at: later)) == [6, 7, 8, 9, 10])
    }

    @Test func outOfOrderOfTheFirstUndecidedBatchStartsAFreshIdentity() {
        var state = establishedState()
        for _ in 0..<2 { _ = append(&state) }
        let requests = drain(&state)
        for request in requests { _ = answer(&state, request, .outOfOrderSequenceNumber) }
        let later = start.advanced(by: .seconds(2))
        let actions = state.tick(later, leader: leader)
        #expect(!actions.needsIdentity)
        let (request, wanted) = state.nextRequest(finished: 1, at: later, leader: leader)
        #expect(request == nil)
        #expect(wanted.needsIdentity)
        let fresh = ProducerIdentity(id: ProducerID(10), epoch: ProducerEpoch(0))
        _ = state.receiveIdentity(.success(fresh), at: later, leader: leader)
        let first = drain(&state, at: later)
        _ = answer(&state, first[0], nil, at: later)
        let repeated = first + drain(&state, at: later)
        #expect(sequences(repeated) == [0, 1])
        #expect(repeated.allSatisfy { $0.batches[0].batch.identity == fresh })
    }

    @Test func aBatchThatIsTooLargeIsSplitUntilOneRecordIsLeft() {
        var state = state(ProducerConfiguration(batchSize: 1000, linger: .seconds(1)))
        giveIdentity(&state)
        let outcome = append(&state, "a")
        _ = append(&state, "b")
        let (_, flush) = state.closeAllBatches(now: start, leader: leader)
        #expect(flush.decisions.isEmpty)
        let whole = drain(&state)
        #expect(whole.map { $0.batches[0].batch.recordCount } == [2])
        _ = answer(&state, whole[0], .messageTooLarge)
        _ = state.nextRequest(finished: 1, at: start, leader: leader)
        giveIdentity(&state, ProducerIdentity(id: ProducerID(11), epoch: ProducerEpoch(0)))
        let half = drain(&state)
        #expect(half.map { $0.batches[0].batch.parts.flatMap { $0.records.map(\.value) } } == [[ByteSlice("a")]])
        let refused = answer(&state, half[0], .messageTooLarge)
        _ = state.nextRequest(finished: 1, at: start, leader: leader)
        giveIdentity(&state, ProducerIdentity(id: ProducerID(12), epoch: ProducerEpoch(0)))
        let other = drain(&state)
        #expect(sequences(other) == [0])
        let written = answer(&state, other[0], nil)
        for (outcome, records, result) in refused.decisions + written.decisions { outcome.decide(records, result) }
        #expect(outcome.isDone)
        #expect(throws: KafkaClientError.self) { _ = try outcome.result(at: 0).get() }
        #expect(throws: Never.self) { _ = try outcome.result(at: 1).get() }
        #expect(state.bufferedBytes <= 0)
    }

    @Test func lingeringBatchesWaitForMoreAndThenLeave() {
        var state = state(ProducerConfiguration(batchSize: 25, linger: .milliseconds(5)))
        giveIdentity(&state)
        _ = append(&state)
        #expect(drain(&state).isEmpty)
        let later = start.advanced(by: .milliseconds(5))
        _ = state.tick(later, leader: leader)
        let first = drain(&state, at: later)
        #expect(first.count == 1)
        _ = answer(&state, first[0], nil, at: later)
        // A full one does not wait: the third record does not fit into the batch of the first two.
        for _ in 0..<3 { _ = append(&state, at: later) }
        #expect(drain(&state, at: later).map { $0.batches[0].batch.recordCount } == [2])
    }

    @Test func aRunFillsBatchesOneAfterTheOther() async throws {
        var state = state(ProducerConfiguration(batchSize: 25), preservesOrder: false)
        giveIdentity(&state)
        _ = append(&state)
        var receipts = SendReceipts()
        var actions = ProducerState.Actions()
        var pending = PendingRuns([run(["a", "b", "c", "d", "e"])])
        state.append(&pending, now: start, leader: leader, to: &receipts, actions: &actions)
        #expect(pending.isEmpty && receipts.count == 5 && state.bufferedBytes == 60)
        // Two fit into a batch, and one was there.
        #expect(receipts.map(\.index) == [1, 0, 1, 0, 1])
        var offset: Int64 = 100
        while let request = next(&state) {
            for (outcome, records, result) in answer(&state, request, nil, offset: offset).decisions {
                outcome.decide(records, result)
            }
            offset += 10
        }
        let runs = try await receipts.runs()
        #expect(runs.map(\.count) == [1, 2, 2])
        #expect(runs.map(\.first.offset) == [101, 110, 120].map { LogOffset($0) })
        var each: [LogOffset?] = []
        for receipt in receipts { each.append(try await receipt.metadata().offset) }
        #expect(each == [101, 110, 111, 120, 121].map { LogOffset($0) })
    }

    @Test func whatHasNoRoomIsLeftOverAndGoesOnWhereItStopped() {
        var state = state(ProducerConfiguration(batchSize: 25, bufferMemory: 25), preservesOrder: false)
        giveIdentity(&state)
        var receipts = SendReceipts()
        var actions = ProducerState.Actions()
        var pending = PendingRuns([run(["a", "b", "c"]), run(["d", "e"])])
        state.append(&pending, now: start, leader: leader, to: &receipts, actions: &actions)
        #expect(receipts.count == 2 && state.bufferedBytes == 20)
        #expect(pending.next?.records == 2..<3)
        // What is reserved is counted already, and no more than that is taken although a record would fit.
        state.bufferedBytes = 0
        let size = pending.leadingSize(limit: 25)
        #expect(size == 20)
        state.append(&pending, reserved: size, now: start, leader: leader, to: &receipts, actions: &actions)
        #expect(receipts.count == 4 && state.bufferedBytes == 0)
        #expect(pending.next?.records == 1..<2)
        state.append(&pending, now: start, leader: leader, to: &receipts, actions: &actions)
        #expect(pending.isEmpty && receipts.count == 5 && state.bufferedBytes == 10)
        var values: [String?] = []
        while let request = next(&state) {
            values += request.batches[0].batch.parts.flatMap { $0.records.map(\.value?.string) }
            _ = answer(&state, request, nil)
        }
        #expect(values == ["a", "b", "c", "d", "e"])
    }

    @Test func whoWaitsForRoomIsLetGoWhenItsTimeIsOver() async throws {
        var state = state(ProducerConfiguration(batchSize: 25, bufferMemory: 25), preservesOrder: false)
        state.bufferedBytes = 25
        let limit = start.advanced(by: .seconds(1))
        let error = await #expect(throws: KafkaClientError.self) {
            try await withCheckedThrowingContinuation { continuation in
                state.senders.append(.init(id: 1, size: 10, deadline: limit, continuation: continuation))
                let actions = state.tick(start, leader: leader)
                #expect(actions.wake == limit && actions.refusedSenders.isEmpty && state.senders.count == 1)
                for (sender, error) in state.tick(limit, leader: leader).refusedSenders {
                    sender.resume(throwing: error)
                }
            }
        }
        #expect(error?.code == .bufferExhausted)
        #expect(state.senders.isEmpty && state.bufferedBytes == 25)
    }

    @Test func whatIsTooOldIsGivenUp() {
        var state = state(ProducerConfiguration(linger: .seconds(1), deliveryTimeout: .seconds(31)))
        let outcome = append(&state)
        let actions = state.tick(start.advanced(by: .seconds(31)), leader: leader)
        for (outcome, records, result) in actions.decisions { outcome.decide(records, result) }
        #expect(outcome.isDone)
        #expect(throws: KafkaClientError.self) { _ = try outcome.result(at: 0).get() }
        #expect(state.bufferedBytes == 0)
    }

    @Test func withoutALeaderThePartitionPausesAndAsksForMetadata() {
        var state = state()
        giveIdentity(&state)
        var actions = ProducerState.Actions()
        var receipts = SendReceipts()
        var pending = PendingRuns([run([nil])])
        state.append(&pending, now: start, leader: { _ in nil }, to: &receipts, actions: &actions)
        #expect(actions.staleTopics == ["t"])
        #expect(actions.wake.map { $0 < start.advanced(by: .seconds(1)) } == true)
    }

    @Test func settingsThatContradictEachOtherAreRefused() {
        for configuration in [
            ProducerConfiguration(batchSize: 0), ProducerConfiguration(bufferMemory: 10),
            ProducerConfiguration(maximumInFlight: 6),
            ProducerConfiguration(deliveryTimeout: .seconds(1)),
        ] {
            #expect(throws: KafkaClientError.self) { try configuration.validate() }
        }
        #expect(throws: Never.self) {
            try ProducerConfiguration(acknowledgement: .leader, maximumInFlight: 6).validate()
        }
    }
}

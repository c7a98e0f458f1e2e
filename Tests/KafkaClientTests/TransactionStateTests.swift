import KafkaProtocol
import RecordFormat
import Testing

@testable import KafkaClient

@Suite struct TransactionStateTests {
    private let first = TopicPartition("t", 0)
    private let second = TopicPartition("t", 1)

    private func error(_ code: ErrorCode) -> KafkaClientError { KafkaClientError(.broker, "no", errorCode: code) }

    private func refuses(_ state: inout TransactionState, _ partition: TopicPartition) {
        let isAdmitted = state.admit(partition)
        #expect(!isAdmitted)
    }

    private func adds(_ state: inout TransactionState, _ partitions: [TopicPartition]) {
        let wanted = state.takeWanted()
        #expect(wanted == partitions)
    }

    /// What a call that leaves the state as it is throws.
    private func error(
        in state: TransactionState, _ call: (inout TransactionState) throws -> Void
    ) -> KafkaClientError? {
        var state = state
        do {
            try call(&state)
            return nil
        } catch {
            return error as? KafkaClientError
        }
    }

    private func open() throws -> TransactionState {
        var state = TransactionState()
        try state.beginInitialization()
        state.finishInitialization(nil)
        try state.begin()
        return state
    }

    @Test func aPartitionIsAdmittedOnceTheCoordinatorKnowsOfIt() throws {
        var state = try open()
        refuses(&state, first)
        adds(&state, [first])
        // Others wait for their turn.
        refuses(&state, second)
        adds(&state, [])
        #expect(state.isBegun == .no)
        state.finishAdding([first], nil)
        #expect(state.isBegun == .yes)
        let isAdmitted = state.admit(first)
        #expect(isAdmitted)
        adds(&state, [second])
        state.finishAdding([second], nil)
        try state.beginCommit()
        #expect(try state.endsAtCoordinator())
        state.finish()
        // The next transaction has partitions of its own.
        try state.begin()
        refuses(&state, first)
    }

    /// An answer that came only after the commit made the partition part of the next transaction for this side alone, and
    /// the broker refused what was written to it.
    @Test func thePartitionThatIsBeingAddedIsNotAddedAgain() throws {
        var state = try open()
        refuses(&state, first)
        adds(&state, [first])
        #expect(state.isAdding)
        // Looked at once more, as after each answer of the broker.
        refuses(&state, first)
        refuses(&state, second)
        state.finishAdding([first], nil)
        #expect(!state.isAdding)
        adds(&state, [second])
    }

    @Test func anUnansweredAdditionMayHaveBegunTheTransaction() throws {
        var state = try open()
        refuses(&state, first)
        adds(&state, [first])
        state.finishAdding([first], KafkaClientError(.timeout, "no answer"))
        try state.beginAbort()
        #expect(state.isBegun == .perhaps && state.needsFreshEpoch)
    }

    @Test func aTransactionWithoutAnythingIsNotTheCoordinatorsBusiness() throws {
        var state = try open()
        try state.beginCommit()
        #expect(try state.endsAtCoordinator() == false)
    }

    @Test func aFailureLeavesNothingButToAbort() throws {
        var state = try open()
        state.fail(error(.messageTooLarge))
        #expect(throws: KafkaClientError.self) { try state.checkOpen() }
        #expect(error(in: state) { try $0.beginCommit() } != nil)
        #expect(error(in: state) { try $0.begin() } != nil)
        refuses(&state, first)
        adds(&state, [])
        try state.beginAbort()
        #expect(state.needsFreshEpoch)
        state.finish()
        #expect(!state.needsFreshEpoch)
        try state.begin()
    }

    @Test func aFailureWhileCommittingKeepsTheTransactionFromBeingCommitted() throws {
        var state = try open()
        try state.beginCommit()
        state.fail(error(.messageTooLarge))
        let thrown = #expect(throws: KafkaClientError.self) { _ = try state.endsAtCoordinator() }
        #expect(thrown?.code == .transactionFailed && thrown?.errorCode == .messageTooLarge)
        try state.beginAbort()
    }

    @Test func aCommitThatIsUnderWayCanOnlyBeTriedAgain() throws {
        var state = try open()
        try state.beginCommit()
        #expect(error(in: state) { try $0.beginAbort() } != nil)
        try state.beginCommit()
        state.finish()
    }

    @Test(arguments: [ErrorCode.producerFenced, .invalidProducerEpoch, .transactionalIDAuthorizationFailed])
    func someErrorsEndTheProducer(code: ErrorCode) throws {
        for isInitializing in [true, false] {
            var state = TransactionState()
            try state.beginInitialization()
            state.finishInitialization(isInitializing ? error(code) : nil)
            if !isInitializing {
                try state.begin()
                state.finishAdding([first], error(code))
            }
            let thrown = error(in: state) { try $0.begin() }
            #expect(thrown?.errorCode == code)
            #expect((thrown?.code == .fenced) == (code != .transactionalIDAuthorizationFailed))
            #expect(error(in: state) { try $0.beginAbort() } != nil)
        }
    }

    @Test func anInitializationThatFailedForTheMomentMayBeTriedAgain() throws {
        var state = TransactionState()
        try state.beginInitialization()
        state.finishInitialization(KafkaClientError(.timeout, "no answer"))
        try state.beginInitialization()
        state.finishInitialization(nil)
        try state.begin()
    }
}

import KafkaProtocol
import NIOCore
import Synchronization

/// A produce request whose answer waits until the records are durable on every in-sync replica.
final class PendingProduce: ReplicationWait, Expiring {
    private struct State {
        var response: ProduceResponse
        /// Where each awaited partition's answer stands: topic and partition index in the response.
        var places: [(topic: Int, partition: Int)]
        var resolved: [Bool]
        var remaining: Int
        /// Taken by whoever answers, with the response: what is done holds on to nothing, however far its deadline is.
        var answer: (@Sendable (ProduceResponse) -> Void)?
    }

    let loop: any EventLoop
    private let state: Mutex<State>

    /// Creates a wait for the partitions at `places`, and for the handler itself while it still registers them.
    init(
        response: ProduceResponse, places: [(topic: Int, partition: Int)], loop: any EventLoop,
        answer: @escaping @Sendable (ProduceResponse) -> Void
    ) {
        state = Mutex(
            State(
                response: response, places: places, resolved: Array(repeating: false, count: places.count),
                remaining: places.count + 1, answer: answer))
        self.loop = loop
    }

    /// Notes the outcome of one partition; returns whether it was the last, and the request is to be run.
    func resolve(_ index: Int, _ error: ErrorCode) -> Bool {
        state.withLock { state in
            guard state.answer != nil else { return false }
            if error != .none {
                let place = state.places[index]
                state.response.responses[place.topic].partitionResponses[place.partition].fail(error)
            }
            state.resolved[index] = true
            state.remaining -= 1
            return state.remaining == 0
        }
    }

    /// Notes that all partitions are registered; returns whether all of them are done already.
    func didRegister() -> Bool {
        state.withLock { state in
            state.remaining -= 1
            return state.remaining == 0
        }
    }

    var isDone: Bool { state.withLock { $0.answer == nil } }

    func run() { finish(timedOut: false) }

    /// Answers with REQUEST_TIMED_OUT for what is not durable yet; it may become so later, as in Kafka.
    func expire() { finish(timedOut: true) }

    private func finish(timedOut: Bool) {
        let taken = state.withLock {
            state -> (answer: @Sendable (ProduceResponse) -> Void, response: ProduceResponse)? in
            guard let answer = state.answer.take() else { return nil }
            if timedOut {
                for (index, place) in state.places.enumerated() where !state.resolved[index] {
                    state.response.responses[place.topic].partitionResponses[place.partition].fail(.requestTimedOut)
                }
            }
            defer { (state.response, state.places, state.resolved) = (ProduceResponse(), [], []) }
            return (answer, state.response)
        }
        if let taken { taken.answer(taken.response) }
    }
}

extension ProduceResponse.PartitionProduceResponse {
    /// Turns the answer into an error's.
    mutating func fail(_ error: ErrorCode, message: String? = nil) {
        errorCode = error.rawValue
        errorMessage = message
        baseOffset = -1
        logAppendTimeMs = -1
        logStartOffset = -1
    }
}

package import KafkaProtocol
import Synchronization

extension BrokerTransport {
    /// Sends a request and waits for its answer.
    ///
    /// When the task is cancelled the wait ends; the answer, should it come, is dropped.
    ///
    /// - Throws: ``KafkaClientError`` for what kept the answer away, `CancellationError` when the task is cancelled.
    package func call<Request: KafkaRequest>(
        _ call: BrokerCall<Request>, to target: BrokerTarget, over lane: ConnectionLane = .shared
    ) async throws -> Request.Response {
        let answer = PendingAnswer<Request.Response>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard answer.wait(continuation) else { return }
                send(call, to: target, over: lane) { answer.resolve($0) }
            }
        } onCancel: {
            answer.resolve(.failure(CancellationError()))
        }
    }
}

/// A continuation that the answer, or the cancellation, resumes: whichever comes first.
final class PendingAnswer<Value: Sendable>: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Value, any Error>)
        case resolved
    }

    private let state = Mutex(State.new)

    /// Takes the continuation; false when cancelled already, with the continuation resumed.
    func wait(_ continuation: CheckedContinuation<Value, any Error>) -> Bool {
        let isWaiting = state.withLock { state in
            if case .resolved = state { return false }
            state = .waiting(continuation)
            return true
        }
        if !isWaiting { continuation.resume(throwing: CancellationError()) }
        return isWaiting
    }

    /// Resumes the continuation, the first time.
    func resolve(_ result: Result<Value, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            defer { state = .resolved }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(with: result)
    }
}

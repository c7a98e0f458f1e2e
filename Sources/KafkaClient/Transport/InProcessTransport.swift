package import KafkaProtocol
import Synchronization

/// Calls a broker in the same process: no bytes, no connection, no event loop.
///
/// Every request runs as its own task, so requests may overtake each other: ``preservesOrder`` is false.
package final class InProcessTransport: BrokerTransport {
    private let responder: any RequestResponder
    private let clientID: String
    private let maximumRequests: Int
    private let state = Mutex(State())

    private struct State {
        var isClosed = false
        var nextNumber: UInt64 = 0
        var underWay: [UInt64: UnderWay] = [:]
    }

    /// A request that is not answered. Whoever takes it out of the state tells its caller.
    private struct UnderWay {
        var lane: ConnectionLane
        var task: Task<Void, Never>
        var fail: @Sendable (KafkaClientError) -> Void
    }

    package init(responder: any RequestResponder, configuration: KafkaClientConfiguration) {
        self.responder = responder
        clientID = configuration.clientID
        maximumRequests = configuration.maximumRequestsPerConnection
    }

    package var preservesOrder: Bool { false }

    package func send<Request: KafkaRequest>(
        _ call: BrokerCall<Request>, to target: BrokerTarget, over lane: ConnectionLane,
        completion: @escaping @Sendable (Result<Request.Response, any Error>) -> Void
    ) {
        let refusal = state.withLock { state -> KafkaClientError? in
            if state.isClosed { return KafkaClientError(.closed, "the client is closed") }
            if state.underWay.count >= maximumRequests {
                return KafkaClientError(.tooManyRequests, "\(maximumRequests) requests are unanswered; wait for some")
            }
            let number = state.nextNumber
            state.nextNumber += 1
            // Made under the lock, so that the task cannot end before it is noted here.
            let task = Task {
                let result = await self.answer(call)
                if self.state.withLock({ $0.underWay.removeValue(forKey: number) }) != nil { completion(result) }
            }
            state.underWay[number] = UnderWay(lane: lane, task: task) { completion(.failure($0)) }
            return nil
        }
        if let refusal { Task { completion(.failure(refusal)) } }
    }

    private func answer<Request: KafkaRequest>(_ call: BrokerCall<Request>) async -> Result<Request.Response, any Error>
    {
        do {
            let version = try call.version(offered: Request.versions)
            let request = try call.make(version)
            return .success(try await responder.respond(to: request, version: version, clientID: clientID))
        } catch is CancellationError {
            return .failure(KafkaClientError(.closed, "the client was closed before the broker answered"))
        } catch let error as KafkaClientError {
            return .failure(error)
        } catch let code as ErrorCode where code == .unsupportedVersion {
            return .failure(
                KafkaClientError(.unsupportedVersion, "the broker does not offer \(Request.apiKey.name)"))
        } catch {
            return .failure(
                KafkaClientError(.disconnected, "the broker in this process gave up the request", cause: error))
        }
    }

    package func learn(_ brokers: [BrokerEndpoint]) {}

    package func release(_ lane: ConnectionLane, _ error: KafkaClientError) {
        let released = state.withLock { state in
            let numbers = state.underWay.filter { $0.value.lane == lane }.map(\.key)
            return numbers.compactMap { state.underWay.removeValue(forKey: $0) }
        }
        abandon(released, error)
    }

    package func close() async {
        let released = state.withLock { state in
            state.isClosed = true
            defer { state.underWay = [:] }
            return Array(state.underWay.values)
        }
        abandon(released, KafkaClientError(.closed, "the client was closed before the broker answered"))
    }

    /// Tells the callers at once: a fetch may wait at the broker for long, and a broker need not heed a cancellation.
    private func abandon(_ requests: [UnderWay], _ error: KafkaClientError) {
        for request in requests {
            request.task.cancel()
            request.fail(error)
        }
    }
}

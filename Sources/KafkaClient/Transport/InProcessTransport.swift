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
        var tasks: [UInt64: Task<Void, Never>] = [:]
        /// Requests whose task ended before it could be noted in `tasks`.
        var lanes: [UInt64: ConnectionLane] = [:]
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
            if state.tasks.count >= maximumRequests {
                return KafkaClientError(.tooManyRequests, "\(maximumRequests) requests are unanswered; wait for some")
            }
            let number = state.nextNumber
            state.nextNumber += 1
            state.lanes[number] = lane
            // Made under the lock, so that the task cannot end before it is noted here.
            state.tasks[number] = Task {
                let result = await self.answer(call)
                self.state.withLock { state in
                    state.tasks[number] = nil
                    state.lanes[number] = nil
                }
                completion(result)
            }
            return nil
        }
        if let refusal { Task { completion(.failure(refusal)) } }
    }

    private func answer<Request: KafkaRequest>(_ call: BrokerCall<Request>) async -> Result<Request.Response, any Error> {
        do {
            let version = try call.version(offered: Request.versions)
            let request = try call.make(version)
            return .success(try await responder.respond(to: request, version: version, clientID: clientID))
        } catch is CancellationError {
            return .failure(KafkaClientError(.closed, "the client was closed before the broker answered"))
        } catch let error as KafkaClientError {
            return .failure(error)
        } catch {
            return .failure(
                KafkaClientError(.disconnected, "the broker in this process gave up the request", cause: error))
        }
    }

    package func learn(_ brokers: [BrokerEndpoint]) {}

    package func release(_ lane: ConnectionLane) {
        let tasks = state.withLock { state in
            state.lanes.filter { $0.value == lane }.compactMap { state.tasks[$0.key] }
        }
        for task in tasks { task.cancel() }
    }

    package func close() async {
        let tasks = state.withLock { state in
            state.isClosed = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}

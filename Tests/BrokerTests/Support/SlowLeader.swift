import KafkaClient
import KafkaProtocol
import Synchronization

/// A leader that answers when the test says so.
final class SlowLeader: BrokerTransport {
    private struct State {
        var requests: [FetchRequest] = []
        var answers: [@Sendable (FetchResponse) -> Void] = []
    }

    private let state = Mutex(State())
    let preservesOrder = true

    /// The fetches that came, in their order.
    var requests: [FetchRequest] { state.withLock { $0.requests } }

    /// The partitions of each fetch.
    var asked: [[Int32]] { requests.map { $0.topics.flatMap { $0.partitions.map(\.partition) } } }

    /// Answers the fetch that came as number `index`.
    func answer(_ index: Int, _ response: FetchResponse) { state.withLock { $0.answers[index] }(response) }

    func send<Request: KafkaRequest>(
        _ call: BrokerCall<Request>, to target: BrokerTarget, over lane: ConnectionLane,
        completion: @escaping @Sendable (Result<Request.Response, any Error>) -> Void
    ) {
        guard let request = try? call.make(call.versions.upperBound) as? FetchRequest else { return }
        state.withLock { state in
            state.requests.append(request)
            state.answers.append { response in
                if let response = response as? Request.Response { completion(.success(response)) }
            }
        }
    }

    func learn(_ brokers: [BrokerEndpoint]) {}
    func release(_ lane: ConnectionLane, _ error: KafkaClientError) {}
    func close() async {}
}

import Coordination
import KafkaProtocol
import NIOCore
import RecordFormat
import Synchronization

extension ShareStateRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<Response>) {
        let wishes = wishes
        if let refusal = refusal(broker, context) {
            return reply(
                Self.response(
                    wishes.map { .init(topicID: $0.topicID, partition: $0.partition, value: .failure(refusal)) }))
        }
        let answer = ShareStateAnswer<Self>(wishes, reply)
        let group = GroupID(groupID)
        // In their order: of two changes to one share-partition the later one counts.
        for (place, wish) in wishes.enumerated() {
            let key = wish.key(group)
            guard key.isPlausible else {
                answer.take(.failure(RequestRefusal(.invalidRequest)), at: place)
                continue
            }
            Self.perform(wish.value, on: key, by: broker.shares) { answer.take($0, at: place) }
        }
        answer.begin(on: context.loop)
    }

    /// Why nothing is done, if nothing is.
    private func refusal(_ broker: Broker, _ context: RequestContext) -> RequestRefusal? {
        guard broker.authorizer.allows(context.principal, .clusterAction, .cluster) else {
            return RequestRefusal(.clusterAuthorizationFailed)
        }
        return broker.level(of: .shares) > 0 ? nil : RequestRefusal(.unsupportedVersion)
    }
}

extension SharePartitionKey {
    /// Whether there can be such a share-partition, and its name fits into a record.
    fileprivate var isPlausible: Bool {
        !groupID.rawValue.isEmpty && groupID.rawValue.fitsRecord && topicID != .zero && partition >= 0
    }
}

/// What becomes of the wishes of one request; answered when all are done, or when time is up.
private final class ShareStateAnswer<Request: ShareStateRequest>: Sendable {
    private struct State {
        var outcomes: [Request.Outcome?]
        /// The wishes that are not done yet, and one for the request that is being taken.
        var pending: Int
        var isAnswered = false
        var deadline: Scheduled<Void>?
    }

    /// How long a change may take to be replicated: less than the one who asks waits for the answer.
    private static var patience: TimeAmount { .seconds(20) }

    private let wishes: [ShareStateItem<Request.Wish>]
    private let reply: Reply<Request.Response>
    private let state: Mutex<State>

    init(_ wishes: [ShareStateItem<Request.Wish>], _ reply: @escaping Reply<Request.Response>) {
        self.wishes = wishes
        self.reply = reply
        state = Mutex(State(outcomes: wishes.map { _ in nil }, pending: wishes.count + 1))
    }

    /// Takes what became of a wish.
    func take(_ outcome: Request.Outcome, at place: Int) {
        let isDone = state.withLock { state in
            state.outcomes[place] = outcome
            state.pending -= 1
            return state.pending == 0
        }
        if isDone { answer() }
    }

    /// Answers once all is done, or after a while.
    func begin(on loop: any EventLoop) {
        let isDone = state.withLock { state in
            state.pending -= 1
            return state.pending == 0
        }
        if isDone { return answer() }
        let deadline = loop.scheduleTask(in: Self.patience) { self.answer() }
        let isLate = state.withLock { state in
            state.deadline = deadline
            return state.isAnswered
        }
        if isLate { deadline.cancel() }
    }

    private func answer() {
        let outcomes = state.withLock { state -> [Request.Outcome?]? in
            guard !state.isAnswered else { return nil }
            state.isAnswered = true
            state.deadline?.cancel()
            return state.outcomes
        }
        guard let outcomes else { return }
        reply(
            Request.response(
                zip(wishes, outcomes).map { wish, outcome in
                    .init(
                        topicID: wish.topicID, partition: wish.partition,
                        value: outcome ?? .failure(RequestRefusal(.requestTimedOut)))
                }))
    }
}

import Coordination
import KafkaClient
import KafkaProtocol
import RecordFormat

/// A request between nodes about what a share group has of partitions: the five of KIP-932 name a group, and partitions
/// by topic, and are answered partition by partition in the same order.
///
/// A node that asks and the one that answers both go by this: the first by ``init(groupID:wishes:)`` and
/// ``outcomes(in:)``, the second by ``wishes``, ``perform(_:on:by:completion:)`` and ``response(_:)``.
protocol ShareStateRequest: ServedRequest {
    /// What is wanted of one share-partition.
    associatedtype Wish: Sendable
    /// What comes of it.
    associatedtype Finding: Sendable

    typealias Outcome = Result<Finding, RequestRefusal>
    typealias Report = @Sendable (Outcome) -> Void

    /// Over which nodes ask this.
    static var lane: ConnectionLane { get }

    /// What carries these to other nodes.
    static func line(to peers: ShareStatePeers) -> PeerBatches<ShareStatePeers.Question<Self>>

    /// Creates a request about partitions of one group, in their order.
    init(groupID: String, wishes: [ShareStateItem<Wish>])

    /// The group.
    var groupID: String { get }
    /// The partitions in their order, and what is wanted of each.
    var wishes: [ShareStateItem<Wish>] { get }

    /// Does what is wanted where this node leads the state; `completion` is called once, now or later.
    static func perform(
        _ wish: Wish, on key: SharePartitionKey, by shares: ShareHost, completion: @escaping Report)

    /// Puts an answer together.
    static func response(_ outcomes: [ShareStateItem<Outcome>]) -> Response

    /// Takes an answer apart.
    static func outcomes(in response: Response) -> [ShareStateItem<Outcome>]
}

/// Something about one partition of the group that a request names.
struct ShareStateItem<Value: Sendable>: Sendable {
    var topicID: TopicID
    var partition: Int32
    var value: Value

    func key(_ groupID: GroupID) -> SharePartitionKey {
        SharePartitionKey(groupID: groupID, topicID: topicID, partition: partition)
    }
}

extension Array {
    /// Makes a request's or an answer's list, in which neighbours of one topic share its entry.
    func byTopic<Value, Topic, Entry>(
        _ makeTopic: (TopicID, [Entry]) -> Topic, _ makeEntry: (ShareStateItem<Value>) -> Entry
    ) -> [Topic] where Element == ShareStateItem<Value> {
        var topics: [(id: TopicID, entries: [Entry])] = []
        for item in self {
            if topics.last?.id != item.topicID { topics.append((item.topicID, [])) }
            topics[topics.count - 1].entries.append(makeEntry(item))
        }
        return topics.map { makeTopic($0.id, $0.entries) }
    }
}

/// What one partition of an answer says went wrong, if anything did.
struct ShareStateFault {
    var errorCode: Int16 = 0
    var errorMessage: String?

    init<Finding>(_ outcome: Result<Finding, RequestRefusal>) {
        guard case .failure(let refusal) = outcome else { return }
        (errorCode, errorMessage) = (refusal.code.rawValue, refusal.message)
    }

    /// What an answer says of one partition.
    static func outcome<Finding>(
        _ code: Int16, _ message: String?, _ finding: @autoclosure () -> Finding?
    ) -> Result<Finding, RequestRefusal> {
        let code = ErrorCode(rawValue: code)
        guard code == .none else { return .failure(RequestRefusal(code, message)) }
        // What this node cannot understand it must not go on from.
        return finding().map { .success($0) } ?? .failure(RequestRefusal(.unknownServerError))
    }
}

/// Nothing.
struct NoFinding: Sendable {}

import KafkaProtocol
import RecordFormat

/// A consumer's fetches at one broker as that one remembers them (KIP-227): a request names only what has changed since
/// the one before, and an answer only the partitions that have news.
///
/// A value without locks or I/O: ``next(_:from:)`` says what a request carries, ``receive(_:to:)`` takes what came of it.
/// No request is made before the one before it has come to its end.
struct FetchSession: Sendable {
    /// What one request carries of the session.
    struct Request: Hashable, Sendable {
        var sessionID: Int32
        var sessionEpoch: Int32
        /// The partitions that the request names: all that are wanted, or, in a session, those that are new or changed.
        var named: [WantedPartition]
        /// Those that the broker is to fetch no longer.
        var forgotten: [TopicPartition] = []

        /// Whether the request builds upon the one before it.
        var isIncremental: Bool { sessionEpoch > FetchSession.initialEpoch }
        /// Whether the request has to do with a session: is of one, asks for one, or ends one.
        var isOfSession: Bool { sessionID != 0 || sessionEpoch != FetchSession.finalEpoch }
    }

    /// What came of a request.
    enum Answer: Sendable {
        /// It was served; the number is 0 where the broker keeps no session.
        case taken(sessionID: Int32)
        /// The request as a whole was refused.
        case refused(ErrorCode)
        /// There is no answer, and nobody knows whether the request was served.
        case lost
    }

    /// The epoch of a request that asks for a new session.
    static let initialEpoch: Int32 = 0
    /// The epoch of a request outside of any session; with a session's number, it ends that one.
    static let finalEpoch: Int32 = -1
    /// The partitions from which on a session is asked for.
    ///
    /// A partition takes 33 bytes of a request and 37 of an answer without news: half a kilobyte each way for fifteen,
    /// which is one packet with a session as well as without. And a broker has room for some sessions only, 1,000 by
    /// default, which those should have who gain by it.
    static let minimumPartitions = 16

    /// The broker's number for the session; 0 where there is none.
    private(set) var id: Int32
    /// The epoch of the next request. With ``initialEpoch`` a session that is still there is closed by that request.
    private(set) var epoch: Int32
    /// What the broker knows since the last request, in ascending order.
    private var known: [WantedPartition] = []

    /// Begins without a session, unless one is given.
    init(id: Int32 = 0, epoch: Int32 = FetchSession.initialEpoch) {
        self.id = id
        self.epoch = epoch
    }

    /// Whether the broker may have something to remember.
    var isOpen: Bool { id != 0 }

    /// What to send so that the broker fetches `wanted` and nothing else.
    ///
    /// A session goes on though fewer than ``minimumPartitions`` are left: its requests name less than those without one.
    ///
    /// - Parameters:
    ///   - wanted: At least one partition, in ascending order and none twice: what changed is found by going through two
    ///     lists side by side, without hashing a name.
    ///   - start: The partition that a full request begins with, those before it coming last: the broker fills its answer
    ///     in this order. In a session it turns the order by itself.
    /// - Complexity: O(*n*) in the partitions; the list itself is kept and not copied.
    mutating func next(_ wanted: [WantedPartition], from start: Int = 0) -> Request {
        precondition(wanted.indices.contains(start), "a fetch of nothing")
        assert(zip(wanted, wanted.dropFirst()).allSatisfy { $0.partition < $1.partition }, "out of order")
        defer { known = wanted }
        guard epoch == Self.initialEpoch else {
            let (named, forgotten) = changes(to: wanted)
            return Request(sessionID: id, sessionEpoch: epoch, named: named, forgotten: forgotten)
        }
        return Request(
            sessionID: id,
            sessionEpoch: wanted.count < Self.minimumPartitions ? Self.finalEpoch : Self.initialEpoch,
            named: start == 0 ? wanted : Array(wanted[start...]) + Array(wanted[..<start]))
    }

    private func changes(to wanted: [WantedPartition]) -> (named: [WantedPartition], forgotten: [TopicPartition]) {
        var named: [WantedPartition] = []
        var forgotten: [TopicPartition] = []
        var index = 0
        for place in wanted {
            while index < known.count, known[index].partition < place.partition {
                forgotten.append(known[index].partition)
                index += 1
            }
            if index < known.count, known[index].partition == place.partition {
                if known[index] != place { named.append(place) }
                index += 1
            } else {
                named.append(place)
            }
        }
        forgotten += known[index...].map(\.partition)
        return (named, forgotten)
    }

    /// Takes what came of the last request.
    mutating func receive(_ answer: Answer, to request: Request) {
        switch answer {
        case .taken(let sessionID) where request.isIncremental && sessionID == request.sessionID:
            epoch = Self.epoch(after: request.sessionEpoch)
        case .taken(let sessionID) where request.sessionEpoch == Self.initialEpoch:
            id = sessionID
            epoch = sessionID == 0 ? Self.initialEpoch : Self.epoch(after: Self.initialEpoch)
        case .taken:
            // It asked for none or ended one. Or, if it was incremental, the broker has given the session up, or was set
            // back to a version without sessions and was asked for everything.
            id = 0
            epoch = Self.initialEpoch
        case .refused(.fetchSessionIDNotFound):
            id = 0
            epoch = Self.initialEpoch
        case .refused, .lost:
            // The broker may have gone on or not, and may have the session still: the next request closes it.
            epoch = Self.initialEpoch
        }
    }

    /// Whether an answer speaks of the session alone, so that the same is asked for again at once, anew.
    ///
    /// A full request is not: a broker that refuses one for such a reason would do so again and again.
    static func mustRepeat(_ request: Request, after answer: Answer) -> Bool {
        guard request.isIncremental, case .refused(let error) = answer else { return false }
        return error == .fetchSessionIDNotFound || error == .invalidFetchSessionEpoch
            || error == .fetchSessionTopicIDError
    }

    /// The epoch of the request behind one in a session; 0 stands for a new session and is left out.
    static func epoch(after epoch: Int32) -> Int32 { epoch == .max ? 1 : epoch + 1 }
}

/// A partition that is to be fetched, and from where on.
struct WantedPartition: Hashable, Sendable {
    var partition: TopicPartition
    var offset: LogOffset
    /// The leadership that the consumer knows of: a broker that knows of a newer one says so (KIP-320).
    var leaderEpoch: LeaderEpoch
}

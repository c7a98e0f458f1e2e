internal import RecordFormat

/// The coordinator of groups: those that one partition of `__consumer_offsets` holds.
///
/// It has the groups' membership, generations and offsets, and says what to answer and what to append; it owns no
/// socket, log, clock or thread. The host
/// 1. replays the partition with ``replay(_:)`` and ends that with ``replayCompleted(at:)``,
/// 2. passes in each request with a token and the moment, and carries out the actions it gets, in order,
/// 3. reports the end of each append with ``appendCompleted(_:_:at:)``: only then do the answers leave that promise
///    something, and only then are committed offsets seen by ``fetchOffsets(_:)``,
/// 4. calls ``advance(to:)`` when ``nextDeadline`` has come,
/// 5. calls ``resign(at:)`` when it loses the partition or shuts down.
///
/// What it leaves out: who may do what.
///
/// A value with one owner; the host keeps it behind a lock or on one thread.
public struct GroupCoordinator: ~Copyable, Sendable {
    enum TimerKey: Hashable, Sendable {
        case group(GroupID, GroupEffects.Timer)
        case retentionCheck
        /// The end of the wait for the oldest append that someone may wait for.
        case appendCheck
    }

    /// An append whose end has not been reported.
    struct PendingAppend: Sendable {
        let groupID: GroupID
        let purpose: GroupEffects.Purpose
        /// The answers that leave when it is durable; none once their time is over.
        var held: [(token: RequestToken, response: GroupResponse)]
        /// When those who wait for it by then are told that they wait in vain.
        var patienceEnds: CoordinationInstant
    }

    /// The limits the coordinator works by.
    public let configuration: GroupCoordinatorConfiguration
    private let makeMemberSuffix: @Sendable () -> String
    var groups: [GroupID: Group] = [:]
    /// What there is besides groups, as the host last told: a host with several coordinators keeps it once and gives
    /// each the newest before an event.
    public var surroundings = GroupSurroundings()
    var timers = DeadlineQueue<TimerKey>()
    var pendingAppends: [AppendToken: PendingAppend] = [:]
    /// The markers whose end has not been reported.
    var pendingMarkers: [AppendToken: (marker: GroupMarker, request: RequestToken)] = [:]
    /// The groups in which a producer's transaction has offsets that wait for its end.
    var openTransactions: [ProducerID: Set<GroupID>] = [:]
    private var lastAppendToken = AppendToken(0)

    /// Creates a coordinator without groups.
    ///
    /// - Parameters:
    ///   - configuration: The limits to work by.
    ///   - makeMemberSuffix: Makes text that is never made again; member ids end with it.
    public init(
        configuration: GroupCoordinatorConfiguration = GroupCoordinatorConfiguration(),
        makeMemberSuffix: @escaping @Sendable () -> String = GroupCoordinator.randomMemberSuffix
    ) {
        self.configuration = configuration
        self.makeMemberSuffix = makeMemberSuffix
    }

    /// A random UUID in its usual form, as Kafka's member ids end with one.
    public static func randomMemberSuffix() -> String {
        let uuid = TopicID.random()
        func hex(_ half: UInt64) -> [Character] {
            let digits = String(half, radix: 16)
            return Array(String(repeating: "0", count: 16 - digits.count) + digits)
        }
        let digits = hex(uuid.high) + hex(uuid.low)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    /// When ``advance(to:)`` is to be called at the latest; `nil` while nothing is waited for.
    ///
    /// It may be earlier than anything happens, never later, and changes with every event.
    public var nextDeadline: CoordinationInstant? { timers.next }

    /// Fires the timers that are due.
    public mutating func advance(to now: CoordinationTime) -> [GroupAction] {
        var actions: [GroupAction] = []
        while let key = timers.popExpired(at: now.instant) {
            switch key {
            case .retentionCheck: actions += expireOffsets(at: now)
            case .appendCheck: actions += dismissImpatient(at: now)
            case .group(let groupID, let timer):
                actions += withGroup(groupID, at: now) { $0.timerFired(timer, &$1) }
            }
        }
        return actions
    }

    func makeEffects(of groupID: GroupID, at now: CoordinationTime) -> GroupEffects {
        GroupEffects(
            now: now, configuration: configuration,
            consumerSettings: ConsumerGroupSettings(configuration, surroundings.overrides[groupID]),
            catalog: surroundings.catalog,
            makeMemberSuffix: makeMemberSuffix)
    }

    /// Lets a group take an event and carries out what it wants; does nothing if there is no such group.
    mutating func withGroup(
        _ groupID: GroupID, at now: CoordinationTime, _ event: (inout Group, inout GroupEffects) -> Void
    ) -> [GroupAction] {
        guard let index = groups.index(forKey: groupID) else { return [] }
        var effects = makeEffects(of: groupID, at: now)
        event(&groups.values[index], &effects)
        return carryOut(effects, of: groupID)
    }

    /// Turns what a group wants into timers and actions.
    mutating func carryOut(_ effects: GroupEffects, of groupID: GroupID) -> [GroupAction] {
        var actions: [GroupAction] = []
        for effect in effects.list {
            switch effect {
            case .respond(let token, let response): actions.append(.respond(token, response))
            case .schedule(let timer, let instant): timers.schedule(.group(groupID, timer), at: instant)
            case .cancel(let timer): timers.cancel(.group(groupID, timer))
            case .append(let append):
                precondition(!append.records.isEmpty, "an append of group \(groupID) has no records")
                let token = makeAppendToken()
                let patienceEnds = effects.now.instant.advanced(by: configuration.appendTimeout)
                pendingAppends[token] = PendingAppend(
                    groupID: groupID, purpose: append.purpose, held: append.held, patienceEnds: patienceEnds)
                // One timer for all: later appends end their wait later.
                if !timers.has(.appendCheck) { timers.schedule(.appendCheck, at: patienceEnds) }
                groups[groupID]?.appendsInFlight += 1
                actions.append(
                    .append(
                        GroupAppend(
                            groupID: groupID, records: append.records, producer: append.producer, token: token)))
            }
        }
        if groups[groupID]?.isForgettable == true { groups[groupID] = nil }
        return actions
    }

    mutating func makeAppendToken() -> AppendToken {
        lastAppendToken = AppendToken(lastAppendToken.rawValue + 1)
        return lastAppendToken
    }

    /// Proves what must hold between any two events.
    func checkInvariants() {
        for (groupID, group) in groups {
            precondition(group.id == groupID, "a group is filed under another's name")
            group.checkInvariants()
            let pending = pendingAppends.values.count { $0.groupID == groupID }
            precondition(group.appendsInFlight == pending, "an append was lost")
            let producers = group.offsets.waitingProducers
            precondition(
                producers.allSatisfy { openTransactions[$0]?.contains(groupID) == true }, "a transaction was lost")
        }
    }
}

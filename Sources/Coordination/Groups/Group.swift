internal import RecordFormat

/// One group: who is in it, by one protocol or the other, and how far it has come.
///
/// A value without clock or I/O: each event comes with its moment in ``GroupEffects`` and leaves there what is to be
/// done. Offsets belong to the group whatever its protocol, and stay when it goes over from one to the other.
///
/// - Invariant: One of ``classic``, ``consumer`` and ``share`` is there, and no other.
struct Group: Sendable {
    /// What a group becomes once that is durable.
    private enum Conversion: Sendable {
        /// A consumer group, whose first event is on its way to the log.
        case toConsumer(ConsumerGroup)
        /// A classic group, whose record is on its way to the log.
        case toClassic(ConsumerGroup.Downgrade)
    }

    let id: GroupID
    /// The members, if they speak the classic protocol; also of a group that never had any.
    var classic: ClassicGroup?
    /// The members, if the group is of the consumer protocol (KIP-848).
    var consumer: ConsumerGroup?
    /// The members, if it is a share group (KIP-932), which has no offsets and never goes over.
    var share: ShareGroup?
    var offsets = GroupOffsets()

    /// The number of appends whose end has not been reported.
    var appendsInFlight = 0
    /// Whether the log has anything about the group, which a deletion has to undo there.
    var isPersisted = false
    /// Whether the deletion of a consumer group is on its way to the log.
    var isDeleting = false
    private var conversion: Conversion?
    /// The empty consumer group whose place a classic one has taken, until that is durable.
    private var replaced: ConsumerGroup?

    /// Creates a group without members.
    init(id: GroupID, at timestamp: Timestamp) {
        self.id = id
        classic = ClassicGroup(id: id, at: timestamp)
    }

    /// Creates a group of the consumer protocol without members.
    init(consumerGroup id: GroupID) {
        self.id = id
        consumer = ConsumerGroup(id: id)
    }

    /// Creates a share group without members.
    init(shareGroup id: GroupID) {
        self.id = id
        share = ShareGroup(id: id)
    }

    /// Whether the group is between its protocols. It is for the length of one append, during which everyone is told to
    /// ask again.
    var isConverting: Bool { conversion != nil }

    /// Whether nothing is lost when the group is forgotten without a record.
    var isForgettable: Bool {
        let hasNobody = classic.map { $0.phase == .empty && $0.pendingJoins.isEmpty } ?? true
        return hasNobody && consumer?.isForgettable ?? true && share?.isForgettable ?? true && offsets.isEmpty
            && appendsInFlight == 0 && !isPersisted
    }

    /// Lets the classic group take an event.
    mutating func withClassic(_ event: (inout ClassicGroup) -> Void) {
        if classic != nil { event(&classic!) }
    }

    /// Lets the consumer group take an event, by which it may become a classic one.
    mutating func withConsumer(_ event: (inout ConsumerGroup) -> ConsumerGroup.Downgrade?) {
        guard consumer != nil, let downgrade = event(&consumer!) else { return }
        conversion = .toClassic(downgrade)
    }

    // MARK: - Going over to the other protocol

    /// A member of the consumer protocol wants to join a classic group: the group becomes a consumer group by that, if
    /// it may.
    mutating func upgrade(
        _ request: ConsumerHeartbeat, isVisible: (String) -> Bool, token: RequestToken, _ effects: inout GroupEffects
    ) {
        guard let classic else { return }
        func refuse(_ refusal: GroupRefusal) {
            let result = ConsumerHeartbeatResult(error: refusal.error, message: refusal.message)
            effects.respond(token, .consumerHeartbeat(result))
        }
        if let refusal = ConsumerGroup.refusal(toUpgrade: classic, effects.configuration) { return refuse(refusal) }
        guard var upgraded = ConsumerGroup(upgrading: classic, hasRecord: isPersisted, effects.catalog) else {
            return refuse(
                GroupRefusal(.groupIDNotFound, "The embedded consumer protocol of group \(id) is malformed."))
        }
        upgraded.heartbeat(request, isVisible: isVisible, token: token, &effects)
        // A heartbeat that was refused leaves the classic group as it is.
        if !upgraded.isSettled { conversion = .toConsumer(upgraded) }
    }

    /// Gives the place of a consumer group without members to a classic one, whose first member joins.
    ///
    /// - Returns: The records of the consumer group's end.
    mutating func replaceEmptyConsumerGroup(at timestamp: Timestamp) -> [GroupRecord] {
        guard let consumer else { return [] }
        replaced = consumer
        self.consumer = nil
        classic = ClassicGroup(id: id, at: timestamp)
        return consumer.state.tombstones.map { $0.encoded(for: id) }
    }

    // MARK: - The end of appends

    /// The records of a consumer or share group's events are durable.
    mutating func membershipCompleted(_ effects: inout GroupEffects) {
        isPersisted = true
        if case .toConsumer(var upgraded) = conversion {
            conversion = nil
            classic?.dismissAll(.rebalanceInProgress, &effects)
            classic = nil
            upgraded.appendCompleted(&effects)
            upgraded.watchMembers(&effects)
            consumer = upgraded
            return
        }
        consumer?.appendCompleted(&effects)
        share?.appendCompleted(&effects)
        guard case .toClassic(let downgrade) = conversion, consumer?.isSettled == true else { return }
        conversion = nil
        consumer = nil
        var classic = downgrade.group
        for member in classic.roster.members { classic.renewSession(member.id, &effects) }
        if downgrade.rebalances { classic.prepareRebalance(&effects) }
        self.classic = classic
    }

    /// The records of a consumer or share group's events are on their way for longer than anyone is to wait.
    mutating func membershipIsLate(_ error: GroupError, _ effects: inout GroupEffects) {
        if case .toConsumer(var upgraded) = conversion {
            upgraded.dismissWaiting(error, &effects)
            conversion = .toConsumer(upgraded)
        }
        consumer?.dismissWaiting(error, &effects)
        share?.dismissWaiting(error, &effects)
    }

    /// The records of a consumer or share group's events did not become durable.
    mutating func membershipFailed(_ error: GroupError, _ effects: inout GroupEffects) {
        dismissConversion(error, &effects)
        consumer?.appendFailed(error, &effects)
        share?.appendFailed(error, &effects)
    }

    /// Answers whoever waits for a classic group to become a consumer group.
    mutating func dismissConversion(_ error: GroupError, _ effects: inout GroupEffects) {
        if case .toConsumer(var upgraded) = conversion { upgraded.dismiss(error, &effects) }
        conversion = nil
    }

    /// The first record of a classic group is durable.
    mutating func creationCompleted(_ effects: inout GroupEffects) {
        replaced = nil
        classic?.creationCompleted(&effects)
    }

    /// The first record of a classic group did not become durable.
    mutating func creationFailed(_ error: GroupError, _ effects: inout GroupEffects) {
        classic?.creationFailed(error, &effects)
        guard let replaced else { return }
        classic = nil
        consumer = replaced
        self.replaced = nil
    }

    // MARK: - Replay

    /// Takes over a record of a classic group; the last record of any kind says which kind of group it is.
    mutating func replay(_ value: GroupMetadataValue) {
        var group = ClassicGroup(id: id, at: value.currentStateTimestamp)
        group.restore(value)
        classic = group
        consumer = nil
        share = nil
        isPersisted = true
    }

    /// Takes over a record of a consumer group.
    mutating func replay(_ record: ConsumerGroupRecord) {
        if consumer == nil {
            // What is undone here was undone before, or belongs to a classic group's past.
            if record.isTombstone { return }
            consumer = ConsumerGroup(id: id)
            classic = nil
            share = nil
        }
        consumer?.replay(record)
        isPersisted = true
    }

    /// Takes over a record of a share group.
    mutating func replay(_ record: ShareGroupRecord) {
        if share == nil {
            // What is undone here was undone before.
            if record.isTombstone { return }
            share = ShareGroup(id: id)
            classic = nil
            consumer = nil
        }
        share?.replay(record)
        isPersisted = true
    }

    /// Forgets the members, whose group has come to its end in the log.
    mutating func forgetMembers(at timestamp: Timestamp) {
        classic = ClassicGroup(id: id, at: timestamp)
        consumer = nil
        share = nil
        isPersisted = !offsets.isEmpty
    }

    /// Proves what must hold between any two events.
    func checkInvariants() {
        let kinds = [classic != nil, consumer != nil, share != nil].count { $0 }
        precondition(kinds == 1, "group \(id) has \(kinds) kinds of members")
        classic?.checkInvariants()
        consumer?.checkInvariants()
        share?.checkInvariants()
        offsets.checkInvariants()
    }
}

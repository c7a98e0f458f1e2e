internal import RecordFormat

/// What a group's members and its protocol have to say about its offsets.
extension Group {
    /// Whether the group's deletion or its conversion is on its way to the log, and its offsets are to stay untouched.
    var isEnding: Bool { isDeleting || isConverting || classic?.phase == .dead }

    /// Whether nobody is in the group or about to be.
    var isUnused: Bool {
        if let consumer { return consumer.state.members.isEmpty && consumer.isSettled }
        if let share { return share.state.members.isEmpty && share.isSettled }
        return classic?.isUnused ?? true
    }

    /// Whether the members read a topic, or might.
    func isSubscribed(to topic: String) -> Bool {
        if let consumer { return consumer.state.subscribedTopics.contains(topic) }
        return classic?.isSubscribed(to: topic) ?? false
    }

    var refusalOfOffsetDeletion: GroupError? {
        if isDeleting || isConverting { return .coordinatorNotAvailable }
        // A share group has no offsets.
        if share != nil { return .groupIDNotFound }
        // What a consumer group reads is known, whoever is in it.
        return classic?.refusalOfOffsetDeletion
    }

    var refusalOfDeletion: GroupError? {
        if isDeleting || isConverting { return .coordinatorNotAvailable }
        if let share {
            if !share.state.members.isEmpty { return .nonEmptyGroup }
            return share.isSettled ? nil : .coordinatorNotAvailable
        }
        guard let consumer else { return classic?.refusalOfDeletion }
        if !consumer.state.members.isEmpty { return .nonEmptyGroup }
        return consumer.isSettled ? nil : .coordinatorNotAvailable
    }

    /// Since when an offset has not been used; `nil` while it is.
    func expiryBase(of value: OffsetCommitValue) -> Timestamp? {
        // The records of a consumer group do not say since when it is empty.
        consumer == nil ? classic?.expiryBase(of: value) : value.commitTimestamp
    }

    /// Lets nobody in any more: the group may be gone a moment later.
    ///
    /// - Returns: The records of its end.
    mutating func beginDeletion(_ effects: inout GroupEffects) -> [GroupRecord] {
        if let consumer {
            isDeleting = true
            return consumer.state.tombstones.map { $0.encoded(for: id) }
        }
        if let share {
            isDeleting = true
            return share.state.tombstones.map { $0.encoded(for: id) }
        }
        classic?.beginDeletion(&effects)
        return [.groupMetadata(id, nil)]
    }

    /// The group's end did not become durable: it is as it was.
    mutating func endDeletion() {
        isDeleting = false
        classic?.endDeletion()
    }
}

extension ClassicGroup {
    /// Whether an offset commit may act for a member, and why not.
    func refusal(of request: OffsetCommit) -> GroupError? {
        if phase == .dead { return .coordinatorNotAvailable }
        // An administrator, or a consumer that assigns its partitions itself, may commit where nobody else does.
        if request.generation < GenerationID(0) && phase == .empty { return nil }
        let isOutside =
            request.generation < GenerationID(0) && request.memberID.isUnknown && request.instanceID == nil
        if isOutside { return .unknownMemberID }
        if let error = refusal(of: request.memberID, request.instanceID) { return error }
        if request.generation != generation { return .illegalGeneration }
        // The member has joined, and until it has its assignment it cannot have read anything.
        return state == .completingRebalance ? .rebalanceInProgress : nil
    }

    fileprivate var refusalOfOffsetDeletion: GroupError? {
        switch phase {
        case .dead: .coordinatorNotAvailable
        case .empty: nil
        // Of a consumer group it is known which topics are still read; of others nothing is.
        case .preparingRebalance, .completingRebalance, .stable: isConsumerGroup ? nil : .nonEmptyGroup
        }
    }

    fileprivate var refusalOfDeletion: GroupError? {
        switch phase {
        case .preparingRebalance, .completingRebalance, .stable: .nonEmptyGroup
        // Whether it will be gone is not settled before the record is durable.
        case .dead: .coordinatorNotAvailable
        case .empty: nil
        }
    }

    fileprivate func expiryBase(of value: OffsetCommitValue) -> Timestamp? {
        // Nobody was ever seen to use the offsets but by committing them.
        if protocolType == nil { return value.commitTimestamp }
        if phase == .empty { return stateTimestamp == .none ? value.commitTimestamp : stateTimestamp }
        if isConsumerGroup && phase == .stable && subscribedTopics != nil { return value.commitTimestamp }
        return nil
    }

    fileprivate mutating func beginDeletion(_ effects: inout GroupEffects) {
        for memberID in pendingJoins { remove(memberID, &effects) }
        // Should the group stay, then as it is: empty for as long as it has been.
        move(to: .dead, at: stateTimestamp)
    }

    fileprivate mutating func endDeletion() {
        if phase == .dead { move(to: .empty, at: stateTimestamp) }
    }
}

extension ConsumerGroup {
    /// Whether an offset commit may act for a member, and why not.
    func refusal(of request: OffsetCommit) -> GroupError? {
        // An administrator, or a consumer that assigns its partitions itself, may commit where nobody else does.
        if request.generation < GenerationID(0) && state.members.isEmpty { return nil }
        guard let member = state.members[request.memberID] else { return .unknownMemberID }
        // Older versions would take a member's epoch for a generation, and have no word for a stale one.
        if !member.usesClassicProtocol && !request.knowsMemberEpochs { return .unsupportedVersion }
        return refusal(of: member, inEpoch: request.generation.rawValue)
    }

    /// Whether an offset commit within a transaction may act for a member, and why not.
    func transactionalRefusal(of request: OffsetCommit) -> GroupError? {
        if request.generation < GenerationID(0) && state.members.isEmpty { return nil }
        guard let member = state.members[request.memberID] else { return .unknownMemberID }
        return refusal(of: member, inEpoch: request.generation.rawValue)
    }

    /// Whether an offset fetch may act for a member, and why not.
    func refusal(of request: OffsetFetch) -> GroupError? {
        guard request.memberID != nil || request.epoch >= 0 else { return nil }
        guard let member = request.memberID.flatMap({ state.members[$0] }) else { return .unknownMemberID }
        return refusal(of: member, inEpoch: request.epoch)
    }

    private func refusal(of member: ConsumerMember, inEpoch epoch: Int32) -> GroupError? {
        if member.current.epoch == epoch { return nil }
        return member.usesClassicProtocol ? .illegalGeneration : .staleMemberEpoch
    }
}

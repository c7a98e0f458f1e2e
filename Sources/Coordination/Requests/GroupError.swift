/// Why the coordinator refused a request; the host gives each the wire code that has the same name.
public enum GroupError: String, Error, Hashable, Sendable, CaseIterable {
    /// The coordinator cannot answer just now; the client is to ask again.
    case coordinatorNotAvailable
    /// This node no longer has the group's partition; the client is to look for the coordinator.
    case notCoordinator
    /// The group's name is empty where it must not be.
    case invalidGroupID
    /// There is no such group.
    case groupIDNotFound
    /// The group still has members.
    case nonEmptyGroup
    /// The group has as many members as it may have (KIP-389).
    case groupMaxSizeReached
    /// The group reads the topic whose offsets were to be deleted (KIP-496).
    case groupSubscribedToTopic
    /// The member's protocol type or its protocols do not go with those of the group.
    case inconsistentGroupProtocol
    /// The session timeout is outside of the bounds that the configuration sets.
    case invalidSessionTimeout
    /// The client is to join again with the member id of this answer (KIP-394).
    case memberIDRequired
    /// The group has no such member, or no longer.
    case unknownMemberID
    /// Another member has taken over the static member's instance id (KIP-345).
    case fencedInstanceID
    /// The member is in another generation than the group.
    case illegalGeneration
    /// The group is between two generations; the member is to join again.
    case rebalanceInProgress
    /// The metadata stored with an offset is longer than the configuration allows.
    case offsetMetadataTooLarge
    /// The offset of the partition is about to change; the client is to ask again (KIP-447).
    case unstableOffsetCommit
    /// The epoch of the producer whose transaction commits offsets is over (KIP-98).
    case invalidProducerEpoch
    /// The group's offsets are not part of the producer's transaction (KIP-890).
    case invalidTxnState
    /// The markers of a coordinator that has been replaced (KIP-98).
    case transactionCoordinatorFenced
    /// The member's epoch is not the one that it has; it must give up all its partitions and join again (KIP-848).
    case fencedMemberEpoch
    /// The member's epoch is not its present one; it is to learn that from a heartbeat and ask again (KIP-848).
    case staleMemberEpoch
    /// A member that has not left has the instance id (KIP-848).
    case unreleasedInstanceID
    /// The coordinator has no assignor of this name (KIP-848).
    case unsupportedAssignor
    /// The regular expression of a subscription cannot be used (KIP-848).
    case invalidRegularExpression
    /// The request lacks something, or has something that does not belong there.
    case invalidRequest
    /// The version of the request has no place for what the group would need to know.
    case unsupportedVersion
    /// The request cannot be served as it is, such as an assignment too big for one record.
    case unknownServerError
}

/// Why an append to `__consumer_offsets` did not become durable.
public enum GroupAppendFailure: Error, Hashable, Sendable {
    /// Not enough replicas, no such partition or no answer in time: another try may do.
    case unavailable
    /// The partition has its leader elsewhere, or its storage has failed.
    case notLeader
    /// The records are larger than the partition takes.
    case tooLarge
    /// The epoch of the producer whose transaction the records are part of is over.
    case fencedProducer
    /// The records are part of a transaction that is not open, or that the partition is not part of.
    case outsideTransaction
    /// The marker is that of a coordinator which has been replaced.
    case fencedCoordinator

    /// What the client of the operation is told.
    var groupError: GroupError {
        switch self {
        case .unavailable: .coordinatorNotAvailable
        case .notLeader: .notCoordinator
        case .tooLarge: .unknownServerError
        case .fencedProducer: .invalidProducerEpoch
        case .outsideTransaction: .invalidTxnState
        case .fencedCoordinator: .transactionCoordinatorFenced
        }
    }
}

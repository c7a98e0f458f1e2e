import Coordination
import KafkaProtocol

extension ErrorCode {
    /// The wire's code for what a group's coordinator refused; ``none`` for `nil`.
    init(_ error: GroupError?) {
        self =
            switch error {
            case nil: .none
            case .coordinatorNotAvailable: .coordinatorNotAvailable
            case .notCoordinator: .notCoordinator
            case .invalidGroupID: .invalidGroupID
            case .groupIDNotFound: .groupIDNotFound
            case .nonEmptyGroup: .nonEmptyGroup
            case .groupMaxSizeReached: .groupMaxSizeReached
            case .groupSubscribedToTopic: .groupSubscribedToTopic
            case .inconsistentGroupProtocol: .inconsistentGroupProtocol
            case .invalidSessionTimeout: .invalidSessionTimeout
            case .memberIDRequired: .memberIDRequired
            case .unknownMemberID: .unknownMemberID
            case .fencedInstanceID: .fencedInstanceID
            case .illegalGeneration: .illegalGeneration
            case .rebalanceInProgress: .rebalanceInProgress
            case .offsetMetadataTooLarge: .offsetMetadataTooLarge
            case .unstableOffsetCommit: .unstableOffsetCommit
            case .invalidProducerEpoch: .invalidProducerEpoch
            case .invalidTxnState: .invalidTxnState
            case .transactionCoordinatorFenced: .transactionCoordinatorFenced
            case .fencedMemberEpoch: .fencedMemberEpoch
            case .staleMemberEpoch: .staleMemberEpoch
            case .unreleasedInstanceID: .unreleasedInstanceID
            case .unsupportedAssignor: .unsupportedAssignor
            case .invalidRegularExpression: .invalidRegularExpression
            case .invalidRequest: .invalidRequest
            case .unsupportedVersion: .unsupportedVersion
            case .unknownServerError: .unknownServerError
            }
    }
}

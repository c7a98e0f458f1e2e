import Coordination
import KafkaProtocol

/// Why a coordinator's append has come to nothing, as its machine hears it.
protocol HostedAppendFailure: Error {
    /// This node no longer has the partition, or its device has failed.
    static var notLeader: Self { get }
    /// The records may be appended later.
    static var unavailable: Self { get }
}

extension GroupAppendFailure: HostedAppendFailure {}
extension TransactionAppendFailure: HostedAppendFailure {}

extension Result where Success == Void, Failure: HostedAppendFailure {
    /// What the end of a wait is to a machine.
    init(_ outcome: ErrorCode) {
        self =
            switch outcome {
            case .none: .success(())
            case .notLeaderOrFollower, .kafkaStorageError: .failure(.notLeader)
            default: .failure(.unavailable)
            }
    }
}

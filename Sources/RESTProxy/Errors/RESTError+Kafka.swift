import KafkaClient
import KafkaProtocol

extension RESTError {
    /// The answer for an error of the client or the cluster.
    init(_ error: KafkaClientError) {
        switch error.code {
        case .broker: self.init(broker: error)
        case .recordTooLarge: self = .tooLarge(error.message)
        case .invalidArgument, .invalidConfiguration: self = .kafkaBadRequest(error.message)
        case .connectionFailed, .closed: self = .brokerNotAvailable(error.message)
        default: self = error.isRetriable ? .kafkaRetriable(error.message) : .kafka(error.message)
        }
    }

    private init(broker error: KafkaClientError) {
        switch error.errorCode {
        case ErrorCode.unknownTopicOrPartition?: self = .topicNotFound
        case ErrorCode.topicAuthorizationFailed?, ErrorCode.groupAuthorizationFailed?,
            ErrorCode.clusterAuthorizationFailed?, ErrorCode.transactionalIDAuthorizationFailed?,
            ErrorCode.delegationTokenAuthorizationFailed?:
            self = .kafkaAuthorization(error.message)
        case ErrorCode.saslAuthenticationFailed?: self = .kafkaAuthentication(error.message)
        case ErrorCode.messageTooLarge?, ErrorCode.recordListTooLarge?: self = .tooLarge(error.message)
        case ErrorCode.throttlingQuotaExceeded?: self = .throttled(for: .seconds(1))
        case ErrorCode.brokerNotAvailable?: self = .brokerNotAvailable(error.message)
        case ErrorCode.invalidTopicException?, ErrorCode.topicAlreadyExists?, ErrorCode.invalidPartitions?,
            ErrorCode.invalidReplicationFactor?, ErrorCode.invalidReplicaAssignment?, ErrorCode.invalidConfig?,
            ErrorCode.invalidRequest?, ErrorCode.policyViolation?, ErrorCode.securityDisabled?,
            ErrorCode.unsupportedVersion?, ErrorCode.invalidGroupID?:
            self = .kafkaBadRequest(error.message)
        default: self = error.isRetriable ? .kafkaRetriable(error.message) : .kafka(error.message)
        }
    }

    /// The answer for whatever a route threw.
    init(any error: any Error) {
        switch error {
        case let error as RESTError: self = error
        case let error as KafkaClientError: self.init(error)
        default: self.init(500, "Internal Server Error")
        }
    }
}

// Generated from Schemas/ErrorCodes.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

extension ErrorCode {
    /// The server failed in a way it did not foresee.
    public static let unknownServerError = ErrorCode(rawValue: -1)
    /// No error.
    public static let none = ErrorCode(rawValue: 0)
    /// The offset lies outside the range that the partition holds.
    public static let offsetOutOfRange = ErrorCode(rawValue: 1)
    /// The records are damaged, or a compacted topic was sent a null key.
    public static let corruptMessage = ErrorCode(rawValue: 2)
    /// This server does not host the topic or the partition.
    public static let unknownTopicOrPartition = ErrorCode(rawValue: 3)
    /// The size asked for in the fetch is not valid.
    public static let invalidFetchSize = ErrorCode(rawValue: 4)
    /// The partition has no leader at the moment.
    public static let leaderNotAvailable = ErrorCode(rawValue: 5)
    /// This broker is not the leader, or no replica, of the partition.
    public static let notLeaderOrFollower = ErrorCode(rawValue: 6)
    /// The request was not completed in the time it allowed.
    public static let requestTimedOut = ErrorCode(rawValue: 7)
    /// The broker is not available.
    public static let brokerNotAvailable = ErrorCode(rawValue: 8)
    /// The replica is not available for the partition.
    public static let replicaNotAvailable = ErrorCode(rawValue: 9)
    /// A record or batch is larger than the server accepts.
    public static let messageTooLarge = ErrorCode(rawValue: 10)
    /// The controller's epoch is out of date: another broker has become controller.
    public static let staleControllerEpoch = ErrorCode(rawValue: 11)
    /// The metadata of an offset commit is too large.
    public static let offsetMetadataTooLarge = ErrorCode(rawValue: 12)
    /// The connection was lost before a response came.
    public static let networkException = ErrorCode(rawValue: 13)
    /// The coordinator is still loading its state.
    public static let coordinatorLoadInProgress = ErrorCode(rawValue: 14)
    /// The coordinator is not available.
    public static let coordinatorNotAvailable = ErrorCode(rawValue: 15)
    /// This broker is not the coordinator asked for.
    public static let notCoordinator = ErrorCode(rawValue: 16)
    /// The topic's name is not valid, or the topic may not be used this way.
    public static let invalidTopicException = ErrorCode(rawValue: 17)
    /// The batch is larger than the segment size of the partition.
    public static let recordListTooLarge = ErrorCode(rawValue: 18)
    /// There are fewer in-sync replicas than the topic requires.
    public static let notEnoughReplicas = ErrorCode(rawValue: 19)
    /// The records were written, but to too few in-sync replicas.
    public static let notEnoughReplicasAfterAppend = ErrorCode(rawValue: 20)
    /// The value of acks is not valid.
    public static let invalidRequiredAcks = ErrorCode(rawValue: 21)
    /// The group's generation is not the one that the member named.
    public static let illegalGeneration = ErrorCode(rawValue: 22)
    /// The member's protocol type or protocols do not fit those of the group.
    public static let inconsistentGroupProtocol = ErrorCode(rawValue: 23)
    /// The group's name is not valid.
    public static let invalidGroupID = ErrorCode(rawValue: 24)
    /// The coordinator does not know this member.
    public static let unknownMemberID = ErrorCode(rawValue: 25)
    /// The session timeout lies outside the range that the coordinator allows.
    public static let invalidSessionTimeout = ErrorCode(rawValue: 26)
    /// The group is rebalancing, so the member has to join again.
    public static let rebalanceInProgress = ErrorCode(rawValue: 27)
    /// The offset commit is too large to be stored.
    public static let invalidCommitOffsetSize = ErrorCode(rawValue: 28)
    /// No permission to use the topic.
    public static let topicAuthorizationFailed = ErrorCode(rawValue: 29)
    /// No permission to use the group.
    public static let groupAuthorizationFailed = ErrorCode(rawValue: 30)
    /// No permission to use the cluster.
    public static let clusterAuthorizationFailed = ErrorCode(rawValue: 31)
    /// A record's timestamp is out of the range that the topic allows.
    public static let invalidTimestamp = ErrorCode(rawValue: 32)
    /// The server does not offer the SASL mechanism.
    public static let unsupportedSaslMechanism = ErrorCode(rawValue: 33)
    /// The request does not belong at this point of the SASL exchange.
    public static let illegalSaslState = ErrorCode(rawValue: 34)
    /// The server does not support this version of the API.
    public static let unsupportedVersion = ErrorCode(rawValue: 35)
    /// A topic of this name exists already.
    public static let topicAlreadyExists = ErrorCode(rawValue: 36)
    /// The number of partitions is not valid.
    public static let invalidPartitions = ErrorCode(rawValue: 37)
    /// The replication factor is below 1 or above the number of brokers.
    public static let invalidReplicationFactor = ErrorCode(rawValue: 38)
    /// The assignment of replicas is not valid.
    public static let invalidReplicaAssignment = ErrorCode(rawValue: 39)
    /// A configuration is not valid.
    public static let invalidConfig = ErrorCode(rawValue: 40)
    /// This broker is not the controller.
    public static let notController = ErrorCode(rawValue: 41)
    /// The request contradicts itself or the protocol.
    public static let invalidRequest = ErrorCode(rawValue: 42)
    /// The partition's message format does not support the request.
    public static let unsupportedForMessageFormat = ErrorCode(rawValue: 43)
    /// A policy of the server forbids the request.
    public static let policyViolation = ErrorCode(rawValue: 44)
    /// The sequence number does not follow the producer's last one.
    public static let outOfOrderSequenceNumber = ErrorCode(rawValue: 45)
    /// The sequence number was used before.
    public static let duplicateSequenceNumber = ErrorCode(rawValue: 46)
    /// A producer of a newer epoch exists.
    public static let invalidProducerEpoch = ErrorCode(rawValue: 47)
    /// The transaction is in a state that does not allow the operation.
    public static let invalidTxnState = ErrorCode(rawValue: 48)
    /// The producer ID is not the one that belongs to the transactional ID.
    public static let invalidProducerIDMapping = ErrorCode(rawValue: 49)
    /// The transaction timeout is above the limit that the server sets.
    public static let invalidTransactionTimeout = ErrorCode(rawValue: 50)
    /// Another operation on the same transaction has not finished.
    public static let concurrentTransactions = ErrorCode(rawValue: 51)
    /// The transaction coordinator has been replaced by a newer one.
    public static let transactionCoordinatorFenced = ErrorCode(rawValue: 52)
    /// No permission to use the transactional ID.
    public static let transactionalIDAuthorizationFailed = ErrorCode(rawValue: 53)
    /// Security is switched off on this server.
    public static let securityDisabled = ErrorCode(rawValue: 54)
    /// The operation was not tried, because another one of the same request failed.
    public static let operationNotAttempted = ErrorCode(rawValue: 55)
    /// The server could not read or write its disk.
    public static let kafkaStorageError = ErrorCode(rawValue: 56)
    /// The log directory was not found in the server's configuration.
    public static let logDirNotFound = ErrorCode(rawValue: 57)
    /// SASL authentication failed.
    public static let saslAuthenticationFailed = ErrorCode(rawValue: 58)
    /// The broker holds no state about this producer ID.
    public static let unknownProducerID = ErrorCode(rawValue: 59)
    /// A reassignment of the partition is in progress.
    public static let reassignmentInProgress = ErrorCode(rawValue: 60)
    /// Delegation tokens are switched off.
    public static let delegationTokenAuthDisabled = ErrorCode(rawValue: 61)
    /// The delegation token was not found.
    public static let delegationTokenNotFound = ErrorCode(rawValue: 62)
    /// The delegation token belongs to someone else.
    public static let delegationTokenOwnerMismatch = ErrorCode(rawValue: 63)
    /// Delegation tokens cannot be requested on this kind of connection.
    public static let delegationTokenRequestNotAllowed = ErrorCode(rawValue: 64)
    /// No permission to use the delegation token.
    public static let delegationTokenAuthorizationFailed = ErrorCode(rawValue: 65)
    /// The delegation token has expired.
    public static let delegationTokenExpired = ErrorCode(rawValue: 66)
    /// The type of the principal is not supported.
    public static let invalidPrincipalType = ErrorCode(rawValue: 67)
    /// The group still has members.
    public static let nonEmptyGroup = ErrorCode(rawValue: 68)
    /// There is no group of this name.
    public static let groupIDNotFound = ErrorCode(rawValue: 69)
    /// The fetch session is not known, or has been evicted.
    public static let fetchSessionIDNotFound = ErrorCode(rawValue: 70)
    /// The epoch of the fetch session is not the expected one.
    public static let invalidFetchSessionEpoch = ErrorCode(rawValue: 71)
    /// The leader has no listener that matches the one on which metadata was asked.
    public static let listenerNotFound = ErrorCode(rawValue: 72)
    /// Deletion of topics is switched off.
    public static let topicDeletionDisabled = ErrorCode(rawValue: 73)
    /// The leader epoch in the request is older than the broker's.
    public static let fencedLeaderEpoch = ErrorCode(rawValue: 74)
    /// The leader epoch in the request is newer than the broker's.
    public static let unknownLeaderEpoch = ErrorCode(rawValue: 75)
    /// The client cannot read the compression of these records.
    public static let unsupportedCompressionType = ErrorCode(rawValue: 76)
    /// The broker's epoch has changed.
    public static let staleBrokerEpoch = ErrorCode(rawValue: 77)
    /// The new leader's high watermark has not caught up with the old one's yet.
    public static let offsetNotAvailable = ErrorCode(rawValue: 78)
    /// The member has to join with the member ID that this response gives it.
    public static let memberIDRequired = ErrorCode(rawValue: 79)
    /// The preferred leader is not available.
    public static let preferredLeaderNotAvailable = ErrorCode(rawValue: 80)
    /// The group has as many members as it may have.
    public static let groupMaxSizeReached = ErrorCode(rawValue: 81)
    /// A newer member has taken over this group instance ID.
    public static let fencedInstanceID = ErrorCode(rawValue: 82)
    /// No replica is eligible to become leader.
    public static let eligibleLeadersNotAvailable = ErrorCode(rawValue: 83)
    /// The partition has the wanted leader already.
    public static let electionNotNeeded = ErrorCode(rawValue: 84)
    /// The partition is not being reassigned.
    public static let noReassignmentInProgress = ErrorCode(rawValue: 85)
    /// The group subscribes to the topic, whose offsets it therefore keeps.
    public static let groupSubscribedToTopic = ErrorCode(rawValue: 86)
    /// The broker refused a record.
    public static let invalidRecord = ErrorCode(rawValue: 87)
    /// Some of the offsets belong to a transaction that has not ended.
    public static let unstableOffsetCommit = ErrorCode(rawValue: 88)
    /// The quota is used up for now.
    public static let throttlingQuotaExceeded = ErrorCode(rawValue: 89)
    /// A newer producer has taken over this transactional ID.
    public static let producerFenced = ErrorCode(rawValue: 90)
    /// The request names something that does not exist.
    public static let resourceNotFound = ErrorCode(rawValue: 91)
    /// The request names the same thing more than once.
    public static let duplicateResource = ErrorCode(rawValue: 92)
    /// The credential is not acceptable.
    public static let unacceptableCredential = ErrorCode(rawValue: 93)
    /// Sender and receiver of the vote disagree on the set of voters.
    public static let inconsistentVoterSet = ErrorCode(rawValue: 94)
    /// The feature level is not valid.
    public static let invalidUpdateVersion = ErrorCode(rawValue: 95)
    /// The features could not be updated.
    public static let featureUpdateFailed = ErrorCode(rawValue: 96)
    /// The broker could not read the principal that was forwarded.
    public static let principalDeserializationFailure = ErrorCode(rawValue: 97)
    /// The snapshot was not found.
    public static let snapshotNotFound = ErrorCode(rawValue: 98)
    /// This server does not know the topic ID.
    public static let unknownTopicID = ErrorCode(rawValue: 100)
    /// The broker ID is in use by another broker.
    public static let duplicateBrokerRegistration = ErrorCode(rawValue: 101)
    /// No broker is registered under this ID.
    public static let brokerIDNotRegistered = ErrorCode(rawValue: 102)
    /// The topic ID in the request is not that of the partition's log.
    public static let inconsistentTopicID = ErrorCode(rawValue: 103)
    /// The cluster ID in the request is not the server's.
    public static let inconsistentClusterID = ErrorCode(rawValue: 104)
    /// There is no transaction of this transactional ID.
    public static let transactionalIDNotFound = ErrorCode(rawValue: 105)
    /// The fetch session mixes topic names and topic IDs.
    public static let fetchSessionTopicIDError = ErrorCode(rawValue: 106)
    /// A replica that is not eligible was named for the in-sync replicas.
    public static let ineligibleReplica = ErrorCode(rawValue: 107)
    /// The partition was changed, and another broker has become its leader.
    public static let newLeaderElected = ErrorCode(rawValue: 108)
    /// The offset has moved to tiered storage.
    public static let offsetMovedToTieredStorage = ErrorCode(rawValue: 109)
    /// The member's epoch is fenced: it has to give up its partitions and join again.
    public static let fencedMemberEpoch = ErrorCode(rawValue: 110)
    /// The instance ID is still held by a member that has not left.
    public static let unreleasedInstanceID = ErrorCode(rawValue: 111)
    /// The group does not support the assignor or its version.
    public static let unsupportedAssignor = ErrorCode(rawValue: 112)
    /// The member's epoch is out of date: it has to heartbeat first.
    public static let staleMemberEpoch = ErrorCode(rawValue: 113)
    /// The request was sent to the wrong kind of endpoint.
    public static let mismatchedEndpointType = ErrorCode(rawValue: 114)
    /// The server does not support this kind of endpoint.
    public static let unsupportedEndpointType = ErrorCode(rawValue: 115)
    /// There is no controller of this ID.
    public static let unknownControllerID = ErrorCode(rawValue: 116)
    /// The telemetry subscription is unknown or out of date.
    public static let unknownSubscriptionID = ErrorCode(rawValue: 117)
    /// The telemetry is larger than the broker accepts.
    public static let telemetryTooLarge = ErrorCode(rawValue: 118)
    /// The controller refused the broker's registration.
    public static let invalidRegistration = ErrorCode(rawValue: 119)
    /// The transaction has to be aborted, after which the transactional ID can go on.
    public static let transactionAbortable = ErrorCode(rawValue: 120)
    /// The record is not in a state in which it can be acknowledged.
    public static let invalidRecordState = ErrorCode(rawValue: 121)
    /// The share session was not found.
    public static let shareSessionNotFound = ErrorCode(rawValue: 122)
    /// The epoch of the share session is not the expected one.
    public static let invalidShareSessionEpoch = ErrorCode(rawValue: 123)
    /// The epoch of the share group's state is out of date.
    public static let fencedStateEpoch = ErrorCode(rawValue: 124)
    /// The voter's key is not the receiver's.
    public static let invalidVoterKey = ErrorCode(rawValue: 125)
    /// The voter belongs to the set of voters already.
    public static let duplicateVoter = ErrorCode(rawValue: 126)
    /// The voter does not belong to the set of voters.
    public static let voterNotFound = ErrorCode(rawValue: 127)
    /// The regular expression is not valid.
    public static let invalidRegularExpression = ErrorCode(rawValue: 128)
    /// The client's metadata is out of date: it has to start again from its bootstrap servers.
    public static let rebootstrapRequired = ErrorCode(rawValue: 129)
    /// The topology is not valid.
    public static let streamsInvalidTopology = ErrorCode(rawValue: 130)
    /// The epoch of the topology is not valid.
    public static let streamsInvalidTopologyEpoch = ErrorCode(rawValue: 131)
    /// The epoch of the topology is out of date.
    public static let streamsTopologyFenced = ErrorCode(rawValue: 132)
    /// There are as many share sessions as there may be.
    public static let shareSessionLimitReached = ErrorCode(rawValue: 133)

    /// Kafka's name of the error; `nil` for an unknown number.
    public var knownName: String? {
        switch rawValue {
        case -1: "UNKNOWN_SERVER_ERROR"
        case 0: "NONE"
        case 1: "OFFSET_OUT_OF_RANGE"
        case 2: "CORRUPT_MESSAGE"
        case 3: "UNKNOWN_TOPIC_OR_PARTITION"
        case 4: "INVALID_FETCH_SIZE"
        case 5: "LEADER_NOT_AVAILABLE"
        case 6: "NOT_LEADER_OR_FOLLOWER"
        case 7: "REQUEST_TIMED_OUT"
        case 8: "BROKER_NOT_AVAILABLE"
        case 9: "REPLICA_NOT_AVAILABLE"
        case 10: "MESSAGE_TOO_LARGE"
        case 11: "STALE_CONTROLLER_EPOCH"
        case 12: "OFFSET_METADATA_TOO_LARGE"
        case 13: "NETWORK_EXCEPTION"
        case 14: "COORDINATOR_LOAD_IN_PROGRESS"
        case 15: "COORDINATOR_NOT_AVAILABLE"
        case 16: "NOT_COORDINATOR"
        case 17: "INVALID_TOPIC_EXCEPTION"
        case 18: "RECORD_LIST_TOO_LARGE"
        case 19: "NOT_ENOUGH_REPLICAS"
        case 20: "NOT_ENOUGH_REPLICAS_AFTER_APPEND"
        case 21: "INVALID_REQUIRED_ACKS"
        case 22: "ILLEGAL_GENERATION"
        case 23: "INCONSISTENT_GROUP_PROTOCOL"
        case 24: "INVALID_GROUP_ID"
        case 25: "UNKNOWN_MEMBER_ID"
        case 26: "INVALID_SESSION_TIMEOUT"
        case 27: "REBALANCE_IN_PROGRESS"
        case 28: "INVALID_COMMIT_OFFSET_SIZE"
        case 29: "TOPIC_AUTHORIZATION_FAILED"
        case 30: "GROUP_AUTHORIZATION_FAILED"
        case 31: "CLUSTER_AUTHORIZATION_FAILED"
        case 32: "INVALID_TIMESTAMP"
        case 33: "UNSUPPORTED_SASL_MECHANISM"
        case 34: "ILLEGAL_SASL_STATE"
        case 35: "UNSUPPORTED_VERSION"
        case 36: "TOPIC_ALREADY_EXISTS"
        case 37: "INVALID_PARTITIONS"
        case 38: "INVALID_REPLICATION_FACTOR"
        case 39: "INVALID_REPLICA_ASSIGNMENT"
        case 40: "INVALID_CONFIG"
        case 41: "NOT_CONTROLLER"
        case 42: "INVALID_REQUEST"
        case 43: "UNSUPPORTED_FOR_MESSAGE_FORMAT"
        case 44: "POLICY_VIOLATION"
        case 45: "OUT_OF_ORDER_SEQUENCE_NUMBER"
        case 46: "DUPLICATE_SEQUENCE_NUMBER"
        case 47: "INVALID_PRODUCER_EPOCH"
        case 48: "INVALID_TXN_STATE"
        case 49: "INVALID_PRODUCER_ID_MAPPING"
        case 50: "INVALID_TRANSACTION_TIMEOUT"
        case 51: "CONCURRENT_TRANSACTIONS"
        case 52: "TRANSACTION_COORDINATOR_FENCED"
        case 53: "TRANSACTIONAL_ID_AUTHORIZATION_FAILED"
        case 54: "SECURITY_DISABLED"
        case 55: "OPERATION_NOT_ATTEMPTED"
        case 56: "KAFKA_STORAGE_ERROR"
        case 57: "LOG_DIR_NOT_FOUND"
        case 58: "SASL_AUTHENTICATION_FAILED"
        case 59: "UNKNOWN_PRODUCER_ID"
        case 60: "REASSIGNMENT_IN_PROGRESS"
        case 61: "DELEGATION_TOKEN_AUTH_DISABLED"
        case 62: "DELEGATION_TOKEN_NOT_FOUND"
        case 63: "DELEGATION_TOKEN_OWNER_MISMATCH"
        case 64: "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED"
        case 65: "DELEGATION_TOKEN_AUTHORIZATION_FAILED"
        case 66: "DELEGATION_TOKEN_EXPIRED"
        case 67: "INVALID_PRINCIPAL_TYPE"
        case 68: "NON_EMPTY_GROUP"
        case 69: "GROUP_ID_NOT_FOUND"
        case 70: "FETCH_SESSION_ID_NOT_FOUND"
        case 71: "INVALID_FETCH_SESSION_EPOCH"
        case 72: "LISTENER_NOT_FOUND"
        case 73: "TOPIC_DELETION_DISABLED"
        case 74: "FENCED_LEADER_EPOCH"
        case 75: "UNKNOWN_LEADER_EPOCH"
        case 76: "UNSUPPORTED_COMPRESSION_TYPE"
        case 77: "STALE_BROKER_EPOCH"
        case 78: "OFFSET_NOT_AVAILABLE"
        case 79: "MEMBER_ID_REQUIRED"
        case 80: "PREFERRED_LEADER_NOT_AVAILABLE"
        case 81: "GROUP_MAX_SIZE_REACHED"
        case 82: "FENCED_INSTANCE_ID"
        case 83: "ELIGIBLE_LEADERS_NOT_AVAILABLE"
        case 84: "ELECTION_NOT_NEEDED"
        case 85: "NO_REASSIGNMENT_IN_PROGRESS"
        case 86: "GROUP_SUBSCRIBED_TO_TOPIC"
        case 87: "INVALID_RECORD"
        case 88: "UNSTABLE_OFFSET_COMMIT"
        case 89: "THROTTLING_QUOTA_EXCEEDED"
        case 90: "PRODUCER_FENCED"
        case 91: "RESOURCE_NOT_FOUND"
        case 92: "DUPLICATE_RESOURCE"
        case 93: "UNACCEPTABLE_CREDENTIAL"
        case 94: "INCONSISTENT_VOTER_SET"
        case 95: "INVALID_UPDATE_VERSION"
        case 96: "FEATURE_UPDATE_FAILED"
        case 97: "PRINCIPAL_DESERIALIZATION_FAILURE"
        case 98: "SNAPSHOT_NOT_FOUND"
        case 100: "UNKNOWN_TOPIC_ID"
        case 101: "DUPLICATE_BROKER_REGISTRATION"
        case 102: "BROKER_ID_NOT_REGISTERED"
        case 103: "INCONSISTENT_TOPIC_ID"
        case 104: "INCONSISTENT_CLUSTER_ID"
        case 105: "TRANSACTIONAL_ID_NOT_FOUND"
        case 106: "FETCH_SESSION_TOPIC_ID_ERROR"
        case 107: "INELIGIBLE_REPLICA"
        case 108: "NEW_LEADER_ELECTED"
        case 109: "OFFSET_MOVED_TO_TIERED_STORAGE"
        case 110: "FENCED_MEMBER_EPOCH"
        case 111: "UNRELEASED_INSTANCE_ID"
        case 112: "UNSUPPORTED_ASSIGNOR"
        case 113: "STALE_MEMBER_EPOCH"
        case 114: "MISMATCHED_ENDPOINT_TYPE"
        case 115: "UNSUPPORTED_ENDPOINT_TYPE"
        case 116: "UNKNOWN_CONTROLLER_ID"
        case 117: "UNKNOWN_SUBSCRIPTION_ID"
        case 118: "TELEMETRY_TOO_LARGE"
        case 119: "INVALID_REGISTRATION"
        case 120: "TRANSACTION_ABORTABLE"
        case 121: "INVALID_RECORD_STATE"
        case 122: "SHARE_SESSION_NOT_FOUND"
        case 123: "INVALID_SHARE_SESSION_EPOCH"
        case 124: "FENCED_STATE_EPOCH"
        case 125: "INVALID_VOTER_KEY"
        case 126: "DUPLICATE_VOTER"
        case 127: "VOTER_NOT_FOUND"
        case 128: "INVALID_REGULAR_EXPRESSION"
        case 129: "REBOOTSTRAP_REQUIRED"
        case 130: "STREAMS_INVALID_TOPOLOGY"
        case 131: "STREAMS_INVALID_TOPOLOGY_EPOCH"
        case 132: "STREAMS_TOPOLOGY_FENCED"
        case 133: "SHARE_SESSION_LIMIT_REACHED"
        default: nil
        }
    }

    /// What the error means; `nil` for an unknown number.
    public var knownMessage: String? {
        switch rawValue {
        case -1: "The server failed in a way it did not foresee."
        case 0: "No error."
        case 1: "The offset lies outside the range that the partition holds."
        case 2: "The records are damaged, or a compacted topic was sent a null key."
        case 3: "This server does not host the topic or the partition."
        case 4: "The size asked for in the fetch is not valid."
        case 5: "The partition has no leader at the moment."
        case 6: "This broker is not the leader, or no replica, of the partition."
        case 7: "The request was not completed in the time it allowed."
        case 8: "The broker is not available."
        case 9: "The replica is not available for the partition."
        case 10: "A record or batch is larger than the server accepts."
        case 11: "The controller's epoch is out of date: another broker has become controller."
        case 12: "The metadata of an offset commit is too large."
        case 13: "The connection was lost before a response came."
        case 14: "The coordinator is still loading its state."
        case 15: "The coordinator is not available."
        case 16: "This broker is not the coordinator asked for."
        case 17: "The topic's name is not valid, or the topic may not be used this way."
        case 18: "The batch is larger than the segment size of the partition."
        case 19: "There are fewer in-sync replicas than the topic requires."
        case 20: "The records were written, but to too few in-sync replicas."
        case 21: "The value of acks is not valid."
        case 22: "The group's generation is not the one that the member named."
        case 23: "The member's protocol type or protocols do not fit those of the group."
        case 24: "The group's name is not valid."
        case 25: "The coordinator does not know this member."
        case 26: "The session timeout lies outside the range that the coordinator allows."
        case 27: "The group is rebalancing, so the member has to join again."
        case 28: "The offset commit is too large to be stored."
        case 29: "No permission to use the topic."
        case 30: "No permission to use the group."
        case 31: "No permission to use the cluster."
        case 32: "A record's timestamp is out of the range that the topic allows."
        case 33: "The server does not offer the SASL mechanism."
        case 34: "The request does not belong at this point of the SASL exchange."
        case 35: "The server does not support this version of the API."
        case 36: "A topic of this name exists already."
        case 37: "The number of partitions is not valid."
        case 38: "The replication factor is below 1 or above the number of brokers."
        case 39: "The assignment of replicas is not valid."
        case 40: "A configuration is not valid."
        case 41: "This broker is not the controller."
        case 42: "The request contradicts itself or the protocol."
        case 43: "The partition's message format does not support the request."
        case 44: "A policy of the server forbids the request."
        case 45: "The sequence number does not follow the producer's last one."
        case 46: "The sequence number was used before."
        case 47: "A producer of a newer epoch exists."
        case 48: "The transaction is in a state that does not allow the operation."
        case 49: "The producer ID is not the one that belongs to the transactional ID."
        case 50: "The transaction timeout is above the limit that the server sets."
        case 51: "Another operation on the same transaction has not finished."
        case 52: "The transaction coordinator has been replaced by a newer one."
        case 53: "No permission to use the transactional ID."
        case 54: "Security is switched off on this server."
        case 55: "The operation was not tried, because another one of the same request failed."
        case 56: "The server could not read or write its disk."
        case 57: "The log directory was not found in the server's configuration."
        case 58: "SASL authentication failed."
        case 59: "The broker holds no state about this producer ID."
        case 60: "A reassignment of the partition is in progress."
        case 61: "Delegation tokens are switched off."
        case 62: "The delegation token was not found."
        case 63: "The delegation token belongs to someone else."
        case 64: "Delegation tokens cannot be requested on this kind of connection."
        case 65: "No permission to use the delegation token."
        case 66: "The delegation token has expired."
        case 67: "The type of the principal is not supported."
        case 68: "The group still has members."
        case 69: "There is no group of this name."
        case 70: "The fetch session is not known, or has been evicted."
        case 71: "The epoch of the fetch session is not the expected one."
        case 72: "The leader has no listener that matches the one on which metadata was asked."
        case 73: "Deletion of topics is switched off."
        case 74: "The leader epoch in the request is older than the broker's."
        case 75: "The leader epoch in the request is newer than the broker's."
        case 76: "The client cannot read the compression of these records."
        case 77: "The broker's epoch has changed."
        case 78: "The new leader's high watermark has not caught up with the old one's yet."
        case 79: "The member has to join with the member ID that this response gives it."
        case 80: "The preferred leader is not available."
        case 81: "The group has as many members as it may have."
        case 82: "A newer member has taken over this group instance ID."
        case 83: "No replica is eligible to become leader."
        case 84: "The partition has the wanted leader already."
        case 85: "The partition is not being reassigned."
        case 86: "The group subscribes to the topic, whose offsets it therefore keeps."
        case 87: "The broker refused a record."
        case 88: "Some of the offsets belong to a transaction that has not ended."
        case 89: "The quota is used up for now."
        case 90: "A newer producer has taken over this transactional ID."
        case 91: "The request names something that does not exist."
        case 92: "The request names the same thing more than once."
        case 93: "The credential is not acceptable."
        case 94: "Sender and receiver of the vote disagree on the set of voters."
        case 95: "The feature level is not valid."
        case 96: "The features could not be updated."
        case 97: "The broker could not read the principal that was forwarded."
        case 98: "The snapshot was not found."
        case 100: "This server does not know the topic ID."
        case 101: "The broker ID is in use by another broker."
        case 102: "No broker is registered under this ID."
        case 103: "The topic ID in the request is not that of the partition's log."
        case 104: "The cluster ID in the request is not the server's."
        case 105: "There is no transaction of this transactional ID."
        case 106: "The fetch session mixes topic names and topic IDs."
        case 107: "A replica that is not eligible was named for the in-sync replicas."
        case 108: "The partition was changed, and another broker has become its leader."
        case 109: "The offset has moved to tiered storage."
        case 110: "The member's epoch is fenced: it has to give up its partitions and join again."
        case 111: "The instance ID is still held by a member that has not left."
        case 112: "The group does not support the assignor or its version."
        case 113: "The member's epoch is out of date: it has to heartbeat first."
        case 114: "The request was sent to the wrong kind of endpoint."
        case 115: "The server does not support this kind of endpoint."
        case 116: "There is no controller of this ID."
        case 117: "The telemetry subscription is unknown or out of date."
        case 118: "The telemetry is larger than the broker accepts."
        case 119: "The controller refused the broker's registration."
        case 120: "The transaction has to be aborted, after which the transactional ID can go on."
        case 121: "The record is not in a state in which it can be acknowledged."
        case 122: "The share session was not found."
        case 123: "The epoch of the share session is not the expected one."
        case 124: "The epoch of the share group's state is out of date."
        case 125: "The voter's key is not the receiver's."
        case 126: "The voter belongs to the set of voters already."
        case 127: "The voter does not belong to the set of voters."
        case 128: "The regular expression is not valid."
        case 129: "The client's metadata is out of date: it has to start again from its bootstrap servers."
        case 130: "The topology is not valid."
        case 131: "The epoch of the topology is not valid."
        case 132: "The epoch of the topology is out of date."
        case 133: "There are as many share sessions as there may be."
        default: nil
        }
    }

    /// Whether the same request may succeed when it is sent again later.
    public var isRetriable: Bool {
        switch rawValue {
        case 2, 3, 5, 6, 7, 9, 13, 14, 15, 16, 19, 20, 41, 51, 56, 70,
            71, 72, 74, 75, 78, 80, 83, 84, 88, 89, 100, 103, 106, 122, 123, 133: true
        default: false
        }
    }
}

// Generated from Schemas/APIKeys.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

extension APIKey {
    /// Kafka's Produce API.
    public static let produce = APIKey(rawValue: 0)
    /// Kafka's Fetch API.
    public static let fetch = APIKey(rawValue: 1)
    /// Kafka's ListOffsets API.
    public static let listOffsets = APIKey(rawValue: 2)
    /// Kafka's Metadata API.
    public static let metadata = APIKey(rawValue: 3)
    /// Kafka's LeaderAndIsr API.
    public static let leaderAndIsr = APIKey(rawValue: 4)
    /// Kafka's StopReplica API.
    public static let stopReplica = APIKey(rawValue: 5)
    /// Kafka's UpdateMetadata API.
    public static let updateMetadata = APIKey(rawValue: 6)
    /// Kafka's ControlledShutdown API.
    public static let controlledShutdown = APIKey(rawValue: 7)
    /// Kafka's OffsetCommit API.
    public static let offsetCommit = APIKey(rawValue: 8)
    /// Kafka's OffsetFetch API.
    public static let offsetFetch = APIKey(rawValue: 9)
    /// Kafka's FindCoordinator API.
    public static let findCoordinator = APIKey(rawValue: 10)
    /// Kafka's JoinGroup API.
    public static let joinGroup = APIKey(rawValue: 11)
    /// Kafka's Heartbeat API.
    public static let heartbeat = APIKey(rawValue: 12)
    /// Kafka's LeaveGroup API.
    public static let leaveGroup = APIKey(rawValue: 13)
    /// Kafka's SyncGroup API.
    public static let syncGroup = APIKey(rawValue: 14)
    /// Kafka's DescribeGroups API.
    public static let describeGroups = APIKey(rawValue: 15)
    /// Kafka's ListGroups API.
    public static let listGroups = APIKey(rawValue: 16)
    /// Kafka's SaslHandshake API.
    public static let saslHandshake = APIKey(rawValue: 17)
    /// Kafka's ApiVersions API.
    public static let apiVersions = APIKey(rawValue: 18)
    /// Kafka's CreateTopics API.
    public static let createTopics = APIKey(rawValue: 19)
    /// Kafka's DeleteTopics API.
    public static let deleteTopics = APIKey(rawValue: 20)
    /// Kafka's DeleteRecords API.
    public static let deleteRecords = APIKey(rawValue: 21)
    /// Kafka's InitProducerId API.
    public static let initProducerID = APIKey(rawValue: 22)
    /// Kafka's OffsetForLeaderEpoch API.
    public static let offsetForLeaderEpoch = APIKey(rawValue: 23)
    /// Kafka's AddPartitionsToTxn API.
    public static let addPartitionsToTxn = APIKey(rawValue: 24)
    /// Kafka's AddOffsetsToTxn API.
    public static let addOffsetsToTxn = APIKey(rawValue: 25)
    /// Kafka's EndTxn API.
    public static let endTxn = APIKey(rawValue: 26)
    /// Kafka's WriteTxnMarkers API.
    public static let writeTxnMarkers = APIKey(rawValue: 27)
    /// Kafka's TxnOffsetCommit API.
    public static let txnOffsetCommit = APIKey(rawValue: 28)
    /// Kafka's DescribeAcls API.
    public static let describeAcls = APIKey(rawValue: 29)
    /// Kafka's CreateAcls API.
    public static let createAcls = APIKey(rawValue: 30)
    /// Kafka's DeleteAcls API.
    public static let deleteAcls = APIKey(rawValue: 31)
    /// Kafka's DescribeConfigs API.
    public static let describeConfigs = APIKey(rawValue: 32)
    /// Kafka's AlterConfigs API.
    public static let alterConfigs = APIKey(rawValue: 33)
    /// Kafka's AlterReplicaLogDirs API.
    public static let alterReplicaLogDirs = APIKey(rawValue: 34)
    /// Kafka's DescribeLogDirs API.
    public static let describeLogDirs = APIKey(rawValue: 35)
    /// Kafka's SaslAuthenticate API.
    public static let saslAuthenticate = APIKey(rawValue: 36)
    /// Kafka's CreatePartitions API.
    public static let createPartitions = APIKey(rawValue: 37)
    /// Kafka's CreateDelegationToken API.
    public static let createDelegationToken = APIKey(rawValue: 38)
    /// Kafka's RenewDelegationToken API.
    public static let renewDelegationToken = APIKey(rawValue: 39)
    /// Kafka's ExpireDelegationToken API.
    public static let expireDelegationToken = APIKey(rawValue: 40)
    /// Kafka's DescribeDelegationToken API.
    public static let describeDelegationToken = APIKey(rawValue: 41)
    /// Kafka's DeleteGroups API.
    public static let deleteGroups = APIKey(rawValue: 42)
    /// Kafka's ElectLeaders API.
    public static let electLeaders = APIKey(rawValue: 43)
    /// Kafka's IncrementalAlterConfigs API.
    public static let incrementalAlterConfigs = APIKey(rawValue: 44)
    /// Kafka's AlterPartitionReassignments API.
    public static let alterPartitionReassignments = APIKey(rawValue: 45)
    /// Kafka's ListPartitionReassignments API.
    public static let listPartitionReassignments = APIKey(rawValue: 46)
    /// Kafka's OffsetDelete API.
    public static let offsetDelete = APIKey(rawValue: 47)
    /// Kafka's DescribeClientQuotas API.
    public static let describeClientQuotas = APIKey(rawValue: 48)
    /// Kafka's AlterClientQuotas API.
    public static let alterClientQuotas = APIKey(rawValue: 49)
    /// Kafka's DescribeUserScramCredentials API.
    public static let describeUserScramCredentials = APIKey(rawValue: 50)
    /// Kafka's AlterUserScramCredentials API.
    public static let alterUserScramCredentials = APIKey(rawValue: 51)
    /// Kafka's Vote API.
    public static let vote = APIKey(rawValue: 52)
    /// Kafka's BeginQuorumEpoch API.
    public static let beginQuorumEpoch = APIKey(rawValue: 53)
    /// Kafka's EndQuorumEpoch API.
    public static let endQuorumEpoch = APIKey(rawValue: 54)
    /// Kafka's DescribeQuorum API.
    public static let describeQuorum = APIKey(rawValue: 55)
    /// Kafka's AlterPartition API.
    public static let alterPartition = APIKey(rawValue: 56)
    /// Kafka's UpdateFeatures API.
    public static let updateFeatures = APIKey(rawValue: 57)
    /// Kafka's Envelope API.
    public static let envelope = APIKey(rawValue: 58)
    /// Kafka's FetchSnapshot API.
    public static let fetchSnapshot = APIKey(rawValue: 59)
    /// Kafka's DescribeCluster API.
    public static let describeCluster = APIKey(rawValue: 60)
    /// Kafka's DescribeProducers API.
    public static let describeProducers = APIKey(rawValue: 61)
    /// Kafka's BrokerRegistration API.
    public static let brokerRegistration = APIKey(rawValue: 62)
    /// Kafka's BrokerHeartbeat API.
    public static let brokerHeartbeat = APIKey(rawValue: 63)
    /// Kafka's UnregisterBroker API.
    public static let unregisterBroker = APIKey(rawValue: 64)
    /// Kafka's DescribeTransactions API.
    public static let describeTransactions = APIKey(rawValue: 65)
    /// Kafka's ListTransactions API.
    public static let listTransactions = APIKey(rawValue: 66)
    /// Kafka's AllocateProducerIds API.
    public static let allocateProducerIDs = APIKey(rawValue: 67)
    /// Kafka's ConsumerGroupHeartbeat API.
    public static let consumerGroupHeartbeat = APIKey(rawValue: 68)
    /// Kafka's ConsumerGroupDescribe API.
    public static let consumerGroupDescribe = APIKey(rawValue: 69)
    /// Kafka's ControllerRegistration API.
    public static let controllerRegistration = APIKey(rawValue: 70)
    /// Kafka's GetTelemetrySubscriptions API.
    public static let getTelemetrySubscriptions = APIKey(rawValue: 71)
    /// Kafka's PushTelemetry API.
    public static let pushTelemetry = APIKey(rawValue: 72)
    /// Kafka's AssignReplicasToDirs API.
    public static let assignReplicasToDirs = APIKey(rawValue: 73)
    /// Kafka's ListConfigResources API.
    public static let listConfigResources = APIKey(rawValue: 74)
    /// Kafka's DescribeTopicPartitions API.
    public static let describeTopicPartitions = APIKey(rawValue: 75)
    /// Kafka's ShareGroupHeartbeat API.
    public static let shareGroupHeartbeat = APIKey(rawValue: 76)
    /// Kafka's ShareGroupDescribe API.
    public static let shareGroupDescribe = APIKey(rawValue: 77)
    /// Kafka's ShareFetch API.
    public static let shareFetch = APIKey(rawValue: 78)
    /// Kafka's ShareAcknowledge API.
    public static let shareAcknowledge = APIKey(rawValue: 79)
    /// Kafka's AddRaftVoter API.
    public static let addRaftVoter = APIKey(rawValue: 80)
    /// Kafka's RemoveRaftVoter API.
    public static let removeRaftVoter = APIKey(rawValue: 81)
    /// Kafka's UpdateRaftVoter API.
    public static let updateRaftVoter = APIKey(rawValue: 82)
    /// Kafka's InitializeShareGroupState API.
    public static let initializeShareGroupState = APIKey(rawValue: 83)
    /// Kafka's ReadShareGroupState API.
    public static let readShareGroupState = APIKey(rawValue: 84)
    /// Kafka's WriteShareGroupState API.
    public static let writeShareGroupState = APIKey(rawValue: 85)
    /// Kafka's DeleteShareGroupState API.
    public static let deleteShareGroupState = APIKey(rawValue: 86)
    /// Kafka's ReadShareGroupStateSummary API.
    public static let readShareGroupStateSummary = APIKey(rawValue: 87)
    /// Kafka's StreamsGroupHeartbeat API.
    public static let streamsGroupHeartbeat = APIKey(rawValue: 88)
    /// Kafka's StreamsGroupDescribe API.
    public static let streamsGroupDescribe = APIKey(rawValue: 89)
    /// Kafka's DescribeShareGroupOffsets API.
    public static let describeShareGroupOffsets = APIKey(rawValue: 90)
    /// Kafka's AlterShareGroupOffsets API.
    public static let alterShareGroupOffsets = APIKey(rawValue: 91)
    /// Kafka's DeleteShareGroupOffsets API.
    public static let deleteShareGroupOffsets = APIKey(rawValue: 92)

    /// Kafka's name of the API; `nil` for an unknown number.
    public var knownName: String? {
        switch rawValue {
        case 0: "Produce"
        case 1: "Fetch"
        case 2: "ListOffsets"
        case 3: "Metadata"
        case 4: "LeaderAndIsr"
        case 5: "StopReplica"
        case 6: "UpdateMetadata"
        case 7: "ControlledShutdown"
        case 8: "OffsetCommit"
        case 9: "OffsetFetch"
        case 10: "FindCoordinator"
        case 11: "JoinGroup"
        case 12: "Heartbeat"
        case 13: "LeaveGroup"
        case 14: "SyncGroup"
        case 15: "DescribeGroups"
        case 16: "ListGroups"
        case 17: "SaslHandshake"
        case 18: "ApiVersions"
        case 19: "CreateTopics"
        case 20: "DeleteTopics"
        case 21: "DeleteRecords"
        case 22: "InitProducerId"
        case 23: "OffsetForLeaderEpoch"
        case 24: "AddPartitionsToTxn"
        case 25: "AddOffsetsToTxn"
        case 26: "EndTxn"
        case 27: "WriteTxnMarkers"
        case 28: "TxnOffsetCommit"
        case 29: "DescribeAcls"
        case 30: "CreateAcls"
        case 31: "DeleteAcls"
        case 32: "DescribeConfigs"
        case 33: "AlterConfigs"
        case 34: "AlterReplicaLogDirs"
        case 35: "DescribeLogDirs"
        case 36: "SaslAuthenticate"
        case 37: "CreatePartitions"
        case 38: "CreateDelegationToken"
        case 39: "RenewDelegationToken"
        case 40: "ExpireDelegationToken"
        case 41: "DescribeDelegationToken"
        case 42: "DeleteGroups"
        case 43: "ElectLeaders"
        case 44: "IncrementalAlterConfigs"
        case 45: "AlterPartitionReassignments"
        case 46: "ListPartitionReassignments"
        case 47: "OffsetDelete"
        case 48: "DescribeClientQuotas"
        case 49: "AlterClientQuotas"
        case 50: "DescribeUserScramCredentials"
        case 51: "AlterUserScramCredentials"
        case 52: "Vote"
        case 53: "BeginQuorumEpoch"
        case 54: "EndQuorumEpoch"
        case 55: "DescribeQuorum"
        case 56: "AlterPartition"
        case 57: "UpdateFeatures"
        case 58: "Envelope"
        case 59: "FetchSnapshot"
        case 60: "DescribeCluster"
        case 61: "DescribeProducers"
        case 62: "BrokerRegistration"
        case 63: "BrokerHeartbeat"
        case 64: "UnregisterBroker"
        case 65: "DescribeTransactions"
        case 66: "ListTransactions"
        case 67: "AllocateProducerIds"
        case 68: "ConsumerGroupHeartbeat"
        case 69: "ConsumerGroupDescribe"
        case 70: "ControllerRegistration"
        case 71: "GetTelemetrySubscriptions"
        case 72: "PushTelemetry"
        case 73: "AssignReplicasToDirs"
        case 74: "ListConfigResources"
        case 75: "DescribeTopicPartitions"
        case 76: "ShareGroupHeartbeat"
        case 77: "ShareGroupDescribe"
        case 78: "ShareFetch"
        case 79: "ShareAcknowledge"
        case 80: "AddRaftVoter"
        case 81: "RemoveRaftVoter"
        case 82: "UpdateRaftVoter"
        case 83: "InitializeShareGroupState"
        case 84: "ReadShareGroupState"
        case 85: "WriteShareGroupState"
        case 86: "DeleteShareGroupState"
        case 87: "ReadShareGroupStateSummary"
        case 88: "StreamsGroupHeartbeat"
        case 89: "StreamsGroupDescribe"
        case 90: "DescribeShareGroupOffsets"
        case 91: "AlterShareGroupOffsets"
        case 92: "DeleteShareGroupOffsets"
        default: nil
        }
    }

    /// The first version whose headers and bodies are flexible (KIP-482); `Int16.max` if none is.
    public var firstFlexibleVersion: Int16 {
        switch rawValue {
        case 0: 9
        case 1: 12
        case 2: 6
        case 3: 9
        case 4: 4
        case 5: 2
        case 6: 6
        case 7: 3
        case 8: 8
        case 9: 6
        case 10: 3
        case 11: 6
        case 12: 4
        case 13: 4
        case 14: 4
        case 15: 5
        case 16: 3
        case 18: 3
        case 19: 5
        case 20: 4
        case 21: 2
        case 22: 2
        case 23: 4
        case 24: 3
        case 25: 3
        case 26: 3
        case 27: 1
        case 28: 3
        case 29: 2
        case 30: 2
        case 31: 2
        case 32: 4
        case 33: 2
        case 34: 2
        case 35: 2
        case 36: 2
        case 37: 2
        case 38: 2
        case 39: 2
        case 40: 2
        case 41: 2
        case 42: 2
        case 43: 2
        case 44: 1
        case 45: 0
        case 46: 0
        case 48: 1
        case 49: 1
        case 50: 0
        case 51: 0
        case 52: 0
        case 53: 1
        case 54: 1
        case 55: 0
        case 56: 0
        case 57: 0
        case 58: 0
        case 59: 0
        case 60: 0
        case 61: 0
        case 62: 0
        case 63: 0
        case 64: 0
        case 65: 0
        case 66: 0
        case 67: 0
        case 68: 0
        case 69: 0
        case 70: 0
        case 71: 0
        case 72: 0
        case 73: 0
        case 74: 0
        case 75: 0
        case 76: 0
        case 77: 0
        case 78: 0
        case 79: 0
        case 80: 0
        case 81: 0
        case 82: 0
        case 83: 0
        case 84: 0
        case 85: 0
        case 86: 0
        case 87: 0
        case 88: 0
        case 89: 0
        case 90: 0
        case 91: 0
        case 92: 0
        default: Int16.max
        }
    }

    /// The message that asks the API; `nil` if this module has none.
    public var requestType: (any KafkaRequest.Type)? {
        switch rawValue {
        case 0: ProduceRequest.self
        case 1: FetchRequest.self
        case 2: ListOffsetsRequest.self
        case 3: MetadataRequest.self
        case 8: OffsetCommitRequest.self
        case 9: OffsetFetchRequest.self
        case 10: FindCoordinatorRequest.self
        case 11: JoinGroupRequest.self
        case 12: HeartbeatRequest.self
        case 13: LeaveGroupRequest.self
        case 14: SyncGroupRequest.self
        case 15: DescribeGroupsRequest.self
        case 16: ListGroupsRequest.self
        case 18: ApiVersionsRequest.self
        case 19: CreateTopicsRequest.self
        case 20: DeleteTopicsRequest.self
        case 21: DeleteRecordsRequest.self
        case 22: InitProducerIdRequest.self
        case 23: OffsetForLeaderEpochRequest.self
        case 24: AddPartitionsToTxnRequest.self
        case 25: AddOffsetsToTxnRequest.self
        case 26: EndTxnRequest.self
        case 27: WriteTxnMarkersRequest.self
        case 28: TxnOffsetCommitRequest.self
        case 29: DescribeAclsRequest.self
        case 30: CreateAclsRequest.self
        case 31: DeleteAclsRequest.self
        case 32: DescribeConfigsRequest.self
        case 33: AlterConfigsRequest.self
        case 34: AlterReplicaLogDirsRequest.self
        case 35: DescribeLogDirsRequest.self
        case 37: CreatePartitionsRequest.self
        case 42: DeleteGroupsRequest.self
        case 43: ElectLeadersRequest.self
        case 44: IncrementalAlterConfigsRequest.self
        case 45: AlterPartitionReassignmentsRequest.self
        case 46: ListPartitionReassignmentsRequest.self
        case 47: OffsetDeleteRequest.self
        case 48: DescribeClientQuotasRequest.self
        case 49: AlterClientQuotasRequest.self
        case 55: DescribeQuorumRequest.self
        case 57: UpdateFeaturesRequest.self
        case 60: DescribeClusterRequest.self
        case 61: DescribeProducersRequest.self
        case 64: UnregisterBrokerRequest.self
        case 65: DescribeTransactionsRequest.self
        case 66: ListTransactionsRequest.self
        case 68: ConsumerGroupHeartbeatRequest.self
        case 69: ConsumerGroupDescribeRequest.self
        case 71: GetTelemetrySubscriptionsRequest.self
        case 72: PushTelemetryRequest.self
        case 74: ListConfigResourcesRequest.self
        case 75: DescribeTopicPartitionsRequest.self
        case 76: ShareGroupHeartbeatRequest.self
        case 77: ShareGroupDescribeRequest.self
        case 78: ShareFetchRequest.self
        case 79: ShareAcknowledgeRequest.self
        case 83: InitializeShareGroupStateRequest.self
        case 84: ReadShareGroupStateRequest.self
        case 85: WriteShareGroupStateRequest.self
        case 86: DeleteShareGroupStateRequest.self
        case 87: ReadShareGroupStateSummaryRequest.self
        case 90: DescribeShareGroupOffsetsRequest.self
        case 91: AlterShareGroupOffsetsRequest.self
        case 92: DeleteShareGroupOffsetsRequest.self
        default: nil
        }
    }

    /// The APIs that this module has messages for, by number.
    public static let supported: [APIKey] = [
        .produce,
        .fetch,
        .listOffsets,
        .metadata,
        .offsetCommit,
        .offsetFetch,
        .findCoordinator,
        .joinGroup,
        .heartbeat,
        .leaveGroup,
        .syncGroup,
        .describeGroups,
        .listGroups,
        .apiVersions,
        .createTopics,
        .deleteTopics,
        .deleteRecords,
        .initProducerID,
        .offsetForLeaderEpoch,
        .addPartitionsToTxn,
        .addOffsetsToTxn,
        .endTxn,
        .writeTxnMarkers,
        .txnOffsetCommit,
        .describeAcls,
        .createAcls,
        .deleteAcls,
        .describeConfigs,
        .alterConfigs,
        .alterReplicaLogDirs,
        .describeLogDirs,
        .createPartitions,
        .deleteGroups,
        .electLeaders,
        .incrementalAlterConfigs,
        .alterPartitionReassignments,
        .listPartitionReassignments,
        .offsetDelete,
        .describeClientQuotas,
        .alterClientQuotas,
        .describeQuorum,
        .updateFeatures,
        .describeCluster,
        .describeProducers,
        .unregisterBroker,
        .describeTransactions,
        .listTransactions,
        .consumerGroupHeartbeat,
        .consumerGroupDescribe,
        .getTelemetrySubscriptions,
        .pushTelemetry,
        .listConfigResources,
        .describeTopicPartitions,
        .shareGroupHeartbeat,
        .shareGroupDescribe,
        .shareFetch,
        .shareAcknowledge,
        .initializeShareGroupState,
        .readShareGroupState,
        .writeShareGroupState,
        .deleteShareGroupState,
        .readShareGroupStateSummary,
        .describeShareGroupOffsets,
        .alterShareGroupOffsets,
        .deleteShareGroupOffsets,
    ]
}

// Generated from the schemas by protocol-gen. Do not edit.
// swift-format-ignore-file

import KafkaProtocol
import RecordFormat

/// Every message, each of which can be made at random.
let allRandomMessages: [any RandomMessage.Type] = [
    AddOffsetsToTxnRequest.self,
    AddOffsetsToTxnResponse.self,
    AddPartitionsToTxnRequest.self,
    AddPartitionsToTxnResponse.self,
    AlterClientQuotasRequest.self,
    AlterClientQuotasResponse.self,
    AlterConfigsRequest.self,
    AlterConfigsResponse.self,
    AlterPartitionReassignmentsRequest.self,
    AlterPartitionReassignmentsResponse.self,
    AlterReplicaLogDirsRequest.self,
    AlterReplicaLogDirsResponse.self,
    AlterShareGroupOffsetsRequest.self,
    AlterShareGroupOffsetsResponse.self,
    ApiVersionsRequest.self,
    ApiVersionsResponse.self,
    ConnectProtocolMetadata.self,
    ConnectProtocolAssignment.self,
    ConsumerGroupDescribeRequest.self,
    ConsumerGroupDescribeResponse.self,
    ConsumerGroupHeartbeatRequest.self,
    ConsumerGroupHeartbeatResponse.self,
    ConsumerProtocolSubscription.self,
    ConsumerProtocolAssignment.self,
    CreateAclsRequest.self,
    CreateAclsResponse.self,
    CreatePartitionsRequest.self,
    CreatePartitionsResponse.self,
    CreateTopicsRequest.self,
    CreateTopicsResponse.self,
    DeleteAclsRequest.self,
    DeleteAclsResponse.self,
    DeleteGroupsRequest.self,
    DeleteGroupsResponse.self,
    DeleteRecordsRequest.self,
    DeleteRecordsResponse.self,
    DeleteShareGroupOffsetsRequest.self,
    DeleteShareGroupOffsetsResponse.self,
    DeleteShareGroupStateRequest.self,
    DeleteShareGroupStateResponse.self,
    DeleteTopicsRequest.self,
    DeleteTopicsResponse.self,
    DescribeAclsRequest.self,
    DescribeAclsResponse.self,
    DescribeClientQuotasRequest.self,
    DescribeClientQuotasResponse.self,
    DescribeClusterRequest.self,
    DescribeClusterResponse.self,
    DescribeConfigsRequest.self,
    DescribeConfigsResponse.self,
    DescribeGroupsRequest.self,
    DescribeGroupsResponse.self,
    DescribeLogDirsRequest.self,
    DescribeLogDirsResponse.self,
    DescribeProducersRequest.self,
    DescribeProducersResponse.self,
    DescribeQuorumRequest.self,
    DescribeQuorumResponse.self,
    DescribeShareGroupOffsetsRequest.self,
    DescribeShareGroupOffsetsResponse.self,
    DescribeTopicPartitionsRequest.self,
    DescribeTopicPartitionsResponse.self,
    DescribeTransactionsRequest.self,
    DescribeTransactionsResponse.self,
    ElectLeadersRequest.self,
    ElectLeadersResponse.self,
    EndTxnRequest.self,
    EndTxnResponse.self,
    FetchRequest.self,
    FetchResponse.self,
    FindCoordinatorRequest.self,
    FindCoordinatorResponse.self,
    GetTelemetrySubscriptionsRequest.self,
    GetTelemetrySubscriptionsResponse.self,
    HeartbeatRequest.self,
    HeartbeatResponse.self,
    IncrementalAlterConfigsRequest.self,
    IncrementalAlterConfigsResponse.self,
    InitProducerIdRequest.self,
    InitProducerIdResponse.self,
    InitializeShareGroupStateRequest.self,
    InitializeShareGroupStateResponse.self,
    JoinGroupRequest.self,
    JoinGroupResponse.self,
    LeaveGroupRequest.self,
    LeaveGroupResponse.self,
    ListConfigResourcesRequest.self,
    ListConfigResourcesResponse.self,
    ListGroupsRequest.self,
    ListGroupsResponse.self,
    ListOffsetsRequest.self,
    ListOffsetsResponse.self,
    ListPartitionReassignmentsRequest.self,
    ListPartitionReassignmentsResponse.self,
    ListTransactionsRequest.self,
    ListTransactionsResponse.self,
    MetadataRequest.self,
    MetadataResponse.self,
    OffsetCommitRequest.self,
    OffsetCommitResponse.self,
    OffsetDeleteRequest.self,
    OffsetDeleteResponse.self,
    OffsetFetchRequest.self,
    OffsetFetchResponse.self,
    OffsetForLeaderEpochRequest.self,
    OffsetForLeaderEpochResponse.self,
    ProduceRequest.self,
    ProduceResponse.self,
    PushTelemetryRequest.self,
    PushTelemetryResponse.self,
    ReadShareGroupStateRequest.self,
    ReadShareGroupStateResponse.self,
    ReadShareGroupStateSummaryRequest.self,
    ReadShareGroupStateSummaryResponse.self,
    ShareAcknowledgeRequest.self,
    ShareAcknowledgeResponse.self,
    ShareFetchRequest.self,
    ShareFetchResponse.self,
    ShareGroupDescribeRequest.self,
    ShareGroupDescribeResponse.self,
    ShareGroupHeartbeatRequest.self,
    ShareGroupHeartbeatResponse.self,
    SyncGroupRequest.self,
    SyncGroupResponse.self,
    TxnOffsetCommitRequest.self,
    TxnOffsetCommitResponse.self,
    UnregisterBrokerRequest.self,
    UnregisterBrokerResponse.self,
    UpdateFeaturesRequest.self,
    UpdateFeaturesResponse.self,
    WriteShareGroupStateRequest.self,
    WriteShareGroupStateResponse.self,
    WriteTxnMarkersRequest.self,
    WriteTxnMarkersResponse.self,
]

extension AddOffsetsToTxnRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.transactionalID = source.nextString()
        self.producerID = source.nextInt64()
        self.producerEpoch = source.nextInt16()
        self.groupID = source.nextString()
    }
}

extension AddOffsetsToTxnResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
    }
}

extension AddPartitionsToTxnRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 4 { self.transactions = source.nextArray { source in .init(random: &source, version: version) } }
        if version <= 3 { self.v3AndBelowTransactionalID = source.nextString() }
        if version <= 3 { self.v3AndBelowProducerID = source.nextInt64() }
        if version <= 3 { self.v3AndBelowProducerEpoch = source.nextInt16() }
        if version <= 3 {
            self.v3AndBelowTopics = source.nextArray { source in .init(random: &source, version: version) }
        }
    }
}

extension AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.transactionalID = source.nextString()
        self.producerID = source.nextInt64()
        self.producerEpoch = source.nextInt16()
        self.verifyOnly = source.nextBool()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AddPartitionsToTxnRequest.AddPartitionsToTxnTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension AddPartitionsToTxnResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        if version >= 4 { self.errorCode = source.nextInt16() }
        if version >= 4 {
            self.resultsByTransaction = source.nextArray { source in .init(random: &source, version: version) }
        }
        if version <= 3 {
            self.resultsByTopicV3AndBelow = source.nextArray { source in .init(random: &source, version: version) }
        }
    }
}

extension AddPartitionsToTxnResponse.AddPartitionsToTxnResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.transactionalID = source.nextString()
        self.topicResults = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.resultsByPartition = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.partitionErrorCode = source.nextInt16()
    }
}

extension AlterClientQuotasRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.entries = source.nextArray { source in .init(random: &source, version: version) }
        self.validateOnly = source.nextBool()
    }
}

extension AlterClientQuotasRequest.EntryData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.entity = source.nextArray { source in .init(random: &source, version: version) }
        self.ops = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterClientQuotasRequest.EntityData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.entityType = source.nextString()
        self.entityName = source.nextBool() ? nil : source.nextString()
    }
}

extension AlterClientQuotasRequest.OpData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.key = source.nextString()
        self.value = source.nextDouble()
        self.remove = source.nextBool()
    }
}

extension AlterClientQuotasResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.entries = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterClientQuotasResponse.EntryData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.entity = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterClientQuotasResponse.EntityData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.entityType = source.nextString()
        self.entityName = source.nextBool() ? nil : source.nextString()
    }
}

extension AlterConfigsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.resources = source.nextArray { source in .init(random: &source, version: version) }
        self.validateOnly = source.nextBool()
    }
}

extension AlterConfigsRequest.AlterConfigsResource: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.resourceType = source.nextInt8()
        self.resourceName = source.nextString()
        self.configs = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterConfigsRequest.AlterableConfig: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.value = source.nextBool() ? nil : source.nextString()
    }
}

extension AlterConfigsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.responses = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterConfigsResponse.AlterConfigsResourceResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.resourceType = source.nextInt8()
        self.resourceName = source.nextString()
    }
}

extension AlterPartitionReassignmentsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.timeoutMs = source.nextInt32()
        if version >= 1 { self.allowReplicationFactorChange = source.nextBool() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterPartitionReassignmentsRequest.ReassignableTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterPartitionReassignmentsRequest.ReassignablePartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.replicas = source.nextBool() ? nil : source.nextArray { source in source.nextInt32() }
    }
}

extension AlterPartitionReassignmentsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        if version >= 1 { self.allowReplicationFactorChange = source.nextBool() }
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.responses = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterPartitionReassignmentsResponse.ReassignableTopicResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterPartitionReassignmentsResponse.ReassignablePartitionResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension AlterReplicaLogDirsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.dirs = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterReplicaLogDirsRequest.AlterReplicaLogDir: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.path = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension AlterReplicaLogDirsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicName = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
    }
}

extension AlterShareGroupOffsetsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterShareGroupOffsetsRequest.Topic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicName = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterShareGroupOffsetsRequest.Partition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.startOffset = source.nextInt64()
    }
}

extension AlterShareGroupOffsetsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.responses = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterShareGroupOffsetsResponse.Topic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicName = source.nextString()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension AlterShareGroupOffsetsResponse.Partition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension ApiVersionsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 3 { self.clientSoftwareName = source.nextString() }
        if version >= 3 { self.clientSoftwareVersion = source.nextString() }
    }
}

extension ApiVersionsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.apiKeys = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 1 { self.throttleTimeMs = source.nextInt32() }
        if version >= 3 {
            self.supportedFeatures = source.nextArray { source in .init(random: &source, version: version) }
        }
        if version >= 3 { self.finalizedFeaturesEpoch = source.nextInt64() }
        if version >= 3 {
            self.finalizedFeatures = source.nextArray { source in .init(random: &source, version: version) }
        }
        if version >= 3 { self.zkMigrationReady = source.nextBool() }
    }
}

extension ApiVersionsResponse.ApiVersion: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.apiKey = source.nextInt16()
        self.minVersion = source.nextInt16()
        self.maxVersion = source.nextInt16()
    }
}

extension ApiVersionsResponse.SupportedFeatureKey: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.minVersion = source.nextInt16()
        self.maxVersion = source.nextInt16()
    }
}

extension ApiVersionsResponse.FinalizedFeatureKey: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.maxVersionLevel = source.nextInt16()
        self.minVersionLevel = source.nextInt16()
    }
}

extension ConnectProtocolMetadata: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.url = source.nextString()
        self.configOffset = source.nextInt64()
        if version >= 1 { self.allocation = source.nextBool() ? nil : source.nextBytes() }
    }
}

extension ConnectProtocolAssignment: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.error = source.nextInt16()
        self.leader = source.nextString()
        self.leaderURL = source.nextString()
        self.configOffset = source.nextInt64()
        self.assigned = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
        if version >= 1 {
            self.revoked = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
        }
        if version >= 1 { self.delay = source.nextInt32() }
    }
}

extension ConnectProtocolAssignment.ConnectorAssignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.connector = source.nextString()
        self.tasks = source.nextArray { source in source.nextInt32() }
    }
}

extension ConsumerGroupDescribeRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupIDs = source.nextArray { source in source.nextString() }
        self.includeAuthorizedOperations = source.nextBool()
    }
}

extension ConsumerGroupDescribeResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.groups = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ConsumerGroupDescribeResponse.DescribedGroup: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.groupID = source.nextString()
        self.groupState = source.nextString()
        self.groupEpoch = source.nextInt32()
        self.assignmentEpoch = source.nextInt32()
        self.assignorName = source.nextString()
        self.members = source.nextArray { source in .init(random: &source, version: version) }
        self.authorizedOperations = source.nextInt32()
    }
}

extension ConsumerGroupDescribeResponse.Member: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.memberID = source.nextString()
        self.instanceID = source.nextBool() ? nil : source.nextString()
        self.rackID = source.nextBool() ? nil : source.nextString()
        self.memberEpoch = source.nextInt32()
        self.clientID = source.nextString()
        self.clientHost = source.nextString()
        self.subscribedTopicNames = source.nextArray { source in source.nextString() }
        self.subscribedTopicRegex = source.nextBool() ? nil : source.nextString()
        self.assignment = .init(random: &source, version: version)
        self.targetAssignment = .init(random: &source, version: version)
        if version >= 1 { self.memberType = source.nextInt8() }
    }
}

extension ConsumerGroupDescribeResponse.Assignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicPartitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ConsumerGroupDescribeResponse.TopicPartitions: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.topicName = source.nextString()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension ConsumerGroupHeartbeatRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.memberID = source.nextString()
        self.memberEpoch = source.nextInt32()
        self.instanceID = source.nextBool() ? nil : source.nextString()
        self.rackID = source.nextBool() ? nil : source.nextString()
        self.rebalanceTimeoutMs = source.nextInt32()
        self.subscribedTopicNames = source.nextBool() ? nil : source.nextArray { source in source.nextString() }
        if version >= 1 { self.subscribedTopicRegex = source.nextBool() ? nil : source.nextString() }
        self.serverAssignor = source.nextBool() ? nil : source.nextString()
        self.topicPartitions = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ConsumerGroupHeartbeatRequest.TopicPartitions: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension ConsumerGroupHeartbeatResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.memberID = source.nextBool() ? nil : source.nextString()
        self.memberEpoch = source.nextInt32()
        self.heartbeatIntervalMs = source.nextInt32()
        self.assignment = source.nextBool() ? nil : .init(random: &source, version: version)
    }
}

extension ConsumerGroupHeartbeatResponse.Assignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicPartitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ConsumerGroupHeartbeatResponse.TopicPartitions: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension ConsumerProtocolSubscription: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topics = source.nextArray { source in source.nextString() }
        self.userData = source.nextBool() ? nil : source.nextBytes()
        if version >= 1 {
            self.ownedPartitions = source.nextArray { source in .init(random: &source, version: version) }
        }
        if version >= 2 { self.generationID = source.nextInt32() }
        if version >= 3 { self.rackID = source.nextBool() ? nil : source.nextString() }
    }
}

extension ConsumerProtocolSubscription.TopicPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topic = source.nextString()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension ConsumerProtocolAssignment: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.assignedPartitions = source.nextArray { source in .init(random: &source, version: version) }
        self.userData = source.nextBool() ? nil : source.nextBytes()
    }
}

extension ConsumerProtocolAssignment.TopicPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topic = source.nextString()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension CreateAclsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.creations = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension CreateAclsRequest.AclCreation: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.resourceType = source.nextInt8()
        self.resourceName = source.nextString()
        self.resourcePatternType = source.nextInt8()
        self.principal = source.nextString()
        self.host = source.nextString()
        self.operation = source.nextInt8()
        self.permissionType = source.nextInt8()
    }
}

extension CreateAclsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension CreateAclsResponse.AclCreationResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension CreatePartitionsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        self.timeoutMs = source.nextInt32()
        self.validateOnly = source.nextBool()
    }
}

extension CreatePartitionsRequest.CreatePartitionsTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.count = source.nextInt32()
        self.assignments = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension CreatePartitionsRequest.CreatePartitionsAssignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.brokerIDs = source.nextArray { source in source.nextInt32() }
    }
}

extension CreatePartitionsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension CreatePartitionsResponse.CreatePartitionsTopicResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension CreateTopicsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        self.timeoutMs = source.nextInt32()
        if version >= 1 { self.validateOnly = source.nextBool() }
    }
}

extension CreateTopicsRequest.CreatableTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.numPartitions = source.nextInt32()
        self.replicationFactor = source.nextInt16()
        self.assignments = source.nextArray { source in .init(random: &source, version: version) }
        self.configs = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension CreateTopicsRequest.CreatableReplicaAssignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.brokerIDs = source.nextArray { source in source.nextInt32() }
    }
}

extension CreateTopicsRequest.CreatableTopicConfig: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.value = source.nextBool() ? nil : source.nextString()
    }
}

extension CreateTopicsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 2 { self.throttleTimeMs = source.nextInt32() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension CreateTopicsResponse.CreatableTopicResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        if version >= 7 { self.topicID = source.nextTopicID() }
        self.errorCode = source.nextInt16()
        if version >= 1 { self.errorMessage = source.nextBool() ? nil : source.nextString() }
        if version >= 5 { self.topicConfigErrorCode = source.nextInt16() }
        if version >= 5 { self.numPartitions = source.nextInt32() }
        if version >= 5 { self.replicationFactor = source.nextInt16() }
        if version >= 5 {
            self.configs = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
        }
    }
}

extension CreateTopicsResponse.CreatableTopicConfigs: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.value = source.nextBool() ? nil : source.nextString()
        self.readOnly = source.nextBool()
        self.configSource = source.nextInt8()
        self.isSensitive = source.nextBool()
    }
}

extension DeleteAclsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.filters = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteAclsRequest.DeleteAclsFilter: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.resourceTypeFilter = source.nextInt8()
        self.resourceNameFilter = source.nextBool() ? nil : source.nextString()
        self.patternTypeFilter = source.nextInt8()
        self.principalFilter = source.nextBool() ? nil : source.nextString()
        self.hostFilter = source.nextBool() ? nil : source.nextString()
        self.operation = source.nextInt8()
        self.permissionType = source.nextInt8()
    }
}

extension DeleteAclsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.filterResults = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteAclsResponse.DeleteAclsFilterResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.matchingAcls = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteAclsResponse.DeleteAclsMatchingAcl: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.resourceType = source.nextInt8()
        self.resourceName = source.nextString()
        self.patternType = source.nextInt8()
        self.principal = source.nextString()
        self.host = source.nextString()
        self.operation = source.nextInt8()
        self.permissionType = source.nextInt8()
    }
}

extension DeleteGroupsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupsNames = source.nextArray { source in source.nextString() }
    }
}

extension DeleteGroupsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteGroupsResponse.DeletableGroupResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.errorCode = source.nextInt16()
    }
}

extension DeleteRecordsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        self.timeoutMs = source.nextInt32()
    }
}

extension DeleteRecordsRequest.DeleteRecordsTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteRecordsRequest.DeleteRecordsPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.offset = source.nextInt64()
    }
}

extension DeleteRecordsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteRecordsResponse.DeleteRecordsTopicResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteRecordsResponse.DeleteRecordsPartitionResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.lowWatermark = source.nextInt64()
        self.errorCode = source.nextInt16()
    }
}

extension DeleteShareGroupOffsetsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteShareGroupOffsetsRequest.Topic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicName = source.nextString()
    }
}

extension DeleteShareGroupOffsetsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.responses = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteShareGroupOffsetsResponse.Topic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicName = source.nextString()
        self.topicID = source.nextTopicID()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension DeleteShareGroupStateRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteShareGroupStateRequest.DeleteStateData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteShareGroupStateRequest.PartitionData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
    }
}

extension DeleteShareGroupStateResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteShareGroupStateResponse.DeleteStateResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteShareGroupStateResponse.PartitionResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension DeleteTopicsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 6 { self.topics = source.nextArray { source in .init(random: &source, version: version) } }
        if version <= 5 { self.topicNames = source.nextArray { source in source.nextString() } }
        self.timeoutMs = source.nextInt32()
    }
}

extension DeleteTopicsRequest.DeleteTopicState: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextBool() ? nil : source.nextString()
        self.topicID = source.nextTopicID()
    }
}

extension DeleteTopicsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { self.throttleTimeMs = source.nextInt32() }
        self.responses = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteTopicsResponse.DeletableTopicResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = version >= 6 && source.nextBool() ? nil : source.nextString()
        if version >= 6 { self.topicID = source.nextTopicID() }
        self.errorCode = source.nextInt16()
        if version >= 5 { self.errorMessage = source.nextBool() ? nil : source.nextString() }
    }
}

extension DescribeAclsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.resourceTypeFilter = source.nextInt8()
        self.resourceNameFilter = source.nextBool() ? nil : source.nextString()
        self.patternTypeFilter = source.nextInt8()
        self.principalFilter = source.nextBool() ? nil : source.nextString()
        self.hostFilter = source.nextBool() ? nil : source.nextString()
        self.operation = source.nextInt8()
        self.permissionType = source.nextInt8()
    }
}

extension DescribeAclsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.resources = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeAclsResponse.DescribeAclsResource: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.resourceType = source.nextInt8()
        self.resourceName = source.nextString()
        self.patternType = source.nextInt8()
        self.acls = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeAclsResponse.AclDescription: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.principal = source.nextString()
        self.host = source.nextString()
        self.operation = source.nextInt8()
        self.permissionType = source.nextInt8()
    }
}

extension DescribeClientQuotasRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.components = source.nextArray { source in .init(random: &source, version: version) }
        self.strict = source.nextBool()
    }
}

extension DescribeClientQuotasRequest.ComponentData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.entityType = source.nextString()
        self.matchType = source.nextInt8()
        self.match = source.nextBool() ? nil : source.nextString()
    }
}

extension DescribeClientQuotasResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.entries = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeClientQuotasResponse.EntryData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.entity = source.nextArray { source in .init(random: &source, version: version) }
        self.values = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeClientQuotasResponse.EntityData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.entityType = source.nextString()
        self.entityName = source.nextBool() ? nil : source.nextString()
    }
}

extension DescribeClientQuotasResponse.ValueData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.key = source.nextString()
        self.value = source.nextDouble()
    }
}

extension DescribeClusterRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.includeClusterAuthorizedOperations = source.nextBool()
        if version >= 1 { self.endpointType = source.nextInt8() }
        if version >= 2 { self.includeFencedBrokers = source.nextBool() }
    }
}

extension DescribeClusterResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        if version >= 1 { self.endpointType = source.nextInt8() }
        self.clusterID = source.nextString()
        self.controllerID = source.nextInt32()
        self.brokers = source.nextArray { source in .init(random: &source, version: version) }
        self.clusterAuthorizedOperations = source.nextInt32()
    }
}

extension DescribeClusterResponse.DescribeClusterBroker: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.brokerID = source.nextInt32()
        self.host = source.nextString()
        self.port = source.nextInt32()
        self.rack = source.nextBool() ? nil : source.nextString()
        if version >= 2 { self.isFenced = source.nextBool() }
    }
}

extension DescribeConfigsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.resources = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 1 { self.includeSynonyms = source.nextBool() }
        if version >= 3 { self.includeDocumentation = source.nextBool() }
    }
}

extension DescribeConfigsRequest.DescribeConfigsResource: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.resourceType = source.nextInt8()
        self.resourceName = source.nextString()
        self.configurationKeys = source.nextBool() ? nil : source.nextArray { source in source.nextString() }
    }
}

extension DescribeConfigsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeConfigsResponse.DescribeConfigsResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.resourceType = source.nextInt8()
        self.resourceName = source.nextString()
        self.configs = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeConfigsResponse.DescribeConfigsResourceResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.value = source.nextBool() ? nil : source.nextString()
        self.readOnly = source.nextBool()
        if version <= 0 { self.isDefault = source.nextBool() }
        if version >= 1 { self.configSource = source.nextInt8() }
        self.isSensitive = source.nextBool()
        if version >= 1 { self.synonyms = source.nextArray { source in .init(random: &source, version: version) } }
        if version >= 3 { self.configType = source.nextInt8() }
        if version >= 3 { self.documentation = source.nextBool() ? nil : source.nextString() }
    }
}

extension DescribeConfigsResponse.DescribeConfigsSynonym: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.value = source.nextBool() ? nil : source.nextString()
        self.source = source.nextInt8()
    }
}

extension DescribeGroupsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groups = source.nextArray { source in source.nextString() }
        if version >= 3 { self.includeAuthorizedOperations = source.nextBool() }
    }
}

extension DescribeGroupsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { self.throttleTimeMs = source.nextInt32() }
        self.groups = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeGroupsResponse.DescribedGroup: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        if version >= 6 { self.errorMessage = source.nextBool() ? nil : source.nextString() }
        self.groupID = source.nextString()
        self.groupState = source.nextString()
        self.protocolType = source.nextString()
        self.protocolData = source.nextString()
        self.members = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 3 { self.authorizedOperations = source.nextInt32() }
    }
}

extension DescribeGroupsResponse.DescribedGroupMember: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.memberID = source.nextString()
        if version >= 4 { self.groupInstanceID = source.nextBool() ? nil : source.nextString() }
        self.clientID = source.nextString()
        self.clientHost = source.nextString()
        self.memberMetadata = source.nextBytes()
        self.memberAssignment = source.nextBytes()
    }
}

extension DescribeLogDirsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topics = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeLogDirsRequest.DescribableLogDirTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topic = source.nextString()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension DescribeLogDirsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        if version >= 3 { self.errorCode = source.nextInt16() }
        self.results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeLogDirsResponse.DescribeLogDirsResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.logDir = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 4 { self.totalBytes = source.nextInt64() }
        if version >= 4 { self.usableBytes = source.nextInt64() }
        if version >= 5 { self.isCordoned = source.nextBool() }
    }
}

extension DescribeLogDirsResponse.DescribeLogDirsTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeLogDirsResponse.DescribeLogDirsPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.partitionSize = source.nextInt64()
        self.offsetLag = source.nextInt64()
        self.isFutureKey = source.nextBool()
    }
}

extension DescribeProducersRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeProducersRequest.TopicRequest: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitionIndexes = source.nextArray { source in source.nextInt32() }
    }
}

extension DescribeProducersResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeProducersResponse.TopicResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeProducersResponse.PartitionResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.activeProducers = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeProducersResponse.ProducerState: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.producerID = source.nextInt64()
        self.producerEpoch = source.nextInt32()
        self.lastSequence = source.nextInt32()
        self.lastTimestamp = source.nextInt64()
        self.coordinatorEpoch = source.nextInt32()
        self.currentTxnStartOffset = source.nextInt64()
    }
}

extension DescribeQuorumRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeQuorumRequest.TopicData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicName = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeQuorumRequest.PartitionData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
    }
}

extension DescribeQuorumResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        if version >= 2 { self.errorMessage = source.nextBool() ? nil : source.nextString() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 2 { self.nodes = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension DescribeQuorumResponse.TopicData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicName = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeQuorumResponse.PartitionData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
        if version >= 2 { self.errorMessage = source.nextBool() ? nil : source.nextString() }
        self.leaderID = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
        self.highWatermark = source.nextInt64()
        self.currentVoters = source.nextArray { source in .init(random: &source, version: version) }
        self.observers = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeQuorumResponse.ReplicaState: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.replicaID = source.nextInt32()
        if version >= 2 { self.replicaDirectoryID = source.nextTopicID() }
        self.logEndOffset = source.nextInt64()
        if version >= 1 { self.lastFetchTimestamp = source.nextInt64() }
        if version >= 1 { self.lastCaughtUpTimestamp = source.nextInt64() }
    }
}

extension DescribeQuorumResponse.Node: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.nodeID = source.nextInt32()
        self.listeners = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeQuorumResponse.Listener: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.host = source.nextString()
        self.port = source.nextUInt16()
    }
}

extension DescribeShareGroupOffsetsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groups = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeShareGroupOffsetsRequest.Group: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.topics = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeShareGroupOffsetsRequest.Topic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicName = source.nextString()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension DescribeShareGroupOffsetsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.groups = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeShareGroupOffsetsResponse.Group: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension DescribeShareGroupOffsetsResponse.Topic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicName = source.nextString()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeShareGroupOffsetsResponse.Partition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.startOffset = source.nextInt64()
        self.leaderEpoch = source.nextInt32()
        if version >= 1 { self.lag = source.nextInt64() }
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension DescribeTopicPartitionsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        self.responsePartitionLimit = source.nextInt32()
        self.cursor = source.nextBool() ? nil : .init(random: &source, version: version)
    }
}

extension DescribeTopicPartitionsRequest.TopicRequest: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
    }
}

extension DescribeTopicPartitionsRequest.Cursor: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicName = source.nextString()
        self.partitionIndex = source.nextInt32()
    }
}

extension DescribeTopicPartitionsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        self.nextCursor = source.nextBool() ? nil : .init(random: &source, version: version)
    }
}

extension DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.name = source.nextBool() ? nil : source.nextString()
        self.topicID = source.nextTopicID()
        self.isInternal = source.nextBool()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
        self.topicAuthorizedOperations = source.nextInt32()
    }
}

extension DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.partitionIndex = source.nextInt32()
        self.leaderID = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
        self.replicaNodes = source.nextArray { source in source.nextInt32() }
        self.isrNodes = source.nextArray { source in source.nextInt32() }
        self.eligibleLeaderReplicas = source.nextBool() ? nil : source.nextArray { source in source.nextInt32() }
        self.lastKnownElr = source.nextBool() ? nil : source.nextArray { source in source.nextInt32() }
        self.offlineReplicas = source.nextArray { source in source.nextInt32() }
    }
}

extension DescribeTopicPartitionsResponse.Cursor: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicName = source.nextString()
        self.partitionIndex = source.nextInt32()
    }
}

extension DescribeTransactionsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.transactionalIDs = source.nextArray { source in source.nextString() }
    }
}

extension DescribeTransactionsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.transactionStates = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeTransactionsResponse.TransactionState: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.transactionalID = source.nextString()
        self.transactionState = source.nextString()
        self.transactionTimeoutMs = source.nextInt32()
        self.transactionStartTimeMs = source.nextInt64()
        self.producerID = source.nextInt64()
        self.producerEpoch = source.nextInt16()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeTransactionsResponse.TopicData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topic = source.nextString()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension ElectLeadersRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { self.electionType = source.nextInt8() }
        self.topicPartitions = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
        self.timeoutMs = source.nextInt32()
    }
}

extension ElectLeadersRequest.TopicPartitions: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topic = source.nextString()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension ElectLeadersResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        if version >= 1 { self.errorCode = source.nextInt16() }
        self.replicaElectionResults = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ElectLeadersResponse.ReplicaElectionResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topic = source.nextString()
        self.partitionResult = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ElectLeadersResponse.PartitionResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionID = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension EndTxnRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.transactionalID = source.nextString()
        self.producerID = source.nextInt64()
        self.producerEpoch = source.nextInt16()
        self.committed = source.nextBool()
    }
}

extension EndTxnResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        if version >= 5 { self.producerID = source.nextInt64() }
        if version >= 5 { self.producerEpoch = source.nextInt16() }
    }
}

extension FetchRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 12 { self.clusterID = source.nextBool() ? nil : source.nextString() }
        if version <= 14 { self.replicaID = source.nextInt32() }
        if version >= 15 { self.replicaState = .init(random: &source, version: version) }
        self.maxWaitMs = source.nextInt32()
        self.minBytes = source.nextInt32()
        self.maxBytes = source.nextInt32()
        self.isolationLevel = source.nextInt8()
        if version >= 7 { self.sessionID = source.nextInt32() }
        if version >= 7 { self.sessionEpoch = source.nextInt32() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 7 {
            self.forgottenTopicsData = source.nextArray { source in .init(random: &source, version: version) }
        }
        if version >= 11 { self.rackID = source.nextString() }
    }
}

extension FetchRequest.ReplicaState: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.replicaID = source.nextInt32()
        self.replicaEpoch = source.nextInt64()
    }
}

extension FetchRequest.FetchTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 12 { self.topic = source.nextString() }
        if version >= 13 { self.topicID = source.nextTopicID() }
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension FetchRequest.FetchPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
        if version >= 9 { self.currentLeaderEpoch = source.nextInt32() }
        self.fetchOffset = source.nextInt64()
        if version >= 12 { self.lastFetchedEpoch = source.nextInt32() }
        if version >= 5 { self.logStartOffset = source.nextInt64() }
        self.partitionMaxBytes = source.nextInt32()
        if version >= 17 { self.replicaDirectoryID = source.nextTopicID() }
        if version >= 18 { self.highWatermark = source.nextInt64() }
    }
}

extension FetchRequest.ForgottenTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 12 { self.topic = source.nextString() }
        if version >= 13 { self.topicID = source.nextTopicID() }
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension FetchResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        if version >= 7 { self.errorCode = source.nextInt16() }
        if version >= 7 { self.sessionID = source.nextInt32() }
        self.responses = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 16 {
            self.nodeEndpoints = source.nextArray { source in .init(random: &source, version: version) }
        }
    }
}

extension FetchResponse.FetchableTopicResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 12 { self.topic = source.nextString() }
        if version >= 13 { self.topicID = source.nextTopicID() }
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension FetchResponse.PartitionData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.highWatermark = source.nextInt64()
        self.lastStableOffset = source.nextInt64()
        if version >= 5 { self.logStartOffset = source.nextInt64() }
        if version >= 12 { self.divergingEpoch = .init(random: &source, version: version) }
        if version >= 12 { self.currentLeader = .init(random: &source, version: version) }
        if version >= 12 { self.snapshotID = .init(random: &source, version: version) }
        self.abortedTransactions = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
        if version >= 11 { self.preferredReadReplica = source.nextInt32() }
        self.records = source.nextBool() ? nil : .bytes(source.nextBytes())
    }
}

extension FetchResponse.EpochEndOffset: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.epoch = source.nextInt32()
        self.endOffset = source.nextInt64()
    }
}

extension FetchResponse.LeaderIdAndEpoch: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.leaderID = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
    }
}

extension FetchResponse.SnapshotId: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.endOffset = source.nextInt64()
        self.epoch = source.nextInt32()
    }
}

extension FetchResponse.AbortedTransaction: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.producerID = source.nextInt64()
        self.firstOffset = source.nextInt64()
    }
}

extension FetchResponse.NodeEndpoint: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.nodeID = source.nextInt32()
        self.host = source.nextString()
        self.port = source.nextInt32()
        self.rack = source.nextBool() ? nil : source.nextString()
    }
}

extension FindCoordinatorRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 3 { self.key = source.nextString() }
        if version >= 1 { self.keyType = source.nextInt8() }
        if version >= 4 { self.coordinatorKeys = source.nextArray { source in source.nextString() } }
    }
}

extension FindCoordinatorResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { self.throttleTimeMs = source.nextInt32() }
        if version <= 3 { self.errorCode = source.nextInt16() }
        if version >= 1 && version <= 3 { self.errorMessage = source.nextBool() ? nil : source.nextString() }
        if version <= 3 { self.nodeID = source.nextInt32() }
        if version <= 3 { self.host = source.nextString() }
        if version <= 3 { self.port = source.nextInt32() }
        if version >= 4 { self.coordinators = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension FindCoordinatorResponse.Coordinator: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.key = source.nextString()
        self.nodeID = source.nextInt32()
        self.host = source.nextString()
        self.port = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension GetTelemetrySubscriptionsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.clientInstanceID = source.nextTopicID()
    }
}

extension GetTelemetrySubscriptionsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.clientInstanceID = source.nextTopicID()
        self.subscriptionID = source.nextInt32()
        self.acceptedCompressionTypes = source.nextArray { source in source.nextInt8() }
        self.pushIntervalMs = source.nextInt32()
        self.telemetryMaxBytes = source.nextInt32()
        self.deltaTemporality = source.nextBool()
        self.requestedMetrics = source.nextArray { source in source.nextString() }
    }
}

extension HeartbeatRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.generationID = source.nextInt32()
        self.memberID = source.nextString()
        if version >= 3 { self.groupInstanceID = source.nextBool() ? nil : source.nextString() }
    }
}

extension HeartbeatResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { self.throttleTimeMs = source.nextInt32() }
        self.errorCode = source.nextInt16()
    }
}

extension IncrementalAlterConfigsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.resources = source.nextArray { source in .init(random: &source, version: version) }
        self.validateOnly = source.nextBool()
    }
}

extension IncrementalAlterConfigsRequest.AlterConfigsResource: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.resourceType = source.nextInt8()
        self.resourceName = source.nextString()
        self.configs = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension IncrementalAlterConfigsRequest.AlterableConfig: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.configOperation = source.nextInt8()
        self.value = source.nextBool() ? nil : source.nextString()
    }
}

extension IncrementalAlterConfigsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.responses = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension IncrementalAlterConfigsResponse.AlterConfigsResourceResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.resourceType = source.nextInt8()
        self.resourceName = source.nextString()
    }
}

extension InitProducerIdRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.transactionalID = source.nextBool() ? nil : source.nextString()
        self.transactionTimeoutMs = source.nextInt32()
        if version >= 3 { self.producerID = source.nextInt64() }
        if version >= 3 { self.producerEpoch = source.nextInt16() }
        if version >= 6 { self.enable2Pc = source.nextBool() }
        if version >= 6 { self.keepPreparedTxn = source.nextBool() }
    }
}

extension InitProducerIdResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.producerID = source.nextInt64()
        self.producerEpoch = source.nextInt16()
        if version >= 6 { self.ongoingTxnProducerID = source.nextInt64() }
        if version >= 6 { self.ongoingTxnProducerEpoch = source.nextInt16() }
    }
}

extension InitializeShareGroupStateRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension InitializeShareGroupStateRequest.InitializeStateData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension InitializeShareGroupStateRequest.PartitionData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
        self.stateEpoch = source.nextInt32()
        self.startOffset = source.nextInt64()
    }
}

extension InitializeShareGroupStateResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension InitializeShareGroupStateResponse.InitializeStateResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension InitializeShareGroupStateResponse.PartitionResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension JoinGroupRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.sessionTimeoutMs = source.nextInt32()
        if version >= 1 { self.rebalanceTimeoutMs = source.nextInt32() }
        self.memberID = source.nextString()
        if version >= 5 { self.groupInstanceID = source.nextBool() ? nil : source.nextString() }
        self.protocolType = source.nextString()
        self.protocols = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 8 { self.reason = source.nextBool() ? nil : source.nextString() }
    }
}

extension JoinGroupRequest.JoinGroupRequestProtocol: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.metadata = source.nextBytes()
    }
}

extension JoinGroupResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 2 { self.throttleTimeMs = source.nextInt32() }
        self.errorCode = source.nextInt16()
        self.generationID = source.nextInt32()
        if version >= 7 { self.protocolType = source.nextBool() ? nil : source.nextString() }
        self.protocolName = version >= 7 && source.nextBool() ? nil : source.nextString()
        self.leader = source.nextString()
        if version >= 9 { self.skipAssignment = source.nextBool() }
        self.memberID = source.nextString()
        self.members = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension JoinGroupResponse.JoinGroupResponseMember: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.memberID = source.nextString()
        if version >= 5 { self.groupInstanceID = source.nextBool() ? nil : source.nextString() }
        self.metadata = source.nextBytes()
    }
}

extension LeaveGroupRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        if version <= 2 { self.memberID = source.nextString() }
        if version >= 3 { self.members = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension LeaveGroupRequest.MemberIdentity: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.memberID = source.nextString()
        self.groupInstanceID = source.nextBool() ? nil : source.nextString()
        if version >= 5 { self.reason = source.nextBool() ? nil : source.nextString() }
    }
}

extension LeaveGroupResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { self.throttleTimeMs = source.nextInt32() }
        self.errorCode = source.nextInt16()
        if version >= 3 { self.members = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension LeaveGroupResponse.MemberResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.memberID = source.nextString()
        self.groupInstanceID = source.nextBool() ? nil : source.nextString()
        self.errorCode = source.nextInt16()
    }
}

extension ListConfigResourcesRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { self.resourceTypes = source.nextArray { source in source.nextInt8() } }
    }
}

extension ListConfigResourcesResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.configResources = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListConfigResourcesResponse.ConfigResource: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.resourceName = source.nextString()
        if version >= 1 { self.resourceType = source.nextInt8() }
    }
}

extension ListGroupsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 4 { self.statesFilter = source.nextArray { source in source.nextString() } }
        if version >= 5 { self.typesFilter = source.nextArray { source in source.nextString() } }
    }
}

extension ListGroupsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { self.throttleTimeMs = source.nextInt32() }
        self.errorCode = source.nextInt16()
        self.groups = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListGroupsResponse.ListedGroup: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.protocolType = source.nextString()
        if version >= 4 { self.groupState = source.nextString() }
        if version >= 5 { self.groupType = source.nextString() }
    }
}

extension ListOffsetsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.replicaID = source.nextInt32()
        if version >= 2 { self.isolationLevel = source.nextInt8() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 10 { self.timeoutMs = source.nextInt32() }
    }
}

extension ListOffsetsRequest.ListOffsetsTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListOffsetsRequest.ListOffsetsPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        if version >= 4 { self.currentLeaderEpoch = source.nextInt32() }
        self.timestamp = source.nextInt64()
    }
}

extension ListOffsetsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 2 { self.throttleTimeMs = source.nextInt32() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListOffsetsResponse.ListOffsetsTopicResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListOffsetsResponse.ListOffsetsPartitionResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.timestamp = source.nextInt64()
        self.offset = source.nextInt64()
        if version >= 4 { self.leaderEpoch = source.nextInt32() }
    }
}

extension ListPartitionReassignmentsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.timeoutMs = source.nextInt32()
        self.topics = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitionIndexes = source.nextArray { source in source.nextInt32() }
    }
}

extension ListPartitionReassignmentsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListPartitionReassignmentsResponse.OngoingTopicReassignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListPartitionReassignmentsResponse.OngoingPartitionReassignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.replicas = source.nextArray { source in source.nextInt32() }
        self.addingReplicas = source.nextArray { source in source.nextInt32() }
        self.removingReplicas = source.nextArray { source in source.nextInt32() }
    }
}

extension ListTransactionsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.stateFilters = source.nextArray { source in source.nextString() }
        self.producerIDFilters = source.nextArray { source in source.nextInt64() }
        if version >= 1 { self.durationFilter = source.nextInt64() }
        if version >= 2 { self.transactionalIDPattern = source.nextBool() ? nil : source.nextString() }
    }
}

extension ListTransactionsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.unknownStateFilters = source.nextArray { source in source.nextString() }
        self.transactionStates = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListTransactionsResponse.TransactionState: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.transactionalID = source.nextString()
        self.producerID = source.nextInt64()
        self.transactionState = source.nextString()
    }
}

extension MetadataRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topics = version >= 1 && source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
        if version >= 4 { self.allowAutoTopicCreation = source.nextBool() }
        if version >= 8 && version <= 10 { self.includeClusterAuthorizedOperations = source.nextBool() }
        if version >= 8 { self.includeTopicAuthorizedOperations = source.nextBool() }
    }
}

extension MetadataRequest.MetadataRequestTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 10 { self.topicID = source.nextTopicID() }
        self.name = version >= 10 && source.nextBool() ? nil : source.nextString()
    }
}

extension MetadataResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 3 { self.throttleTimeMs = source.nextInt32() }
        self.brokers = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 2 { self.clusterID = source.nextBool() ? nil : source.nextString() }
        if version >= 1 { self.controllerID = source.nextInt32() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 8 && version <= 10 { self.clusterAuthorizedOperations = source.nextInt32() }
        if version >= 13 { self.errorCode = source.nextInt16() }
    }
}

extension MetadataResponse.MetadataResponseBroker: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.nodeID = source.nextInt32()
        self.host = source.nextString()
        self.port = source.nextInt32()
        if version >= 1 { self.rack = source.nextBool() ? nil : source.nextString() }
    }
}

extension MetadataResponse.MetadataResponseTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.name = version >= 12 && source.nextBool() ? nil : source.nextString()
        if version >= 10 { self.topicID = source.nextTopicID() }
        if version >= 1 { self.isInternal = source.nextBool() }
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 8 { self.topicAuthorizedOperations = source.nextInt32() }
    }
}

extension MetadataResponse.MetadataResponsePartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.partitionIndex = source.nextInt32()
        self.leaderID = source.nextInt32()
        if version >= 7 { self.leaderEpoch = source.nextInt32() }
        self.replicaNodes = source.nextArray { source in source.nextInt32() }
        self.isrNodes = source.nextArray { source in source.nextInt32() }
        if version >= 5 { self.offlineReplicas = source.nextArray { source in source.nextInt32() } }
    }
}

extension OffsetCommitRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.generationIDOrMemberEpoch = source.nextInt32()
        self.memberID = source.nextString()
        if version >= 7 { self.groupInstanceID = source.nextBool() ? nil : source.nextString() }
        if version <= 4 { self.retentionTimeMs = source.nextInt64() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetCommitRequest.OffsetCommitRequestTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 9 { self.name = source.nextString() }
        if version >= 10 { self.topicID = source.nextTopicID() }
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetCommitRequest.OffsetCommitRequestPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.committedOffset = source.nextInt64()
        if version >= 6 { self.committedLeaderEpoch = source.nextInt32() }
        self.committedMetadata = source.nextBool() ? nil : source.nextString()
    }
}

extension OffsetCommitResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 3 { self.throttleTimeMs = source.nextInt32() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetCommitResponse.OffsetCommitResponseTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 9 { self.name = source.nextString() }
        if version >= 10 { self.topicID = source.nextTopicID() }
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetCommitResponse.OffsetCommitResponsePartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
    }
}

extension OffsetDeleteRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetDeleteRequest.OffsetDeleteRequestTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetDeleteRequest.OffsetDeleteRequestPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
    }
}

extension OffsetDeleteResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.throttleTimeMs = source.nextInt32()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetDeleteResponse.OffsetDeleteResponseTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetDeleteResponse.OffsetDeleteResponsePartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
    }
}

extension OffsetFetchRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 7 { self.groupID = source.nextString() }
        if version <= 7 {
            self.topics = version >= 2 && version <= 7 && source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
        }
        if version >= 8 { self.groups = source.nextArray { source in .init(random: &source, version: version) } }
        if version >= 7 { self.requireStable = source.nextBool() }
    }
}

extension OffsetFetchRequest.OffsetFetchRequestTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitionIndexes = source.nextArray { source in source.nextInt32() }
    }
}

extension OffsetFetchRequest.OffsetFetchRequestGroup: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        if version >= 9 { self.memberID = source.nextBool() ? nil : source.nextString() }
        if version >= 9 { self.memberEpoch = source.nextInt32() }
        self.topics = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetFetchRequest.OffsetFetchRequestTopics: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 9 { self.name = source.nextString() }
        if version >= 10 { self.topicID = source.nextTopicID() }
        self.partitionIndexes = source.nextArray { source in source.nextInt32() }
    }
}

extension OffsetFetchResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 3 { self.throttleTimeMs = source.nextInt32() }
        if version <= 7 { self.topics = source.nextArray { source in .init(random: &source, version: version) } }
        if version >= 2 && version <= 7 { self.errorCode = source.nextInt16() }
        if version >= 8 { self.groups = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension OffsetFetchResponse.OffsetFetchResponseTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetFetchResponse.OffsetFetchResponsePartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.committedOffset = source.nextInt64()
        if version >= 5 { self.committedLeaderEpoch = source.nextInt32() }
        self.metadata = source.nextBool() ? nil : source.nextString()
        self.errorCode = source.nextInt16()
    }
}

extension OffsetFetchResponse.OffsetFetchResponseGroup: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        self.errorCode = source.nextInt16()
    }
}

extension OffsetFetchResponse.OffsetFetchResponseTopics: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 9 { self.name = source.nextString() }
        if version >= 10 { self.topicID = source.nextTopicID() }
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetFetchResponse.OffsetFetchResponsePartitions: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.committedOffset = source.nextInt64()
        self.committedLeaderEpoch = source.nextInt32()
        self.metadata = source.nextBool() ? nil : source.nextString()
        self.errorCode = source.nextInt16()
    }
}

extension OffsetForLeaderEpochRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 3 { self.replicaID = source.nextInt32() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetForLeaderEpochRequest.OffsetForLeaderTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topic = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetForLeaderEpochRequest.OffsetForLeaderPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
        self.currentLeaderEpoch = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
    }
}

extension OffsetForLeaderEpochResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topic = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetForLeaderEpochResponse.EpochEndOffset: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.partition = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
        self.endOffset = source.nextInt64()
    }
}

extension ProduceRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.transactionalID = source.nextBool() ? nil : source.nextString()
        self.acks = source.nextInt16()
        self.timeoutMs = source.nextInt32()
        self.topicData = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ProduceRequest.TopicProduceData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 12 { self.name = source.nextString() }
        if version >= 13 { self.topicID = source.nextTopicID() }
        self.partitionData = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ProduceRequest.PartitionProduceData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.index = source.nextInt32()
        self.records = source.nextBool() ? nil : source.nextBytes()
    }
}

extension ProduceResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.responses = source.nextArray { source in .init(random: &source, version: version) }
        self.throttleTimeMs = source.nextInt32()
        if version >= 10 {
            self.nodeEndpoints = source.nextArray { source in .init(random: &source, version: version) }
        }
    }
}

extension ProduceResponse.TopicProduceResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 12 { self.name = source.nextString() }
        if version >= 13 { self.topicID = source.nextTopicID() }
        self.partitionResponses = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ProduceResponse.PartitionProduceResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.index = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.baseOffset = source.nextInt64()
        self.logAppendTimeMs = source.nextInt64()
        if version >= 5 { self.logStartOffset = source.nextInt64() }
        if version >= 8 { self.recordErrors = source.nextArray { source in .init(random: &source, version: version) } }
        if version >= 8 { self.errorMessage = source.nextBool() ? nil : source.nextString() }
        if version >= 10 { self.currentLeader = .init(random: &source, version: version) }
    }
}

extension ProduceResponse.BatchIndexAndErrorMessage: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.batchIndex = source.nextInt32()
        self.batchIndexErrorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension ProduceResponse.LeaderIdAndEpoch: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.leaderID = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
    }
}

extension ProduceResponse.NodeEndpoint: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.nodeID = source.nextInt32()
        self.host = source.nextString()
        self.port = source.nextInt32()
        self.rack = source.nextBool() ? nil : source.nextString()
    }
}

extension PushTelemetryRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.clientInstanceID = source.nextTopicID()
        self.subscriptionID = source.nextInt32()
        self.terminating = source.nextBool()
        self.compressionType = source.nextInt8()
        self.metrics = source.nextBytes()
    }
}

extension PushTelemetryResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
    }
}

extension ReadShareGroupStateRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ReadShareGroupStateRequest.ReadStateData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ReadShareGroupStateRequest.PartitionData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
    }
}

extension ReadShareGroupStateResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ReadShareGroupStateResponse.ReadStateResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ReadShareGroupStateResponse.PartitionResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.stateEpoch = source.nextInt32()
        self.startOffset = source.nextInt64()
        self.stateBatches = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ReadShareGroupStateResponse.StateBatch: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.firstOffset = source.nextInt64()
        self.lastOffset = source.nextInt64()
        self.deliveryState = source.nextInt8()
        self.deliveryCount = source.nextInt16()
    }
}

extension ReadShareGroupStateSummaryRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ReadShareGroupStateSummaryRequest.ReadStateSummaryData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ReadShareGroupStateSummaryRequest.PartitionData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
    }
}

extension ReadShareGroupStateSummaryResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ReadShareGroupStateSummaryResponse.ReadStateSummaryResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ReadShareGroupStateSummaryResponse.PartitionResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.stateEpoch = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
        self.startOffset = source.nextInt64()
        if version >= 1 { self.deliveryCompleteCount = source.nextInt32() }
    }
}

extension ShareAcknowledgeRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextBool() ? nil : source.nextString()
        self.memberID = source.nextBool() ? nil : source.nextString()
        self.shareSessionEpoch = source.nextInt32()
        if version >= 2 { self.isRenewAck = source.nextBool() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareAcknowledgeRequest.AcknowledgeTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareAcknowledgeRequest.AcknowledgePartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.acknowledgementBatches = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareAcknowledgeRequest.AcknowledgementBatch: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.firstOffset = source.nextInt64()
        self.lastOffset = source.nextInt64()
        self.acknowledgeTypes = source.nextArray { source in source.nextInt8() }
    }
}

extension ShareAcknowledgeResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        if version >= 2 { self.acquisitionLockTimeoutMs = source.nextInt32() }
        self.responses = source.nextArray { source in .init(random: &source, version: version) }
        self.nodeEndpoints = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareAcknowledgeResponse.ShareAcknowledgeTopicResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareAcknowledgeResponse.PartitionData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.currentLeader = .init(random: &source, version: version)
    }
}

extension ShareAcknowledgeResponse.LeaderIdAndEpoch: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.leaderID = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
    }
}

extension ShareAcknowledgeResponse.NodeEndpoint: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.nodeID = source.nextInt32()
        self.host = source.nextString()
        self.port = source.nextInt32()
        self.rack = source.nextBool() ? nil : source.nextString()
    }
}

extension ShareFetchRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextBool() ? nil : source.nextString()
        self.memberID = source.nextBool() ? nil : source.nextString()
        self.shareSessionEpoch = source.nextInt32()
        self.maxWaitMs = source.nextInt32()
        self.minBytes = source.nextInt32()
        self.maxBytes = source.nextInt32()
        self.maxRecords = source.nextInt32()
        self.batchSize = source.nextInt32()
        if version >= 2 { self.shareAcquireMode = source.nextInt8() }
        if version >= 2 { self.isRenewAck = source.nextBool() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        self.forgottenTopicsData = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareFetchRequest.FetchTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareFetchRequest.FetchPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.acknowledgementBatches = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareFetchRequest.AcknowledgementBatch: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.firstOffset = source.nextInt64()
        self.lastOffset = source.nextInt64()
        self.acknowledgeTypes = source.nextArray { source in source.nextInt8() }
    }
}

extension ShareFetchRequest.ForgottenTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension ShareFetchResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.acquisitionLockTimeoutMs = source.nextInt32()
        self.responses = source.nextArray { source in .init(random: &source, version: version) }
        self.nodeEndpoints = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareFetchResponse.ShareFetchableTopicResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareFetchResponse.PartitionData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.acknowledgeErrorCode = source.nextInt16()
        self.acknowledgeErrorMessage = source.nextBool() ? nil : source.nextString()
        self.currentLeader = .init(random: &source, version: version)
        self.records = source.nextBool() ? nil : .bytes(source.nextBytes())
        self.acquiredRecords = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareFetchResponse.LeaderIdAndEpoch: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.leaderID = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
    }
}

extension ShareFetchResponse.AcquiredRecords: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.firstOffset = source.nextInt64()
        self.lastOffset = source.nextInt64()
        self.deliveryCount = source.nextInt16()
    }
}

extension ShareFetchResponse.NodeEndpoint: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.nodeID = source.nextInt32()
        self.host = source.nextString()
        self.port = source.nextInt32()
        self.rack = source.nextBool() ? nil : source.nextString()
    }
}

extension ShareGroupDescribeRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupIDs = source.nextArray { source in source.nextString() }
        self.includeAuthorizedOperations = source.nextBool()
    }
}

extension ShareGroupDescribeResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.groups = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareGroupDescribeResponse.DescribedGroup: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.groupID = source.nextString()
        self.groupState = source.nextString()
        self.groupEpoch = source.nextInt32()
        self.assignmentEpoch = source.nextInt32()
        self.assignorName = source.nextString()
        self.members = source.nextArray { source in .init(random: &source, version: version) }
        self.authorizedOperations = source.nextInt32()
    }
}

extension ShareGroupDescribeResponse.Member: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.memberID = source.nextString()
        self.rackID = source.nextBool() ? nil : source.nextString()
        self.memberEpoch = source.nextInt32()
        self.clientID = source.nextString()
        self.clientHost = source.nextString()
        self.subscribedTopicNames = source.nextArray { source in source.nextString() }
        self.assignment = .init(random: &source, version: version)
    }
}

extension ShareGroupDescribeResponse.Assignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicPartitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareGroupDescribeResponse.TopicPartitions: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.topicName = source.nextString()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension ShareGroupHeartbeatRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.memberID = source.nextString()
        self.memberEpoch = source.nextInt32()
        self.rackID = source.nextBool() ? nil : source.nextString()
        self.subscribedTopicNames = source.nextBool() ? nil : source.nextArray { source in source.nextString() }
    }
}

extension ShareGroupHeartbeatResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        self.memberID = source.nextBool() ? nil : source.nextString()
        self.memberEpoch = source.nextInt32()
        self.heartbeatIntervalMs = source.nextInt32()
        self.assignment = source.nextBool() ? nil : .init(random: &source, version: version)
    }
}

extension ShareGroupHeartbeatResponse.Assignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicPartitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ShareGroupHeartbeatResponse.TopicPartitions: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension SyncGroupRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.generationID = source.nextInt32()
        self.memberID = source.nextString()
        if version >= 3 { self.groupInstanceID = source.nextBool() ? nil : source.nextString() }
        if version >= 5 { self.protocolType = source.nextBool() ? nil : source.nextString() }
        if version >= 5 { self.protocolName = source.nextBool() ? nil : source.nextString() }
        self.assignments = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension SyncGroupRequest.SyncGroupRequestAssignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.memberID = source.nextString()
        self.assignment = source.nextBytes()
    }
}

extension SyncGroupResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { self.throttleTimeMs = source.nextInt32() }
        self.errorCode = source.nextInt16()
        if version >= 5 { self.protocolType = source.nextBool() ? nil : source.nextString() }
        if version >= 5 { self.protocolName = source.nextBool() ? nil : source.nextString() }
        self.assignment = source.nextBytes()
    }
}

extension TxnOffsetCommitRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.transactionalID = source.nextString()
        self.groupID = source.nextString()
        self.producerID = source.nextInt64()
        self.producerEpoch = source.nextInt16()
        if version >= 3 { self.generationID = source.nextInt32() }
        if version >= 3 { self.memberID = source.nextString() }
        if version >= 3 { self.groupInstanceID = source.nextBool() ? nil : source.nextString() }
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.committedOffset = source.nextInt64()
        if version >= 2 { self.committedLeaderEpoch = source.nextInt32() }
        self.committedMetadata = source.nextBool() ? nil : source.nextString()
    }
}

extension TxnOffsetCommitResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
    }
}

extension UnregisterBrokerRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.brokerID = source.nextInt32()
    }
}

extension UnregisterBrokerResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension UpdateFeaturesRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.timeoutMs = source.nextInt32()
        self.featureUpdates = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 1 { self.validateOnly = source.nextBool() }
    }
}

extension UpdateFeaturesRequest.FeatureUpdateKey: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.feature = source.nextString()
        self.maxVersionLevel = source.nextInt16()
        if version <= 0 { self.allowDowngrade = source.nextBool() }
        if version >= 1 { self.upgradeType = source.nextInt8() }
    }
}

extension UpdateFeaturesResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.throttleTimeMs = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
        if version <= 1 { self.results = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension UpdateFeaturesResponse.UpdatableFeatureResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.feature = source.nextString()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension WriteShareGroupStateRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.groupID = source.nextString()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension WriteShareGroupStateRequest.WriteStateData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension WriteShareGroupStateRequest.PartitionData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
        self.stateEpoch = source.nextInt32()
        self.leaderEpoch = source.nextInt32()
        self.startOffset = source.nextInt64()
        if version >= 1 { self.deliveryCompleteCount = source.nextInt32() }
        self.stateBatches = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension WriteShareGroupStateRequest.StateBatch: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.firstOffset = source.nextInt64()
        self.lastOffset = source.nextInt64()
        self.deliveryState = source.nextInt8()
        self.deliveryCount = source.nextInt16()
    }
}

extension WriteShareGroupStateResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension WriteShareGroupStateResponse.WriteStateResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.topicID = source.nextTopicID()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension WriteShareGroupStateResponse.PartitionResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partition = source.nextInt32()
        self.errorCode = source.nextInt16()
        self.errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension WriteTxnMarkersRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.markers = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension WriteTxnMarkersRequest.WritableTxnMarker: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.producerID = source.nextInt64()
        self.producerEpoch = source.nextInt16()
        self.transactionResult = source.nextBool()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
        self.coordinatorEpoch = source.nextInt32()
        if version >= 2 { self.transactionVersion = source.nextInt8() }
    }
}

extension WriteTxnMarkersRequest.WritableTxnMarkerTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitionIndexes = source.nextArray { source in source.nextInt32() }
    }
}

extension WriteTxnMarkersResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.markers = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension WriteTxnMarkersResponse.WritableTxnMarkerResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.producerID = source.nextInt64()
        self.topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension WriteTxnMarkersResponse.WritableTxnMarkerTopicResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.name = source.nextString()
        self.partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        self.partitionIndex = source.nextInt32()
        self.errorCode = source.nextInt16()
    }
}

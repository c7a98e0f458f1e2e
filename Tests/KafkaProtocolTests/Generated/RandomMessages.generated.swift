// Generated from the schemas by protocol-gen. Do not edit.
// swift-format-ignore-file

import KafkaProtocol
import RecordFormat

/// Every message, each of which can be made at random.
let allRandomMessages: [any RandomMessage.Type] = [
    ApiVersionsRequest.self,
    ApiVersionsResponse.self,
    ConsumerProtocolSubscription.self,
    ConsumerProtocolAssignment.self,
    CreatePartitionsRequest.self,
    CreatePartitionsResponse.self,
    CreateTopicsRequest.self,
    CreateTopicsResponse.self,
    DeleteGroupsRequest.self,
    DeleteGroupsResponse.self,
    DeleteTopicsRequest.self,
    DeleteTopicsResponse.self,
    DescribeClusterRequest.self,
    DescribeClusterResponse.self,
    DescribeConfigsRequest.self,
    DescribeConfigsResponse.self,
    DescribeGroupsRequest.self,
    DescribeGroupsResponse.self,
    FetchRequest.self,
    FetchResponse.self,
    FindCoordinatorRequest.self,
    FindCoordinatorResponse.self,
    HeartbeatRequest.self,
    HeartbeatResponse.self,
    InitProducerIdRequest.self,
    InitProducerIdResponse.self,
    JoinGroupRequest.self,
    JoinGroupResponse.self,
    LeaveGroupRequest.self,
    LeaveGroupResponse.self,
    ListGroupsRequest.self,
    ListGroupsResponse.self,
    ListOffsetsRequest.self,
    ListOffsetsResponse.self,
    MetadataRequest.self,
    MetadataResponse.self,
    OffsetCommitRequest.self,
    OffsetCommitResponse.self,
    OffsetFetchRequest.self,
    OffsetFetchResponse.self,
    ProduceRequest.self,
    ProduceResponse.self,
    SyncGroupRequest.self,
    SyncGroupResponse.self,
]

extension ApiVersionsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 3 { clientSoftwareName = source.nextString() }
        if version >= 3 { clientSoftwareVersion = source.nextString() }
    }
}

extension ApiVersionsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        errorCode = source.nextInt16()
        apiKeys = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 1 { throttleTimeMs = source.nextInt32() }
        if version >= 3 { supportedFeatures = source.nextArray { source in .init(random: &source, version: version) } }
        if version >= 3 { finalizedFeaturesEpoch = source.nextInt64() }
        if version >= 3 { finalizedFeatures = source.nextArray { source in .init(random: &source, version: version) } }
        if version >= 3 { zkMigrationReady = source.nextBool() }
    }
}

extension ApiVersionsResponse.ApiVersion: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        apiKey = source.nextInt16()
        minVersion = source.nextInt16()
        maxVersion = source.nextInt16()
    }
}

extension ApiVersionsResponse.SupportedFeatureKey: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        minVersion = source.nextInt16()
        maxVersion = source.nextInt16()
    }
}

extension ApiVersionsResponse.FinalizedFeatureKey: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        maxVersionLevel = source.nextInt16()
        minVersionLevel = source.nextInt16()
    }
}

extension ConsumerProtocolSubscription: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        topics = source.nextArray { source in source.nextString() }
        userData = source.nextBool() ? nil : source.nextBytes()
        if version >= 1 { ownedPartitions = source.nextArray { source in .init(random: &source, version: version) } }
        if version >= 2 { generationID = source.nextInt32() }
        if version >= 3 { rackID = source.nextBool() ? nil : source.nextString() }
    }
}

extension ConsumerProtocolSubscription.TopicPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        topic = source.nextString()
        partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension ConsumerProtocolAssignment: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        assignedPartitions = source.nextArray { source in .init(random: &source, version: version) }
        userData = source.nextBool() ? nil : source.nextBytes()
    }
}

extension ConsumerProtocolAssignment.TopicPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        topic = source.nextString()
        partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension CreatePartitionsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        topics = source.nextArray { source in .init(random: &source, version: version) }
        timeoutMs = source.nextInt32()
        validateOnly = source.nextBool()
    }
}

extension CreatePartitionsRequest.CreatePartitionsTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        count = source.nextInt32()
        assignments = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension CreatePartitionsRequest.CreatePartitionsAssignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        brokerIDs = source.nextArray { source in source.nextInt32() }
    }
}

extension CreatePartitionsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        throttleTimeMs = source.nextInt32()
        results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension CreatePartitionsResponse.CreatePartitionsTopicResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        errorCode = source.nextInt16()
        errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension CreateTopicsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        topics = source.nextArray { source in .init(random: &source, version: version) }
        timeoutMs = source.nextInt32()
        if version >= 1 { validateOnly = source.nextBool() }
    }
}

extension CreateTopicsRequest.CreatableTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        numPartitions = source.nextInt32()
        replicationFactor = source.nextInt16()
        assignments = source.nextArray { source in .init(random: &source, version: version) }
        configs = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension CreateTopicsRequest.CreatableReplicaAssignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        partitionIndex = source.nextInt32()
        brokerIDs = source.nextArray { source in source.nextInt32() }
    }
}

extension CreateTopicsRequest.CreatableTopicConfig: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        value = source.nextBool() ? nil : source.nextString()
    }
}

extension CreateTopicsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 2 { throttleTimeMs = source.nextInt32() }
        topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension CreateTopicsResponse.CreatableTopicResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        if version >= 7 { topicID = source.nextTopicID() }
        errorCode = source.nextInt16()
        if version >= 1 { errorMessage = source.nextBool() ? nil : source.nextString() }
        if version >= 5 { topicConfigErrorCode = source.nextInt16() }
        if version >= 5 { numPartitions = source.nextInt32() }
        if version >= 5 { replicationFactor = source.nextInt16() }
        if version >= 5 {
            configs = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
        }
    }
}

extension CreateTopicsResponse.CreatableTopicConfigs: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        value = source.nextBool() ? nil : source.nextString()
        readOnly = source.nextBool()
        configSource = source.nextInt8()
        isSensitive = source.nextBool()
    }
}

extension DeleteGroupsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        groupsNames = source.nextArray { source in source.nextString() }
    }
}

extension DeleteGroupsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        throttleTimeMs = source.nextInt32()
        results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteGroupsResponse.DeletableGroupResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        groupID = source.nextString()
        errorCode = source.nextInt16()
    }
}

extension DeleteTopicsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 6 { topics = source.nextArray { source in .init(random: &source, version: version) } }
        if version <= 5 { topicNames = source.nextArray { source in source.nextString() } }
        timeoutMs = source.nextInt32()
    }
}

extension DeleteTopicsRequest.DeleteTopicState: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextBool() ? nil : source.nextString()
        topicID = source.nextTopicID()
    }
}

extension DeleteTopicsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { throttleTimeMs = source.nextInt32() }
        responses = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DeleteTopicsResponse.DeletableTopicResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = version >= 6 && source.nextBool() ? nil : source.nextString()
        if version >= 6 { topicID = source.nextTopicID() }
        errorCode = source.nextInt16()
        if version >= 5 { errorMessage = source.nextBool() ? nil : source.nextString() }
    }
}

extension DescribeClusterRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        includeClusterAuthorizedOperations = source.nextBool()
        if version >= 1 { endpointType = source.nextInt8() }
        if version >= 2 { includeFencedBrokers = source.nextBool() }
    }
}

extension DescribeClusterResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        throttleTimeMs = source.nextInt32()
        errorCode = source.nextInt16()
        errorMessage = source.nextBool() ? nil : source.nextString()
        if version >= 1 { endpointType = source.nextInt8() }
        clusterID = source.nextString()
        controllerID = source.nextInt32()
        brokers = source.nextArray { source in .init(random: &source, version: version) }
        clusterAuthorizedOperations = source.nextInt32()
    }
}

extension DescribeClusterResponse.DescribeClusterBroker: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        brokerID = source.nextInt32()
        host = source.nextString()
        port = source.nextInt32()
        rack = source.nextBool() ? nil : source.nextString()
        if version >= 2 { isFenced = source.nextBool() }
    }
}

extension DescribeConfigsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        resources = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 1 { includeSynonyms = source.nextBool() }
        if version >= 3 { includeDocumentation = source.nextBool() }
    }
}

extension DescribeConfigsRequest.DescribeConfigsResource: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        resourceType = source.nextInt8()
        resourceName = source.nextString()
        configurationKeys = source.nextBool() ? nil : source.nextArray { source in source.nextString() }
    }
}

extension DescribeConfigsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        throttleTimeMs = source.nextInt32()
        results = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeConfigsResponse.DescribeConfigsResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        errorCode = source.nextInt16()
        errorMessage = source.nextBool() ? nil : source.nextString()
        resourceType = source.nextInt8()
        resourceName = source.nextString()
        configs = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeConfigsResponse.DescribeConfigsResourceResult: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        value = source.nextBool() ? nil : source.nextString()
        readOnly = source.nextBool()
        if version <= 0 { isDefault = source.nextBool() }
        if version >= 1 { configSource = source.nextInt8() }
        isSensitive = source.nextBool()
        if version >= 1 { synonyms = source.nextArray { source in .init(random: &source, version: version) } }
        if version >= 3 { configType = source.nextInt8() }
        if version >= 3 { documentation = source.nextBool() ? nil : source.nextString() }
    }
}

extension DescribeConfigsResponse.DescribeConfigsSynonym: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        value = source.nextBool() ? nil : source.nextString()
        source = source.nextInt8()
    }
}

extension DescribeGroupsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        groups = source.nextArray { source in source.nextString() }
        if version >= 3 { includeAuthorizedOperations = source.nextBool() }
    }
}

extension DescribeGroupsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { throttleTimeMs = source.nextInt32() }
        groups = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension DescribeGroupsResponse.DescribedGroup: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        errorCode = source.nextInt16()
        if version >= 6 { errorMessage = source.nextBool() ? nil : source.nextString() }
        groupID = source.nextString()
        groupState = source.nextString()
        protocolType = source.nextString()
        protocolData = source.nextString()
        members = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 3 { authorizedOperations = source.nextInt32() }
    }
}

extension DescribeGroupsResponse.DescribedGroupMember: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        memberID = source.nextString()
        if version >= 4 { groupInstanceID = source.nextBool() ? nil : source.nextString() }
        clientID = source.nextString()
        clientHost = source.nextString()
        memberMetadata = source.nextBytes()
        memberAssignment = source.nextBytes()
    }
}

extension FetchRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 12 { clusterID = source.nextBool() ? nil : source.nextString() }
        if version <= 14 { replicaID = source.nextInt32() }
        if version >= 15 { replicaState = .init(random: &source, version: version) }
        maxWaitMs = source.nextInt32()
        minBytes = source.nextInt32()
        maxBytes = source.nextInt32()
        isolationLevel = source.nextInt8()
        if version >= 7 { sessionID = source.nextInt32() }
        if version >= 7 { sessionEpoch = source.nextInt32() }
        topics = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 7 {
            forgottenTopicsData = source.nextArray { source in .init(random: &source, version: version) }
        }
        if version >= 11 { rackID = source.nextString() }
    }
}

extension FetchRequest.ReplicaState: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        replicaID = source.nextInt32()
        replicaEpoch = source.nextInt64()
    }
}

extension FetchRequest.FetchTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 12 { topic = source.nextString() }
        if version >= 13 { topicID = source.nextTopicID() }
        partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension FetchRequest.FetchPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        partition = source.nextInt32()
        if version >= 9 { currentLeaderEpoch = source.nextInt32() }
        fetchOffset = source.nextInt64()
        if version >= 12 { lastFetchedEpoch = source.nextInt32() }
        if version >= 5 { logStartOffset = source.nextInt64() }
        partitionMaxBytes = source.nextInt32()
        if version >= 17 { replicaDirectoryID = source.nextTopicID() }
        if version >= 18 { highWatermark = source.nextInt64() }
    }
}

extension FetchRequest.ForgottenTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 12 { topic = source.nextString() }
        if version >= 13 { topicID = source.nextTopicID() }
        partitions = source.nextArray { source in source.nextInt32() }
    }
}

extension FetchResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        throttleTimeMs = source.nextInt32()
        if version >= 7 { errorCode = source.nextInt16() }
        if version >= 7 { sessionID = source.nextInt32() }
        responses = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 16 { nodeEndpoints = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension FetchResponse.FetchableTopicResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 12 { topic = source.nextString() }
        if version >= 13 { topicID = source.nextTopicID() }
        partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension FetchResponse.PartitionData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        partitionIndex = source.nextInt32()
        errorCode = source.nextInt16()
        highWatermark = source.nextInt64()
        lastStableOffset = source.nextInt64()
        if version >= 5 { logStartOffset = source.nextInt64() }
        if version >= 12 { divergingEpoch = .init(random: &source, version: version) }
        if version >= 12 { currentLeader = .init(random: &source, version: version) }
        if version >= 12 { snapshotID = .init(random: &source, version: version) }
        abortedTransactions = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
        if version >= 11 { preferredReadReplica = source.nextInt32() }
        records = source.nextBool() ? nil : .bytes(source.nextBytes())
    }
}

extension FetchResponse.EpochEndOffset: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        epoch = source.nextInt32()
        endOffset = source.nextInt64()
    }
}

extension FetchResponse.LeaderIdAndEpoch: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        leaderID = source.nextInt32()
        leaderEpoch = source.nextInt32()
    }
}

extension FetchResponse.SnapshotId: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        endOffset = source.nextInt64()
        epoch = source.nextInt32()
    }
}

extension FetchResponse.AbortedTransaction: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        producerID = source.nextInt64()
        firstOffset = source.nextInt64()
    }
}

extension FetchResponse.NodeEndpoint: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        nodeID = source.nextInt32()
        host = source.nextString()
        port = source.nextInt32()
        rack = source.nextBool() ? nil : source.nextString()
    }
}

extension FindCoordinatorRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 3 { key = source.nextString() }
        if version >= 1 { keyType = source.nextInt8() }
        if version >= 4 { coordinatorKeys = source.nextArray { source in source.nextString() } }
    }
}

extension FindCoordinatorResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { throttleTimeMs = source.nextInt32() }
        if version <= 3 { errorCode = source.nextInt16() }
        if version >= 1 && version <= 3 { errorMessage = source.nextBool() ? nil : source.nextString() }
        if version <= 3 { nodeID = source.nextInt32() }
        if version <= 3 { host = source.nextString() }
        if version <= 3 { port = source.nextInt32() }
        if version >= 4 { coordinators = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension FindCoordinatorResponse.Coordinator: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        key = source.nextString()
        nodeID = source.nextInt32()
        host = source.nextString()
        port = source.nextInt32()
        errorCode = source.nextInt16()
        errorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension HeartbeatRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        groupID = source.nextString()
        generationID = source.nextInt32()
        memberID = source.nextString()
        if version >= 3 { groupInstanceID = source.nextBool() ? nil : source.nextString() }
    }
}

extension HeartbeatResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { throttleTimeMs = source.nextInt32() }
        errorCode = source.nextInt16()
    }
}

extension InitProducerIdRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        transactionalID = source.nextBool() ? nil : source.nextString()
        transactionTimeoutMs = source.nextInt32()
        if version >= 3 { producerID = source.nextInt64() }
        if version >= 3 { producerEpoch = source.nextInt16() }
        if version >= 6 { enable2Pc = source.nextBool() }
        if version >= 6 { keepPreparedTxn = source.nextBool() }
    }
}

extension InitProducerIdResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        throttleTimeMs = source.nextInt32()
        errorCode = source.nextInt16()
        producerID = source.nextInt64()
        producerEpoch = source.nextInt16()
        if version >= 6 { ongoingTxnProducerID = source.nextInt64() }
        if version >= 6 { ongoingTxnProducerEpoch = source.nextInt16() }
    }
}

extension JoinGroupRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        groupID = source.nextString()
        sessionTimeoutMs = source.nextInt32()
        if version >= 1 { rebalanceTimeoutMs = source.nextInt32() }
        memberID = source.nextString()
        if version >= 5 { groupInstanceID = source.nextBool() ? nil : source.nextString() }
        protocolType = source.nextString()
        protocols = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 8 { reason = source.nextBool() ? nil : source.nextString() }
    }
}

extension JoinGroupRequest.JoinGroupRequestProtocol: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        metadata = source.nextBytes()
    }
}

extension JoinGroupResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 2 { throttleTimeMs = source.nextInt32() }
        errorCode = source.nextInt16()
        generationID = source.nextInt32()
        if version >= 7 { protocolType = source.nextBool() ? nil : source.nextString() }
        protocolName = version >= 7 && source.nextBool() ? nil : source.nextString()
        leader = source.nextString()
        if version >= 9 { skipAssignment = source.nextBool() }
        memberID = source.nextString()
        members = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension JoinGroupResponse.JoinGroupResponseMember: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        memberID = source.nextString()
        if version >= 5 { groupInstanceID = source.nextBool() ? nil : source.nextString() }
        metadata = source.nextBytes()
    }
}

extension LeaveGroupRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        groupID = source.nextString()
        if version <= 2 { memberID = source.nextString() }
        if version >= 3 { members = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension LeaveGroupRequest.MemberIdentity: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        memberID = source.nextString()
        groupInstanceID = source.nextBool() ? nil : source.nextString()
        if version >= 5 { reason = source.nextBool() ? nil : source.nextString() }
    }
}

extension LeaveGroupResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { throttleTimeMs = source.nextInt32() }
        errorCode = source.nextInt16()
        if version >= 3 { members = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension LeaveGroupResponse.MemberResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        memberID = source.nextString()
        groupInstanceID = source.nextBool() ? nil : source.nextString()
        errorCode = source.nextInt16()
    }
}

extension ListGroupsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 4 { statesFilter = source.nextArray { source in source.nextString() } }
        if version >= 5 { typesFilter = source.nextArray { source in source.nextString() } }
    }
}

extension ListGroupsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { throttleTimeMs = source.nextInt32() }
        errorCode = source.nextInt16()
        groups = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListGroupsResponse.ListedGroup: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        groupID = source.nextString()
        protocolType = source.nextString()
        if version >= 4 { groupState = source.nextString() }
        if version >= 5 { groupType = source.nextString() }
    }
}

extension ListOffsetsRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        replicaID = source.nextInt32()
        if version >= 2 { isolationLevel = source.nextInt8() }
        topics = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 10 { timeoutMs = source.nextInt32() }
    }
}

extension ListOffsetsRequest.ListOffsetsTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListOffsetsRequest.ListOffsetsPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        partitionIndex = source.nextInt32()
        if version >= 4 { currentLeaderEpoch = source.nextInt32() }
        timestamp = source.nextInt64()
    }
}

extension ListOffsetsResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 2 { throttleTimeMs = source.nextInt32() }
        topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListOffsetsResponse.ListOffsetsTopicResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ListOffsetsResponse.ListOffsetsPartitionResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        partitionIndex = source.nextInt32()
        errorCode = source.nextInt16()
        timestamp = source.nextInt64()
        offset = source.nextInt64()
        if version >= 4 { leaderEpoch = source.nextInt32() }
    }
}

extension MetadataRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        topics = version >= 1 && source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
        if version >= 4 { allowAutoTopicCreation = source.nextBool() }
        if version >= 8 && version <= 10 { includeClusterAuthorizedOperations = source.nextBool() }
        if version >= 8 { includeTopicAuthorizedOperations = source.nextBool() }
    }
}

extension MetadataRequest.MetadataRequestTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 10 { topicID = source.nextTopicID() }
        name = version >= 10 && source.nextBool() ? nil : source.nextString()
    }
}

extension MetadataResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 3 { throttleTimeMs = source.nextInt32() }
        brokers = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 2 { clusterID = source.nextBool() ? nil : source.nextString() }
        if version >= 1 { controllerID = source.nextInt32() }
        topics = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 8 && version <= 10 { clusterAuthorizedOperations = source.nextInt32() }
        if version >= 13 { errorCode = source.nextInt16() }
    }
}

extension MetadataResponse.MetadataResponseBroker: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        nodeID = source.nextInt32()
        host = source.nextString()
        port = source.nextInt32()
        if version >= 1 { rack = source.nextBool() ? nil : source.nextString() }
    }
}

extension MetadataResponse.MetadataResponseTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        errorCode = source.nextInt16()
        name = version >= 12 && source.nextBool() ? nil : source.nextString()
        if version >= 10 { topicID = source.nextTopicID() }
        if version >= 1 { isInternal = source.nextBool() }
        partitions = source.nextArray { source in .init(random: &source, version: version) }
        if version >= 8 { topicAuthorizedOperations = source.nextInt32() }
    }
}

extension MetadataResponse.MetadataResponsePartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        errorCode = source.nextInt16()
        partitionIndex = source.nextInt32()
        leaderID = source.nextInt32()
        if version >= 7 { leaderEpoch = source.nextInt32() }
        replicaNodes = source.nextArray { source in source.nextInt32() }
        isrNodes = source.nextArray { source in source.nextInt32() }
        if version >= 5 { offlineReplicas = source.nextArray { source in source.nextInt32() } }
    }
}

extension OffsetCommitRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        groupID = source.nextString()
        generationIDOrMemberEpoch = source.nextInt32()
        memberID = source.nextString()
        if version >= 7 { groupInstanceID = source.nextBool() ? nil : source.nextString() }
        if version <= 4 { retentionTimeMs = source.nextInt64() }
        topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetCommitRequest.OffsetCommitRequestTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 9 { name = source.nextString() }
        if version >= 10 { topicID = source.nextTopicID() }
        partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetCommitRequest.OffsetCommitRequestPartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        partitionIndex = source.nextInt32()
        committedOffset = source.nextInt64()
        if version >= 6 { committedLeaderEpoch = source.nextInt32() }
        committedMetadata = source.nextBool() ? nil : source.nextString()
    }
}

extension OffsetCommitResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 3 { throttleTimeMs = source.nextInt32() }
        topics = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetCommitResponse.OffsetCommitResponseTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 9 { name = source.nextString() }
        if version >= 10 { topicID = source.nextTopicID() }
        partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetCommitResponse.OffsetCommitResponsePartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        partitionIndex = source.nextInt32()
        errorCode = source.nextInt16()
    }
}

extension OffsetFetchRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 7 { groupID = source.nextString() }
        if version <= 7 {
            topics = version >= 2 && version <= 7 && source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
        }
        if version >= 8 { groups = source.nextArray { source in .init(random: &source, version: version) } }
        if version >= 7 { requireStable = source.nextBool() }
    }
}

extension OffsetFetchRequest.OffsetFetchRequestTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        partitionIndexes = source.nextArray { source in source.nextInt32() }
    }
}

extension OffsetFetchRequest.OffsetFetchRequestGroup: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        groupID = source.nextString()
        if version >= 9 { memberID = source.nextBool() ? nil : source.nextString() }
        if version >= 9 { memberEpoch = source.nextInt32() }
        topics = source.nextBool() ? nil : source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetFetchRequest.OffsetFetchRequestTopics: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 9 { name = source.nextString() }
        if version >= 10 { topicID = source.nextTopicID() }
        partitionIndexes = source.nextArray { source in source.nextInt32() }
    }
}

extension OffsetFetchResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 3 { throttleTimeMs = source.nextInt32() }
        if version <= 7 { topics = source.nextArray { source in .init(random: &source, version: version) } }
        if version >= 2 && version <= 7 { errorCode = source.nextInt16() }
        if version >= 8 { groups = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension OffsetFetchResponse.OffsetFetchResponseTopic: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        name = source.nextString()
        partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetFetchResponse.OffsetFetchResponsePartition: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        partitionIndex = source.nextInt32()
        committedOffset = source.nextInt64()
        if version >= 5 { committedLeaderEpoch = source.nextInt32() }
        metadata = source.nextBool() ? nil : source.nextString()
        errorCode = source.nextInt16()
    }
}

extension OffsetFetchResponse.OffsetFetchResponseGroup: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        groupID = source.nextString()
        topics = source.nextArray { source in .init(random: &source, version: version) }
        errorCode = source.nextInt16()
    }
}

extension OffsetFetchResponse.OffsetFetchResponseTopics: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 9 { name = source.nextString() }
        if version >= 10 { topicID = source.nextTopicID() }
        partitions = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension OffsetFetchResponse.OffsetFetchResponsePartitions: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        partitionIndex = source.nextInt32()
        committedOffset = source.nextInt64()
        committedLeaderEpoch = source.nextInt32()
        metadata = source.nextBool() ? nil : source.nextString()
        errorCode = source.nextInt16()
    }
}

extension ProduceRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        transactionalID = source.nextBool() ? nil : source.nextString()
        acks = source.nextInt16()
        timeoutMs = source.nextInt32()
        topicData = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ProduceRequest.TopicProduceData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 12 { name = source.nextString() }
        if version >= 13 { topicID = source.nextTopicID() }
        partitionData = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ProduceRequest.PartitionProduceData: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        index = source.nextInt32()
        records = source.nextBool() ? nil : source.nextBytes()
    }
}

extension ProduceResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        responses = source.nextArray { source in .init(random: &source, version: version) }
        throttleTimeMs = source.nextInt32()
        if version >= 10 { nodeEndpoints = source.nextArray { source in .init(random: &source, version: version) } }
    }
}

extension ProduceResponse.TopicProduceResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version <= 12 { name = source.nextString() }
        if version >= 13 { topicID = source.nextTopicID() }
        partitionResponses = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension ProduceResponse.PartitionProduceResponse: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        index = source.nextInt32()
        errorCode = source.nextInt16()
        baseOffset = source.nextInt64()
        logAppendTimeMs = source.nextInt64()
        if version >= 5 { logStartOffset = source.nextInt64() }
        if version >= 8 { recordErrors = source.nextArray { source in .init(random: &source, version: version) } }
        if version >= 8 { errorMessage = source.nextBool() ? nil : source.nextString() }
        if version >= 10 { currentLeader = .init(random: &source, version: version) }
    }
}

extension ProduceResponse.BatchIndexAndErrorMessage: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        batchIndex = source.nextInt32()
        batchIndexErrorMessage = source.nextBool() ? nil : source.nextString()
    }
}

extension ProduceResponse.LeaderIdAndEpoch: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        leaderID = source.nextInt32()
        leaderEpoch = source.nextInt32()
    }
}

extension ProduceResponse.NodeEndpoint: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        nodeID = source.nextInt32()
        host = source.nextString()
        port = source.nextInt32()
        rack = source.nextBool() ? nil : source.nextString()
    }
}

extension SyncGroupRequest: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        groupID = source.nextString()
        generationID = source.nextInt32()
        memberID = source.nextString()
        if version >= 3 { groupInstanceID = source.nextBool() ? nil : source.nextString() }
        if version >= 5 { protocolType = source.nextBool() ? nil : source.nextString() }
        if version >= 5 { protocolName = source.nextBool() ? nil : source.nextString() }
        assignments = source.nextArray { source in .init(random: &source, version: version) }
    }
}

extension SyncGroupRequest.SyncGroupRequestAssignment: RandomStructure {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        memberID = source.nextString()
        assignment = source.nextBytes()
    }
}

extension SyncGroupResponse: RandomMessage {
    init(random source: inout RandomSource, version: Int16) {
        self.init()
        if version >= 1 { throttleTimeMs = source.nextInt32() }
        errorCode = source.nextInt16()
        if version >= 5 { protocolType = source.nextBool() ? nil : source.nextString() }
        if version >= 5 { protocolName = source.nextBool() ? nil : source.nextString() }
        assignment = source.nextBytes()
    }
}

// Generated from Schemas/ConsumerGroupDescribe.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The response of Kafka's ConsumerGroupDescribe API, versions 0-1.
public struct ConsumerGroupDescribeResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// The groups that were asked for.
    public var groups: [DescribedGroup] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        groups: [DescribedGroup] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.groups = groups
    }
}

extension ConsumerGroupDescribeResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("ConsumerGroupDescribeResponse.throttleTimeMs")
        groups = try reader.readArray("ConsumerGroupDescribeResponse.groups", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        try writer.writeArray(groups, "ConsumerGroupDescribeResponse.groups", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ConsumerGroupDescribeResponse {
    /// A part of ``ConsumerGroupDescribeResponse``.
    public struct DescribedGroup: ProtocolStructure, Hashable {
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = nil
        /// The group.
        public var groupID: String = ""
        /// The state of the group, such as Stable or Empty.
        public var groupState: String = ""
        /// The epoch of the group, which rises with each change of members, subscriptions or topics.
        public var groupEpoch: Int32 = 0
        /// The epoch of the group that the target assignment was made for.
        public var assignmentEpoch: Int32 = 0
        /// The assignor in use.
        public var assignorName: String = ""
        /// The members of the group.
        public var members: [Member] = []
        /// What the client may do with the group, one bit an operation; the lowest number if not asked for.
        /// KIP-430.
        public var authorizedOperations: Int32 = Int32.min

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            errorCode: Int16 = 0,
            errorMessage: String? = nil,
            groupID: String = "",
            groupState: String = "",
            groupEpoch: Int32 = 0,
            assignmentEpoch: Int32 = 0,
            assignorName: String = "",
            members: [Member] = [],
            authorizedOperations: Int32 = Int32.min
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.groupID = groupID
            self.groupState = groupState
            self.groupEpoch = groupEpoch
            self.assignmentEpoch = assignmentEpoch
            self.assignorName = assignorName
            self.members = members
            self.authorizedOperations = authorizedOperations
        }
    }
}

extension ConsumerGroupDescribeResponse.DescribedGroup {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        groupID = try reader.readString("groupID", compact: true)
        groupState = try reader.readString("groupState", compact: true)
        groupEpoch = try reader.readInt32("groupEpoch")
        assignmentEpoch = try reader.readInt32("assignmentEpoch")
        assignorName = try reader.readString("assignorName", compact: true)
        members = try reader.readArray("members", version: version, compact: true)
        authorizedOperations = try reader.readInt32("authorizedOperations")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        try writer.writeString(groupID, "groupID", compact: true)
        try writer.writeString(groupState, "groupState", compact: true)
        writer.writeInt32(groupEpoch)
        writer.writeInt32(assignmentEpoch)
        try writer.writeString(assignorName, "assignorName", compact: true)
        try writer.writeArray(members, "members", version: version, compact: true)
        writer.writeInt32(authorizedOperations)
        writer.writeTaggedFieldCount(0)
    }
}

extension ConsumerGroupDescribeResponse {
    /// A part of ``ConsumerGroupDescribeResponse``.
    public struct Member: ProtocolStructure, Hashable {
        /// The member.
        public var memberID: String = ""
        /// The name a static member keeps across restarts; null for a dynamic one.
        public var instanceID: String? = nil
        /// The rack of the member; null if none.
        public var rackID: String? = nil
        /// The member's epoch.
        public var memberEpoch: Int32 = 0
        /// The name that the member's client gives itself.
        public var clientID: String = ""
        /// The address that the member's client connects from.
        public var clientHost: String = ""
        /// The topics that the member subscribes to.
        public var subscribedTopicNames: [String] = []
        /// What the names of topics match that the member subscribes to; null if nothing.
        public var subscribedTopicRegex: String? = nil
        /// What the member has.
        public var assignment: Assignment = .init()
        /// What the member is to have.
        public var targetAssignment: Assignment = .init()
        /// 0 for a member of the classic protocol, 1 of the consumer protocol, -1 if unknown. KIP-1099. Version 1
        /// only.
        public var memberType: Int8 = -1

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            memberID: String = "",
            instanceID: String? = nil,
            rackID: String? = nil,
            memberEpoch: Int32 = 0,
            clientID: String = "",
            clientHost: String = "",
            subscribedTopicNames: [String] = [],
            subscribedTopicRegex: String? = nil,
            assignment: Assignment = .init(),
            targetAssignment: Assignment = .init(),
            memberType: Int8 = -1
        ) {
            self.memberID = memberID
            self.instanceID = instanceID
            self.rackID = rackID
            self.memberEpoch = memberEpoch
            self.clientID = clientID
            self.clientHost = clientHost
            self.subscribedTopicNames = subscribedTopicNames
            self.subscribedTopicRegex = subscribedTopicRegex
            self.assignment = assignment
            self.targetAssignment = targetAssignment
            self.memberType = memberType
        }
    }
}

extension ConsumerGroupDescribeResponse.Member {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        memberID = try reader.readString("memberID", compact: true)
        instanceID = try reader.readNullableString("instanceID", compact: true)
        rackID = try reader.readNullableString("rackID", compact: true)
        memberEpoch = try reader.readInt32("memberEpoch")
        clientID = try reader.readString("clientID", compact: true)
        clientHost = try reader.readString("clientHost", compact: true)
        subscribedTopicNames = try reader.readArray("subscribedTopicNames", compact: true)
        subscribedTopicRegex = try reader.readNullableString("subscribedTopicRegex", compact: true)
        assignment = try reader.readStructure("assignment", version: version)
        targetAssignment = try reader.readStructure("targetAssignment", version: version)
        if version >= 1 { memberType = try reader.readInt8("memberType") }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(memberID, "memberID", compact: true)
        try writer.writeNullableString(instanceID, "instanceID", compact: true)
        try writer.writeNullableString(rackID, "rackID", compact: true)
        writer.writeInt32(memberEpoch)
        try writer.writeString(clientID, "clientID", compact: true)
        try writer.writeString(clientHost, "clientHost", compact: true)
        try writer.writeArray(subscribedTopicNames, "subscribedTopicNames", compact: true)
        try writer.writeNullableString(subscribedTopicRegex, "subscribedTopicRegex", compact: true)
        try writer.writeStructure(assignment, "assignment", version: version)
        try writer.writeStructure(targetAssignment, "targetAssignment", version: version)
        if version >= 1 { writer.writeInt8(memberType) }
        writer.writeTaggedFieldCount(0)
    }
}

extension ConsumerGroupDescribeResponse {
    /// A part of ``ConsumerGroupDescribeResponse``.
    public struct Assignment: ProtocolStructure, Hashable {
        /// The partitions, by topic.
        public var topicPartitions: [TopicPartitions] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicPartitions: [TopicPartitions] = []
        ) {
            self.topicPartitions = topicPartitions
        }
    }
}

extension ConsumerGroupDescribeResponse.Assignment {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicPartitions = try reader.readArray("topicPartitions", version: version, compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeArray(topicPartitions, "topicPartitions", version: version, compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

extension ConsumerGroupDescribeResponse {
    /// A part of ``ConsumerGroupDescribeResponse``.
    public struct TopicPartitions: ProtocolStructure, Hashable {
        /// The identity of the topic. KIP-516.
        public var topicID: TopicID = TopicID.zero
        /// The name of the topic.
        public var topicName: String = ""
        /// The partitions.
        public var partitions: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topicID: TopicID = TopicID.zero,
            topicName: String = "",
            partitions: [Int32] = []
        ) {
            self.topicID = topicID
            self.topicName = topicName
            self.partitions = partitions
        }
    }
}

extension ConsumerGroupDescribeResponse.TopicPartitions {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        topicID = try reader.readTopicID("topicID")
        topicName = try reader.readString("topicName", compact: true)
        partitions = try reader.readArray("partitions", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeTopicID(topicID)
        try writer.writeString(topicName, "topicName", compact: true)
        try writer.writeArray(partitions, "partitions", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

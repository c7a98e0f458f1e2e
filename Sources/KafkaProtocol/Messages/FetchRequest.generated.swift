// Generated from Schemas/Fetch.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

public import RecordFormat

/// The request of Kafka's Fetch API, versions 4-18.
public struct FetchRequest: KafkaRequest, Hashable {
    public typealias Response = FetchResponse

    public static var apiKey: APIKey { .fetch }
    public static var versions: ClosedRange<Int16> { 4...18 }
    public static var firstFlexibleVersion: Int16 { 12 }

    /// The identity of the cluster if known, so that a foreign broker refuses the fetch. KIP-595. From version 12
    /// on.
    public var clusterID: String? = nil
    /// The broker that follows; -1 for a consumer. Up to version 14.
    public var replicaID: Int32 = -1
    /// Who follows, and in which life. KIP-903. From version 15 on.
    public var replicaState: ReplicaState = .init()
    /// How long to wait for minBytes, in milliseconds.
    public var maxWaitMs: Int32 = 0
    /// How many bytes are worth an answer before that.
    public var minBytes: Int32 = 0
    /// How many bytes the answer should not exceed; the first batch may. KIP-74.
    public var maxBytes: Int32 = Int32.max
    /// 0 to read all records, 1 for those of committed transactions only. KIP-98.
    public var isolationLevel: Int8 = 0
    /// The fetch session that this request continues; 0 for a new one or none. KIP-227. From version 7 on.
    public var sessionID: Int32 = 0
    /// The place in the session: -1 for no session, 0 for a new one. KIP-227. From version 7 on.
    public var sessionEpoch: Int32 = -1
    /// What to read; in a session, what is new or has changed.
    public var topics: [FetchTopic] = []
    /// What the session is to read no longer. KIP-227. From version 7 on.
    public var forgottenTopicsData: [ForgottenTopic] = []
    /// The rack of the consumer, which may be sent to a nearer replica. KIP-392. From version 11 on.
    public var rackID: String = ""

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        clusterID: String? = nil,
        replicaID: Int32 = -1,
        replicaState: ReplicaState = .init(),
        maxWaitMs: Int32 = 0,
        minBytes: Int32 = 0,
        maxBytes: Int32 = Int32.max,
        isolationLevel: Int8 = 0,
        sessionID: Int32 = 0,
        sessionEpoch: Int32 = -1,
        topics: [FetchTopic] = [],
        forgottenTopicsData: [ForgottenTopic] = [],
        rackID: String = ""
    ) {
        self.clusterID = clusterID
        self.replicaID = replicaID
        self.replicaState = replicaState
        self.maxWaitMs = maxWaitMs
        self.minBytes = minBytes
        self.maxBytes = maxBytes
        self.isolationLevel = isolationLevel
        self.sessionID = sessionID
        self.sessionEpoch = sessionEpoch
        self.topics = topics
        self.forgottenTopicsData = forgottenTopicsData
        self.rackID = rackID
    }
}

extension FetchRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 12
        if version <= 14 { replicaID = try reader.readInt32("FetchRequest.replicaID") }
        maxWaitMs = try reader.readInt32("FetchRequest.maxWaitMs")
        minBytes = try reader.readInt32("FetchRequest.minBytes")
        maxBytes = try reader.readInt32("FetchRequest.maxBytes")
        isolationLevel = try reader.readInt8("FetchRequest.isolationLevel")
        if version >= 7 { sessionID = try reader.readInt32("FetchRequest.sessionID") }
        if version >= 7 { sessionEpoch = try reader.readInt32("FetchRequest.sessionEpoch") }
        topics = try reader.readArray("FetchRequest.topics", version: version, compact: compact)
        if version >= 7 {
            forgottenTopicsData = try reader.readArray("FetchRequest.forgottenTopicsData", version: version, compact: compact)
        }
        if version >= 11 { rackID = try reader.readString("FetchRequest.rackID", compact: compact) }
        if compact {
            for _ in 0..<(try reader.readTaggedFieldCount()) {
                let field = try reader.beginTaggedField()
                switch field.tag {
                case 0: clusterID = try reader.readNullableString("FetchRequest.clusterID", compact: true)
                case 1 where version >= 15: replicaState = try reader.readStructure("FetchRequest.replicaState", version: version)
                default: reader.skip(field)
                }
                try reader.endTaggedField(field)
            }
        }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 12
        if version > 14, replicaID != -1 {
            throw ProtocolError.fieldNotCarried("FetchRequest.replicaID", version: version)
        }
        if version < 15, replicaState != .init() {
            throw ProtocolError.fieldNotCarried("FetchRequest.replicaState", version: version)
        }
        if version < 7, !forgottenTopicsData.isEmpty {
            throw ProtocolError.fieldNotCarried("FetchRequest.forgottenTopicsData", version: version)
        }
        if version <= 14 { writer.writeInt32(replicaID) }
        writer.writeInt32(maxWaitMs)
        writer.writeInt32(minBytes)
        writer.writeInt32(maxBytes)
        writer.writeInt8(isolationLevel)
        if version >= 7 { writer.writeInt32(sessionID) }
        if version >= 7 { writer.writeInt32(sessionEpoch) }
        try writer.writeArray(topics, "FetchRequest.topics", version: version, compact: compact)
        if version >= 7 {
            try writer.writeArray(forgottenTopicsData, "FetchRequest.forgottenTopicsData", version: version, compact: compact)
        }
        if version >= 11 { try writer.writeString(rackID, "FetchRequest.rackID", compact: compact) }
        if compact {
            var tagCount = 0
            let hasClusterID = clusterID != nil
            if hasClusterID { tagCount += 1 }
            let hasReplicaState = version >= 15 && replicaState != .init()
            if hasReplicaState { tagCount += 1 }
            writer.writeTaggedFieldCount(tagCount)
            if hasClusterID {
                let start = writer.beginTaggedField(0)
                try writer.writeNullableString(clusterID, "FetchRequest.clusterID", compact: true)
                writer.endTaggedField(startedAt: start)
            }
            if hasReplicaState {
                let start = writer.beginTaggedField(1)
                try writer.writeStructure(replicaState, "FetchRequest.replicaState", version: version)
                writer.endTaggedField(startedAt: start)
            }
        }
    }
}

extension FetchRequest {
    /// A part of ``FetchRequest``.
    public struct ReplicaState: ProtocolStructure, Hashable {
        /// The broker that follows; -1 for a consumer.
        public var replicaID: Int32 = -1
        /// The epoch of the follower; -1 if unknown.
        public var replicaEpoch: Int64 = -1

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            replicaID: Int32 = -1,
            replicaEpoch: Int64 = -1
        ) {
            self.replicaID = replicaID
            self.replicaEpoch = replicaEpoch
        }
    }
}

extension FetchRequest.ReplicaState {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        replicaID = try reader.readInt32("replicaID")
        replicaEpoch = try reader.readInt64("replicaEpoch")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        writer.writeInt32(replicaID)
        writer.writeInt64(replicaEpoch)
        writer.writeTaggedFieldCount(0)
    }
}

extension FetchRequest {
    /// A part of ``FetchRequest``.
    public struct FetchTopic: ProtocolStructure, Hashable {
        /// The name of the topic. Up to version 12.
        public var topic: String = ""
        /// The identity of the topic. KIP-516. From version 13 on.
        public var topicID: TopicID = TopicID.zero
        /// The partitions to read.
        public var partitions: [FetchPartition] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topic: String = "",
            topicID: TopicID = TopicID.zero,
            partitions: [FetchPartition] = []
        ) {
            self.topic = topic
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension FetchRequest.FetchTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        if version <= 12 { topic = try reader.readString("topic", compact: compact) }
        if version >= 13 { topicID = try reader.readTopicID("topicID") }
        partitions = try reader.readArray("partitions", version: version, compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        if version <= 12 { try writer.writeString(topic, "topic", compact: compact) }
        if version >= 13 { writer.writeTopicID(topicID) }
        try writer.writeArray(partitions, "partitions", version: version, compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension FetchRequest {
    /// A part of ``FetchRequest``.
    public struct FetchPartition: ProtocolStructure, Hashable {
        /// The partition.
        public var partition: Int32 = 0
        /// The leader epoch the client knows, which fences stale ones; -1 to skip the check. KIP-320. From version
        /// 9 on.
        public var currentLeaderEpoch: Int32 = -1
        /// The offset to read from.
        public var fetchOffset: Int64 = 0
        /// The epoch of the last record that was read, to find out whether logs diverge; -1 if none. KIP-595. From
        /// version 12 on.
        public var lastFetchedEpoch: Int32 = -1
        /// The follower's first offset; -1 from a consumer. KIP-107. From version 5 on.
        public var logStartOffset: Int64 = -1
        /// How many bytes of the partition the answer should not exceed; the first batch may. KIP-74.
        public var partitionMaxBytes: Int32 = 0
        /// The log directory of the follower. KIP-853. From version 17 on.
        public var replicaDirectoryID: TopicID = TopicID.zero
        /// The high watermark that the follower knows; the highest number if it does not tell. KIP-1166. Version 18
        /// only.
        public var highWatermark: Int64 = Int64.max

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            partition: Int32 = 0,
            currentLeaderEpoch: Int32 = -1,
            fetchOffset: Int64 = 0,
            lastFetchedEpoch: Int32 = -1,
            logStartOffset: Int64 = -1,
            partitionMaxBytes: Int32 = 0,
            replicaDirectoryID: TopicID = TopicID.zero,
            highWatermark: Int64 = Int64.max
        ) {
            self.partition = partition
            self.currentLeaderEpoch = currentLeaderEpoch
            self.fetchOffset = fetchOffset
            self.lastFetchedEpoch = lastFetchedEpoch
            self.logStartOffset = logStartOffset
            self.partitionMaxBytes = partitionMaxBytes
            self.replicaDirectoryID = replicaDirectoryID
            self.highWatermark = highWatermark
        }
    }
}

extension FetchRequest.FetchPartition {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        partition = try reader.readInt32("partition")
        if version >= 9 { currentLeaderEpoch = try reader.readInt32("currentLeaderEpoch") }
        fetchOffset = try reader.readInt64("fetchOffset")
        if version >= 12 { lastFetchedEpoch = try reader.readInt32("lastFetchedEpoch") }
        if version >= 5 { logStartOffset = try reader.readInt64("logStartOffset") }
        partitionMaxBytes = try reader.readInt32("partitionMaxBytes")
        if compact {
            for _ in 0..<(try reader.readTaggedFieldCount()) {
                let field = try reader.beginTaggedField()
                switch field.tag {
                case 0 where version >= 17: replicaDirectoryID = try reader.readTopicID("replicaDirectoryID")
                case 1 where version >= 18: highWatermark = try reader.readInt64("highWatermark")
                default: reader.skip(field)
                }
                try reader.endTaggedField(field)
            }
        }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        if version < 12, lastFetchedEpoch != -1 {
            throw ProtocolError.fieldNotCarried("lastFetchedEpoch", version: version)
        }
        writer.writeInt32(partition)
        if version >= 9 { writer.writeInt32(currentLeaderEpoch) }
        writer.writeInt64(fetchOffset)
        if version >= 12 { writer.writeInt32(lastFetchedEpoch) }
        if version >= 5 { writer.writeInt64(logStartOffset) }
        writer.writeInt32(partitionMaxBytes)
        if compact {
            var tagCount = 0
            let hasReplicaDirectoryID = version >= 17 && replicaDirectoryID != TopicID.zero
            if hasReplicaDirectoryID { tagCount += 1 }
            let hasHighWatermark = version >= 18 && highWatermark != Int64.max
            if hasHighWatermark { tagCount += 1 }
            writer.writeTaggedFieldCount(tagCount)
            if hasReplicaDirectoryID {
                let start = writer.beginTaggedField(0)
                writer.writeTopicID(replicaDirectoryID)
                writer.endTaggedField(startedAt: start)
            }
            if hasHighWatermark {
                let start = writer.beginTaggedField(1)
                writer.writeInt64(highWatermark)
                writer.endTaggedField(startedAt: start)
            }
        }
    }
}

extension FetchRequest {
    /// A part of ``FetchRequest``.
    public struct ForgottenTopic: ProtocolStructure, Hashable {
        /// The name of the topic. Up to version 12.
        public var topic: String = ""
        /// The identity of the topic. KIP-516. From version 13 on.
        public var topicID: TopicID = TopicID.zero
        /// The partitions to forget.
        public var partitions: [Int32] = []

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            topic: String = "",
            topicID: TopicID = TopicID.zero,
            partitions: [Int32] = []
        ) {
            self.topic = topic
            self.topicID = topicID
            self.partitions = partitions
        }
    }
}

extension FetchRequest.ForgottenTopic {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        if version <= 12 { topic = try reader.readString("topic", compact: compact) }
        if version >= 13 { topicID = try reader.readTopicID("topicID") }
        partitions = try reader.readArray("partitions", compact: compact)
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 12
        if version <= 12 { try writer.writeString(topic, "topic", compact: compact) }
        if version >= 13 { writer.writeTopicID(topicID) }
        try writer.writeArray(partitions, "partitions", compact: compact)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

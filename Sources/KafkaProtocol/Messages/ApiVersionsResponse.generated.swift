// Generated from Schemas/ApiVersions.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's ApiVersions API, versions 0-4.
public struct ApiVersionsResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var firstFlexibleVersion: Int16 { 3 }

    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// The APIs that the broker has.
    public var apiKeys: [ApiVersion] = []
    /// How long a quota delays the client, in milliseconds. KIP-13. From version 1 on.
    public var throttleTimeMs: Int32 = 0
    /// The features that the broker could run with. KIP-584. From version 3 on.
    public var supportedFeatures: [SupportedFeatureKey] = []
    /// The epoch of the finalized features; -1 if unknown. KIP-584. From version 3 on.
    public var finalizedFeaturesEpoch: Int64 = -1
    /// The features that the cluster runs with. KIP-584. From version 3 on.
    public var finalizedFeatures: [FinalizedFeatureKey] = []
    /// Whether a controller is ready for the move from ZooKeeper. KIP-866. From version 3 on.
    public var zkMigrationReady: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        errorCode: Int16 = 0,
        apiKeys: [ApiVersion] = [],
        throttleTimeMs: Int32 = 0,
        supportedFeatures: [SupportedFeatureKey] = [],
        finalizedFeaturesEpoch: Int64 = -1,
        finalizedFeatures: [FinalizedFeatureKey] = [],
        zkMigrationReady: Bool = false
    ) {
        self.errorCode = errorCode
        self.apiKeys = apiKeys
        self.throttleTimeMs = throttleTimeMs
        self.supportedFeatures = supportedFeatures
        self.finalizedFeaturesEpoch = finalizedFeaturesEpoch
        self.finalizedFeatures = finalizedFeatures
        self.zkMigrationReady = zkMigrationReady
    }
}

extension ApiVersionsResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        errorCode = try reader.readInt16("ApiVersionsResponse.errorCode")
        apiKeys = try reader.readArray("ApiVersionsResponse.apiKeys", version: version, compact: compact)
        if version >= 1 { throttleTimeMs = try reader.readInt32("ApiVersionsResponse.throttleTimeMs") }
        if compact {
            for _ in 0..<(try reader.readTaggedFieldCount()) {
                let field = try reader.beginTaggedField()
                switch field.tag {
                case 0: supportedFeatures = try reader.readArray("ApiVersionsResponse.supportedFeatures", version: version, compact: true)
                case 1: finalizedFeaturesEpoch = try reader.readInt64("ApiVersionsResponse.finalizedFeaturesEpoch")
                case 2: finalizedFeatures = try reader.readArray("ApiVersionsResponse.finalizedFeatures", version: version, compact: true)
                case 3: zkMigrationReady = try reader.readBool("ApiVersionsResponse.zkMigrationReady")
                default: reader.skip(field)
                }
                try reader.endTaggedField(field)
            }
        }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        let compact = version >= 3
        writer.writeInt16(errorCode)
        try writer.writeArray(apiKeys, "ApiVersionsResponse.apiKeys", version: version, compact: compact)
        if version >= 1 { writer.writeInt32(throttleTimeMs) }
        if compact {
            var tagCount = 0
            let hasSupportedFeatures = !supportedFeatures.isEmpty
            if hasSupportedFeatures { tagCount += 1 }
            let hasFinalizedFeaturesEpoch = finalizedFeaturesEpoch != -1
            if hasFinalizedFeaturesEpoch { tagCount += 1 }
            let hasFinalizedFeatures = !finalizedFeatures.isEmpty
            if hasFinalizedFeatures { tagCount += 1 }
            let hasZkMigrationReady = zkMigrationReady
            if hasZkMigrationReady { tagCount += 1 }
            writer.writeTaggedFieldCount(tagCount)
            if hasSupportedFeatures {
                let start = writer.beginTaggedField(0)
                try writer.writeArray(supportedFeatures, "ApiVersionsResponse.supportedFeatures", version: version, compact: true)
                writer.endTaggedField(startedAt: start)
            }
            if hasFinalizedFeaturesEpoch {
                let start = writer.beginTaggedField(1)
                writer.writeInt64(finalizedFeaturesEpoch)
                writer.endTaggedField(startedAt: start)
            }
            if hasFinalizedFeatures {
                let start = writer.beginTaggedField(2)
                try writer.writeArray(finalizedFeatures, "ApiVersionsResponse.finalizedFeatures", version: version, compact: true)
                writer.endTaggedField(startedAt: start)
            }
            if hasZkMigrationReady {
                let start = writer.beginTaggedField(3)
                writer.writeBool(zkMigrationReady)
                writer.endTaggedField(startedAt: start)
            }
        }
    }
}

extension ApiVersionsResponse {
    /// A part of ``ApiVersionsResponse``.
    public struct ApiVersion: ProtocolStructure, Hashable {
        /// The number of the API.
        public var apiKey: Int16 = 0
        /// The lowest version of the API, inclusive.
        public var minVersion: Int16 = 0
        /// The highest version of the API, inclusive.
        public var maxVersion: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            apiKey: Int16 = 0,
            minVersion: Int16 = 0,
            maxVersion: Int16 = 0
        ) {
            self.apiKey = apiKey
            self.minVersion = minVersion
            self.maxVersion = maxVersion
        }
    }
}

extension ApiVersionsResponse.ApiVersion {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        apiKey = try reader.readInt16("apiKey")
        minVersion = try reader.readInt16("minVersion")
        maxVersion = try reader.readInt16("maxVersion")
        if compact { try reader.skipTaggedFields() }
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        let compact = version >= 3
        writer.writeInt16(apiKey)
        writer.writeInt16(minVersion)
        writer.writeInt16(maxVersion)
        if compact { writer.writeTaggedFieldCount(0) }
    }
}

extension ApiVersionsResponse {
    /// A part of ``ApiVersionsResponse``.
    public struct SupportedFeatureKey: ProtocolStructure, Hashable {
        /// The name of the feature.
        public var name: String = ""
        /// The lowest level of the feature.
        public var minVersion: Int16 = 0
        /// The highest level of the feature.
        public var maxVersion: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            minVersion: Int16 = 0,
            maxVersion: Int16 = 0
        ) {
            self.name = name
            self.minVersion = minVersion
            self.maxVersion = maxVersion
        }
    }
}

extension ApiVersionsResponse.SupportedFeatureKey {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: true)
        minVersion = try reader.readInt16("minVersion")
        maxVersion = try reader.readInt16("maxVersion")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: true)
        writer.writeInt16(minVersion)
        writer.writeInt16(maxVersion)
        writer.writeTaggedFieldCount(0)
    }
}

extension ApiVersionsResponse {
    /// A part of ``ApiVersionsResponse``.
    public struct FinalizedFeatureKey: ProtocolStructure, Hashable {
        /// The name of the feature.
        public var name: String = ""
        /// The highest level that the cluster has agreed on.
        public var maxVersionLevel: Int16 = 0
        /// The lowest level that the cluster has agreed on.
        public var minVersionLevel: Int16 = 0

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            name: String = "",
            maxVersionLevel: Int16 = 0,
            minVersionLevel: Int16 = 0
        ) {
            self.name = name
            self.maxVersionLevel = maxVersionLevel
            self.minVersionLevel = minVersionLevel
        }
    }
}

extension ApiVersionsResponse.FinalizedFeatureKey {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        name = try reader.readString("name", compact: true)
        maxVersionLevel = try reader.readInt16("maxVersionLevel")
        minVersionLevel = try reader.readInt16("minVersionLevel")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(name, "name", compact: true)
        writer.writeInt16(maxVersionLevel)
        writer.writeInt16(minVersionLevel)
        writer.writeTaggedFieldCount(0)
    }
}

// Generated from Schemas/UpdateFeatures.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The request of Kafka's UpdateFeatures API, versions 0-2.
public struct UpdateFeaturesRequest: KafkaRequest, Hashable {
    public typealias Response = UpdateFeaturesResponse

    public static var apiKey: APIKey { .updateFeatures }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long to wait for it to be done, in milliseconds.
    public var timeoutMs: Int32 = 60000
    /// The features to change.
    public var featureUpdates: [FeatureUpdateKey] = []
    /// Whether to check the request without doing it. KIP-778. From version 1 on.
    public var validateOnly: Bool = false

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        timeoutMs: Int32 = 60000,
        featureUpdates: [FeatureUpdateKey] = [],
        validateOnly: Bool = false
    ) {
        self.timeoutMs = timeoutMs
        self.featureUpdates = featureUpdates
        self.validateOnly = validateOnly
    }
}

extension UpdateFeaturesRequest {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        timeoutMs = try reader.readInt32("UpdateFeaturesRequest.timeoutMs")
        featureUpdates = try reader.readArray("UpdateFeaturesRequest.featureUpdates", version: version, compact: true)
        if version >= 1 { validateOnly = try reader.readBool("UpdateFeaturesRequest.validateOnly") }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        if version < 1, validateOnly {
            throw ProtocolError.fieldNotCarried("UpdateFeaturesRequest.validateOnly", version: version)
        }
        writer.writeInt32(timeoutMs)
        try writer.writeArray(featureUpdates, "UpdateFeaturesRequest.featureUpdates", version: version, compact: true)
        if version >= 1 { writer.writeBool(validateOnly) }
        writer.writeTaggedFieldCount(0)
    }
}

extension UpdateFeaturesRequest {
    /// A part of ``UpdateFeaturesRequest``.
    public struct FeatureUpdateKey: ProtocolStructure, Hashable {
        /// The name of the feature.
        public var feature: String = ""
        /// The new level; below 1 to switch the feature off.
        public var maxVersionLevel: Int16 = 0
        /// Whether the level may go down. Version 0 only.
        public var allowDowngrade: Bool = false
        /// 1 lets the level go up only, 2 down where nothing is lost, 3 down in any case. KIP-778. From version 1
        /// on.
        public var upgradeType: Int8 = 1

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            feature: String = "",
            maxVersionLevel: Int16 = 0,
            allowDowngrade: Bool = false,
            upgradeType: Int8 = 1
        ) {
            self.feature = feature
            self.maxVersionLevel = maxVersionLevel
            self.allowDowngrade = allowDowngrade
            self.upgradeType = upgradeType
        }
    }
}

extension UpdateFeaturesRequest.FeatureUpdateKey {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        feature = try reader.readString("feature", compact: true)
        maxVersionLevel = try reader.readInt16("maxVersionLevel")
        if version <= 0 { allowDowngrade = try reader.readBool("allowDowngrade") }
        if version >= 1 { upgradeType = try reader.readInt8("upgradeType") }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        if version > 0, allowDowngrade { throw ProtocolError.fieldNotCarried("allowDowngrade", version: version) }
        if version < 1, upgradeType != 1 { throw ProtocolError.fieldNotCarried("upgradeType", version: version) }
        try writer.writeString(feature, "feature", compact: true)
        writer.writeInt16(maxVersionLevel)
        if version <= 0 { writer.writeBool(allowDowngrade) }
        if version >= 1 { writer.writeInt8(upgradeType) }
        writer.writeTaggedFieldCount(0)
    }
}

// Generated from Schemas/UpdateFeatures.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's UpdateFeatures API, versions 0-2.
public struct UpdateFeaturesResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong for the whole request; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none.
    public var errorMessage: String? = ""
    /// What became of each. Up to version 1.
    public var results: [UpdatableFeatureResult] = []

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        errorMessage: String? = "",
        results: [UpdatableFeatureResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.results = results
    }
}

extension UpdateFeaturesResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("UpdateFeaturesResponse.throttleTimeMs")
        errorCode = try reader.readInt16("UpdateFeaturesResponse.errorCode")
        errorMessage = try reader.readNullableString("UpdateFeaturesResponse.errorMessage", compact: true)
        if version <= 1 {
            results = try reader.readArray("UpdateFeaturesResponse.results", version: version, compact: true)
        }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "UpdateFeaturesResponse.errorMessage", compact: true)
        if version <= 1 {
            try writer.writeArray(results, "UpdateFeaturesResponse.results", version: version, compact: true)
        }
        writer.writeTaggedFieldCount(0)
    }
}

extension UpdateFeaturesResponse {
    /// A part of ``UpdateFeaturesResponse``.
    public struct UpdatableFeatureResult: ProtocolStructure, Hashable {
        /// The name of the feature.
        public var feature: String = ""
        /// What went wrong; 0 if nothing did.
        public var errorCode: Int16 = 0
        /// What went wrong, in words; null if there are none.
        public var errorMessage: String? = ""

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            feature: String = "",
            errorCode: Int16 = 0,
            errorMessage: String? = ""
        ) {
            self.feature = feature
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }
}

extension UpdateFeaturesResponse.UpdatableFeatureResult {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        feature = try reader.readString("feature", compact: true)
        errorCode = try reader.readInt16("errorCode")
        errorMessage = try reader.readNullableString("errorMessage", compact: true)
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try writer.writeString(feature, "feature", compact: true)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "errorMessage", compact: true)
        writer.writeTaggedFieldCount(0)
    }
}

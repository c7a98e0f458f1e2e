// Generated from Schemas/DescribeCluster.schema by protocol-gen. Do not edit.
// swift-format-ignore-file

/// The response of Kafka's DescribeCluster API, versions 0-2.
public struct DescribeClusterResponse: KafkaMessage, Hashable {
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var firstFlexibleVersion: Int16 { 0 }

    /// How long a quota delays the client, in milliseconds. KIP-13.
    public var throttleTimeMs: Int32 = 0
    /// What went wrong; 0 if nothing did.
    public var errorCode: Int16 = 0
    /// What went wrong, in words; null if there are none.
    public var errorMessage: String? = nil
    /// 1 for brokers, 2 for controllers. KIP-919. From version 1 on.
    public var endpointType: Int8 = 1
    /// The identity of the cluster. KIP-78.
    public var clusterID: String = ""
    /// The broker to send administrative requests to; -1 if there is none. KIP-4.
    public var controllerID: Int32 = -1
    /// The brokers, or the controllers.
    public var brokers: [DescribeClusterBroker] = []
    /// What the client may do with the cluster, one bit an operation; the lowest number if not asked for. KIP-430.
    public var clusterAuthorizedOperations: Int32 = Int32.min

    /// Creates one with every field at its default.
    public init() {}

    /// Creates one from its fields, each of which may be left at its default.
    public init(
        throttleTimeMs: Int32 = 0,
        errorCode: Int16 = 0,
        errorMessage: String? = nil,
        endpointType: Int8 = 1,
        clusterID: String = "",
        controllerID: Int32 = -1,
        brokers: [DescribeClusterBroker] = [],
        clusterAuthorizedOperations: Int32 = Int32.min
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.endpointType = endpointType
        self.clusterID = clusterID
        self.controllerID = controllerID
        self.brokers = brokers
        self.clusterAuthorizedOperations = clusterAuthorizedOperations
    }
}

extension DescribeClusterResponse {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        throttleTimeMs = try reader.readInt32("DescribeClusterResponse.throttleTimeMs")
        errorCode = try reader.readInt16("DescribeClusterResponse.errorCode")
        errorMessage = try reader.readNullableString("DescribeClusterResponse.errorMessage", compact: true)
        if version >= 1 { endpointType = try reader.readInt8("DescribeClusterResponse.endpointType") }
        clusterID = try reader.readString("DescribeClusterResponse.clusterID", compact: true)
        controllerID = try reader.readInt32("DescribeClusterResponse.controllerID")
        brokers = try reader.readArray("DescribeClusterResponse.brokers", version: version, compact: true)
        clusterAuthorizedOperations = try reader.readInt32("DescribeClusterResponse.clusterAuthorizedOperations")
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        try Self.requireSupport(of: version)
        if version < 1, endpointType != 1 {
            throw ProtocolError.fieldNotCarried("DescribeClusterResponse.endpointType", version: version)
        }
        writer.writeInt32(throttleTimeMs)
        writer.writeInt16(errorCode)
        try writer.writeNullableString(errorMessage, "DescribeClusterResponse.errorMessage", compact: true)
        if version >= 1 { writer.writeInt8(endpointType) }
        try writer.writeString(clusterID, "DescribeClusterResponse.clusterID", compact: true)
        writer.writeInt32(controllerID)
        try writer.writeArray(brokers, "DescribeClusterResponse.brokers", version: version, compact: true)
        writer.writeInt32(clusterAuthorizedOperations)
        writer.writeTaggedFieldCount(0)
    }
}

extension DescribeClusterResponse {
    /// A part of ``DescribeClusterResponse``.
    public struct DescribeClusterBroker: ProtocolStructure, Hashable {
        /// The broker.
        public var brokerID: Int32 = 0
        /// The host name to connect to.
        public var host: String = ""
        /// The port to connect to.
        public var port: Int32 = 0
        /// The rack the broker stands in; null if it has none. KIP-36.
        public var rack: String? = nil
        /// Whether the broker is fenced. KIP-1073. Version 2 only.
        public var isFenced: Bool = false

        /// Creates one with every field at its default.
        public init() {}

        /// Creates one from its fields, each of which may be left at its default.
        public init(
            brokerID: Int32 = 0,
            host: String = "",
            port: Int32 = 0,
            rack: String? = nil,
            isFenced: Bool = false
        ) {
            self.brokerID = brokerID
            self.host = host
            self.port = port
            self.rack = rack
            self.isFenced = isFenced
        }
    }
}

extension DescribeClusterResponse.DescribeClusterBroker {
    public init(from reader: inout ProtocolReader, version: Int16) throws(ProtocolError) {
        brokerID = try reader.readInt32("brokerID")
        host = try reader.readString("host", compact: true)
        port = try reader.readInt32("port")
        rack = try reader.readNullableString("rack", compact: true)
        if version >= 2 { isFenced = try reader.readBool("isFenced") }
        try reader.skipTaggedFields()
    }

    public func encode(into writer: inout ProtocolWriter, version: Int16) throws(ProtocolError) {
        if version < 2, isFenced { throw ProtocolError.fieldNotCarried("isFenced", version: version) }
        writer.writeInt32(brokerID)
        try writer.writeString(host, "host", compact: true)
        writer.writeInt32(port)
        try writer.writeNullableString(rack, "rack", compact: true)
        if version >= 2 { writer.writeBool(isFenced) }
        writer.writeTaggedFieldCount(0)
    }
}

public import RecordFormat

/// The value of a transactional id's record: its producer, and where its transaction stands.
///
/// - SeeAlso: docs/format/transaction-state.md
public struct TransactionValue: Hashable, Sendable {
    /// The producer that has the transactional id.
    public var producer: ProducerIdentity
    /// The identity that the producer had before; ``ProducerID/none`` if none is known (KIP-890, version 1).
    public var previousProducerID: ProducerID
    /// The identity that the producer gets once the transaction has ended, because its epochs have run out;
    /// ``ProducerID/none`` if it keeps the one it has (KIP-890, version 1).
    public var nextProducerID: ProducerID
    /// How long a transaction may stay open, in milliseconds.
    public var timeoutMs: Int32
    /// Where the transaction stands.
    public var state: TransactionState
    /// The partitions that are part of the transaction and may not know yet how it ended.
    public var partitions: Set<TopicPartition>
    /// When the transactional id last changed.
    public var updateTimestamp: Timestamp
    /// When the transaction began; ``Timestamp/none`` if none has since the producer was initialised.
    public var startTimestamp: Timestamp
    /// By which protocol the transaction ended (KIP-890, version 1).
    public var clientProtocol: TransactionProtocol

    /// Creates the value of a record.
    public init(
        producer: ProducerIdentity, previousProducerID: ProducerID = .none, nextProducerID: ProducerID = .none,
        timeoutMs: Int32, state: TransactionState, partitions: Set<TopicPartition> = [], updateTimestamp: Timestamp,
        startTimestamp: Timestamp = .none, clientProtocol: TransactionProtocol = .classic
    ) {
        self.producer = producer
        self.previousProducerID = previousProducerID
        self.nextProducerID = nextProducerID
        self.timeoutMs = timeoutMs
        self.state = state
        self.partitions = partitions
        self.updateTimestamp = updateTimestamp
        self.startTimestamp = startTimestamp
        self.clientProtocol = clientProtocol
    }

    /// The versions that can be read.
    static let versions: ClosedRange<Int16> = 0...1
    /// The version that Kafka 4.0 writes.
    static let preferredVersion: Int16 = 1

    private enum Tag {
        static let previousProducerID: UInt32 = 0
        static let nextProducerID: UInt32 = 1
        static let clientProtocol: UInt32 = 2
    }

    /// The value's bytes at `version`; fields that the version lacks are left out.
    func encoded(version: Int16 = preferredVersion) -> ByteSlice {
        var writer = RecordFieldWriter(version: version, isFlexible: version >= 1)
        writer.integer(producer.id.rawValue)
        writer.integer(producer.epoch.rawValue)
        writer.integer(timeoutMs)
        writer.integer(state.rawValue)
        encodePartitions(into: &writer)
        writer.integer(updateTimestamp.milliseconds)
        writer.integer(startTimestamp.milliseconds)
        writer.taggedFields(tags)
        return writer.finish()
    }

    private func encodePartitions(into writer: inout RecordFieldWriter) {
        // What has not begun has no list, not an empty one.
        guard state != .empty else { return writer.nullCount() }
        let topics = Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }
        writer.count(topics.count)
        for (topic, partitions) in topics {
            writer.string(topic)
            writer.count(partitions.count)
            for partition in partitions.map(\.partition).sorted() { writer.integer(partition) }
            writer.taggedFields()
        }
    }

    private var tags: [(tag: UInt32, contents: ByteSlice)] {
        func bytes<Value: FixedWidthInteger>(_ value: Value) -> ByteSlice {
            ByteSlice(withUnsafeBytes(of: value.bigEndian) { Array($0) })
        }
        var tags: [(tag: UInt32, contents: ByteSlice)] = []
        if previousProducerID != .none { tags.append((Tag.previousProducerID, bytes(previousProducerID.rawValue))) }
        if nextProducerID != .none { tags.append((Tag.nextProducerID, bytes(nextProducerID.rawValue))) }
        if clientProtocol != .classic { tags.append((Tag.clientProtocol, bytes(clientProtocol.rawValue))) }
        return tags
    }

    /// Reads a value at whatever version it has.
    init(decoding bytes: ByteSlice) throws(RecordDecodingError) {
        var reader = RecordFieldReader(bytes)
        let version = try reader.integer("TransactionLogValue version", as: Int16.self)
        guard Self.versions.contains(version) else {
            throw RecordDecodingError(.unsupportedVersion, "TransactionLogValue version \(version)")
        }
        reader.isFlexible = version >= 1
        let producer = ProducerIdentity(
            ProducerID(try reader.integer("producerId")), ProducerEpoch(try reader.integer("producerEpoch")))
        let timeoutMs: Int32 = try reader.integer("transactionTimeoutMs")
        let status: Int8 = try reader.integer("transactionStatus")
        guard let state = TransactionState(rawValue: status) else {
            throw RecordDecodingError(.malformed, "transactionStatus is \(status)")
        }
        self.init(
            producer: producer, timeoutMs: timeoutMs, state: state,
            partitions: try Self.partitions(from: &reader),
            updateTimestamp: Timestamp(milliseconds: try reader.integer("transactionLastUpdateTimestampMs")),
            startTimestamp: Timestamp(milliseconds: try reader.integer("transactionStartTimestampMs")))
        var tags: [(tag: UInt32, contents: ByteSlice)] = []
        try reader.taggedFields("TransactionLogValue tags") { tag, contents in tags.append((tag, contents)) }
        for (tag, contents) in tags { try take(tag, contents) }
    }

    /// The bytes of a topic whose name is empty and that has no partitions, in a flexible version.
    private static let minimumTopicSize = 3

    private static func partitions(
        from reader: inout RecordFieldReader
    ) throws(RecordDecodingError) -> Set<TopicPartition> {
        guard let topics = try reader.nullableCount(minimumSize: minimumTopicSize, "transactionPartitions") else {
            return []
        }
        var partitions: Set<TopicPartition> = []
        for _ in 0..<topics {
            let topic = try reader.string("topic")
            for _ in 0..<(try reader.count(minimumSize: 4, "partitionIds")) {
                partitions.insert(TopicPartition(topic, try reader.integer("partitionId")))
            }
            try reader.taggedFields("PartitionsSchema tags")
        }
        return partitions
    }

    private mutating func take(_ tag: UInt32, _ contents: ByteSlice) throws(RecordDecodingError) {
        var field = RecordFieldReader(contents)
        switch tag {
        case Tag.previousProducerID: previousProducerID = ProducerID(try field.integer("previousProducerId"))
        case Tag.nextProducerID: nextProducerID = ProducerID(try field.integer("nextProducerId"))
        case Tag.clientProtocol:
            let level: Int16 = try field.integer("clientTransactionVersion")
            guard let known = TransactionProtocol(rawValue: level) else {
                throw RecordDecodingError(.malformed, "clientTransactionVersion is \(level)")
            }
            clientProtocol = known
        default: break
        }
    }
}

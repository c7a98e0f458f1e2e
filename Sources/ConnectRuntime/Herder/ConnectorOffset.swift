public import ConnectAPI
import RecordFormat

/// Where a connector goes on with one part of what it reads, as the REST API shows it (KIP-875).
///
/// For a source connector both are its own; a sink's are `{"kafka_topic":…,"kafka_partition":…}` and
/// `{"kafka_offset":…}`.
public struct ConnectorOffset: Sendable, Hashable {
    /// The part.
    public var partition: ConnectMap
    /// Where it goes on; `nil` for its beginning.
    public var offset: ConnectMap?

    /// Creates one.
    public init(partition: ConnectMap, offset: ConnectMap?) {
        self.partition = partition
        self.offset = offset
    }
}

extension ConnectorOffset {
    private static let topicKey = "kafka_topic"
    private static let partitionKey = "kafka_partition"
    private static let offsetKey = "kafka_offset"

    /// That of a sink connector.
    init(_ partition: TopicPartition, _ offset: LogOffset) {
        self.partition = [
            Self.topicKey: .string(partition.topic), Self.partitionKey: .int64(Int64(partition.partition)),
        ]
        self.offset = [Self.offsetKey: .int64(offset.rawValue)]
    }

    /// What it says of a sink connector; numbers may be text.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` in Kafka's words.
    func sinkPosition() throws -> (partition: TopicPartition, offset: LogOffset?) {
        guard let topic = partition[Self.topicKey], let number = partition[Self.partitionKey] else {
            throw ConnectError(
                .invalidData,
                "The partition for a sink connector offset must contain the keys '\(Self.topicKey)' and"
                    + " '\(Self.partitionKey)'")
        }
        guard let topic = topic.string, !topic.isEmpty else {
            throw ConnectError(.invalidData, "Kafka topic names must be valid strings and may not be null")
        }
        if number.isNull {
            throw ConnectError(.invalidData, "Kafka partitions must be valid numbers and may not be null")
        }
        guard let partition = Int32(number.description), partition >= 0 else {
            throw ConnectError(
                .invalidData,
                "Failed to parse the following Kafka partition value in the provided offsets: '\(number)'. Partition"
                    + " values for sink connectors need to be integers.")
        }
        guard let offset else { return (TopicPartition(topic, partition), nil) }
        guard let value = offset[Self.offsetKey] else {
            throw ConnectError(
                .invalidData,
                "The offset for a sink connector should either be null or contain the key '\(Self.offsetKey)'")
        }
        guard let next = Int64(value.description), next >= 0 else {
            throw ConnectError(
                .invalidData,
                "Failed to parse the following Kafka offset value in the provided offsets: '\(value)'. Offset values for"
                    + " sink connectors need to be integers.")
        }
        return (TopicPartition(topic, partition), LogOffset(next))
    }
}

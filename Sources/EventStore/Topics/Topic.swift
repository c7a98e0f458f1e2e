public import LogCore
public import RecordFormat
internal import Synchronization

/// A topic of a store: its partitions, to append to and to read.
///
/// A light handle: copies are the same topic, and keep the store alive. Safe to use from any thread.
///
/// ```swift
/// let orders = try store.topic("orders", partitions: 3)
/// try await orders.append(NewRecord(key: "o-1", value: "2 apples"), requiring: .device)
/// for try await batch in orders.tail(from: .start) { … }
/// ```
public struct Topic: Sendable {
    let store: EventStore
    let content: TopicContent

    /// The topic's name.
    public var name: String { content.name }

    /// The identity of the topic, which one of the same name created later does not share.
    public var id: TopicID { content.id }

    /// The number of partitions.
    public var partitionCount: Int { content.partitions.count }

    /// The settings of its partitions.
    public var configuration: LogConfiguration { content.configuration.withLock { $0 } }

    /// The log of a partition, for what a topic has no call for.
    ///
    /// - Precondition: the topic has such a partition.
    /// - Throws: the ``LogError`` for which the partition could not be opened.
    public func log(of partition: Int32) throws(LogError) -> StoredLog {
        precondition(
            content.partitions.indices.contains(Int(partition)),
            "\(name) has \(content.partitions.count) partitions, not one of number \(partition)")
        return try content.partitions[Int(partition)].get()
    }

    /// The partition that records with this key are appended to: Murmur2 over its bytes, as Kafka's own clients have
    /// it.
    public func partition(ofKey key: ByteSlice) -> Int32 { Murmur2.partition(of: key.bytes, among: partitionCount) }

    /// The offsets that bound what can be read of a partition.
    ///
    /// - Precondition: the topic has such a partition.
    /// - Throws: the ``LogError`` for which the partition could not be opened.
    public func watermarks(of partition: Int32) throws(LogError) -> LogWatermarks {
        try log(of: partition).log.watermarks
    }
}

/// What a store keeps of an open topic.
///
/// Safe to use from any thread: all but the configuration never changes.
final class TopicContent: Sendable {
    let name: String
    let id: TopicID
    /// The logs by number; a partition that could not be opened is offline, the others are not.
    let partitions: [Result<StoredLog, LogError>]
    let configuration: Mutex<LogConfiguration>
    /// Calls so far that left the partition to the topic.
    let keylessAppends = Atomic<UInt64>(0)

    init(_ descriptor: TopicDescriptor, partitions: [Result<StoredLog, LogError>]) {
        name = descriptor.name
        id = descriptor.id
        self.partitions = partitions
        configuration = Mutex(descriptor.configuration)
    }
}

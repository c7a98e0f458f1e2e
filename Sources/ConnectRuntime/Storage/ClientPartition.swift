import KafkaClient

/// The client's name for a partition; in files that import ConnectAPI too, whose type has the same name.
typealias ClientPartition = TopicPartition

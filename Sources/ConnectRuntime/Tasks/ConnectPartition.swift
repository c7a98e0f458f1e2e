import ConnectAPI

/// The connectors' name for a partition; in files that import KafkaClient too, whose type has the same name.
typealias ConnectPartition = TopicPartition

public import Logging

/// The parts of a worker that have loggers of their own, by the names of the classes that do their work in Kafka.
public enum WorkerLogger: String, Sendable, CaseIterable {
    case herder = "org.apache.kafka.connect.runtime.distributed.DistributedHerder"
    case worker = "org.apache.kafka.connect.runtime.Worker"
    case connector = "org.apache.kafka.connect.runtime.WorkerConnector"
    case task = "org.apache.kafka.connect.runtime.WorkerTask"
    case configStore = "org.apache.kafka.connect.storage.KafkaConfigBackingStore"
    case statusStore = "org.apache.kafka.connect.storage.KafkaStatusBackingStore"
    case offsetStore = "org.apache.kafka.connect.storage.KafkaOffsetBackingStore"
    case topic = "org.apache.kafka.connect.util.KafkaBasedLog"
    /// The REST API; a line for each request at DEBUG.
    case rest = "org.apache.kafka.connect.runtime.rest.RestServer"
}

extension LoggerLevels {
    /// The logger of a part of the worker.
    public func logger(_ part: WorkerLogger) -> Logger { logger(part.rawValue) }
}

import KafkaClient
import KafkaProtocol
import Logging
import RecordFormat

/// The schemas topic in Kafka: made when it is missing, read whole and followed, written with all replicas' consent.
final class SchemaLog: RecordLog {
    /// How the topic is made and used.
    struct Settings: Sendable {
        /// Its name (`kafkastore.topic`).
        var topic = "_schemas"
        /// How many replicas it is to have (`kafkastore.topic.replication.factor`); fewer where there are fewer brokers.
        var replicationFactor = 3
        /// Whether somebody has asked for just these replicas.
        var isReplicationFactorGiven = false
        /// Whether it is used as it is (`kafkastore.topic.skip.validation`).
        var skipsValidation = false
        /// Settings that it is made with (`kafkastore.topic.config.*`).
        var topicSettings: [String: String] = [:]
        /// How long making it and reading it may take (`kafkastore.init.timeout.ms`).
        var initTimeout = Duration.seconds(60)
        /// How long a write may take (`kafkastore.timeout.ms`).
        var timeout = Duration.milliseconds(500)
        /// The largest record in bytes (`kafkastore.max.request.size`).
        var maximumRecordSize = 1 << 20
    }

    private let settings: Settings
    private let client: KafkaClient
    private let consumer: KafkaConsumer
    private let logger: Logger
    private let handlers = Handlers()

    /// How long a read waits for a broker before it asks again.
    private static let pollTimeout = Duration.seconds(1)
    /// The pause after a read that failed.
    private static let failurePause = Duration.seconds(1)

    private var partition: TopicPartition { TopicPartition(settings.topic, 0) }

    init(_ settings: Settings, client: KafkaClient, logger: Logger) throws {
        self.settings = settings
        self.client = client
        self.logger = logger
        consumer = try KafkaConsumer(
            client: client,
            configuration: ConsumerConfiguration(autoOffsetReset: .earliest, isAutoCommitEnabled: false))
    }

    func start(
        _ apply: @escaping @Sendable ([LoggedRecord]) -> Void, reached: @escaping @Sendable (Int64) -> Void
    ) async throws {
        let deadline = ContinuousClock.now + settings.initTimeout
        handlers.set(apply, reached)
        if !settings.skipsValidation { try await createOrCheckTopic() }
        try await consumer.assign([partition])
        try await consumer.seekToBeginning([partition])
        let ends = try await KafkaAdmin(client: client).listOffsets([partition: .latest])
        let end = try ends[partition]?.get().offset ?? .zero
        while try await readOnce() < end {
            guard ContinuousClock.now < deadline else {
                throw RegistryError.store(
                    "The topic \(settings.topic) could not be read to its end within kafkastore.init.timeout.ms")
            }
        }
    }

    func follow() async {
        while !Task.isCancelled {
            do {
                _ = try await readOnce()
            } catch {
                if Task.isCancelled { break }
                logger.warning(
                    "cannot read the schemas topic; trying again",
                    metadata: ["topic": "\(settings.topic)", "error": "\(error)"])
                try? await Task.sleep(for: Self.failurePause)
            }
        }
    }

    /// Ends the reading for good.
    func close() async { await consumer.close() }

    /// Reads what there is, and returns how far that is.
    private func readOnce() async throws -> LogOffset {
        for batch in try await consumer.poll(timeout: Self.pollTimeout) {
            handlers.apply(batch.records.map(Self.logged))
        }
        // What is no record, such as a hole that compaction left at the end, moves the position too.
        let position = try await consumer.position(of: partition)
        handlers.reached(position.rawValue)
        return position
    }

    private static func logged(_ record: Record) -> LoggedRecord {
        LoggedRecord(
            offset: record.offset.rawValue, key: record.key?.array, value: record.value?.array,
            writer: record.headers.last { $0.key == WriterClaim.header }?.value?.string,
            timestamp: record.timestamp == .none ? nil : record.timestamp.milliseconds)
    }

    func makeWriter(_ claim: WriterClaim) throws -> any RecordWriter {
        try SchemaLogWriter(settings, claim: claim, client: client)
    }

    // MARK: The topic

    private func createOrCheckTopic() async throws {
        let admin = KafkaAdmin(client: client)
        let brokers = try await client.cluster().brokers.count
        let replicas = min(max(1, brokers), settings.replicationFactor)
        if replicas < settings.replicationFactor, settings.isReplicationFactorGiven {
            logger.warning(
                "there are fewer brokers than the schemas topic is to have replicas",
                metadata: ["brokers": "\(brokers)", "replicas": "\(settings.replicationFactor)"])
        }
        var topicSettings = settings.topicSettings
        topicSettings["cleanup.policy"] = "compact"
        do {
            _ = try await admin.createTopic(
                NewTopic(
                    settings.topic, partitions: 1, replicationFactor: Int16(replicas), configs: topicSettings))
            logger.info("created the schemas topic", metadata: ["topic": "\(settings.topic)"])
        } catch let error as KafkaClientError where error.errorCode == .topicAlreadyExists {
            try await checkTopic(admin)
        }
    }

    /// Refuses a topic that would lose schemas, or has more than one order of them.
    private func checkTopic(_ admin: KafkaAdmin) async throws {
        let partitions = try await client.partitions(of: settings.topic).count
        guard partitions == 1 else {
            throw RegistryError.store(
                "The schema topic \(settings.topic) should have only 1 partition but has \(partitions)")
        }
        let resource = ConfigResource.topic(settings.topic)
        guard case .success(let entries) = try await admin.describeConfigs([resource])[resource] else {
            // Who may not look may still have made it well.
            return logger.warning(
                "cannot see whether the schemas topic is compacted", metadata: ["topic": "\(settings.topic)"])
        }
        let policy = entries.first { $0.name == "cleanup.policy" }?.value
        guard let policy, policy != "compact" else { return }
        throw RegistryError.store(
            "The retention policy of the schema topic \(settings.topic) is incorrect. Expected cleanup.policy to be"
                + " 'compact' but it is \(policy)")
    }
}

import ConnectAPI
import KafkaClient
import KafkaProtocol
import Logging
import RecordFormat
import Synchronization

/// An internal topic in Kafka.
///
/// Made compacted when it is missing, with a producer and a consumer of its own. Safe to use from any thread.
final class KafkaBasedLog: InternalLog {
    private struct State {
        /// The offset after the last record that was handed over, per partition.
        var positions: [Int32: LogOffset] = [:]
        /// The offset after the last record that was handed over from partition 0, whatever follows it that is none.
        var position: Int64 = 0
        /// How far partition 0 is read, whether there were records or none.
        var readTo = LogOffset.zero
        var waiters: [(partition: Int32, offset: LogOffset, continuation: CheckedContinuation<Void, any Error>)] = []
        var isClosed = false
        var apply: (@Sendable (ByteSlice?, ByteSlice?) -> Void)?
    }

    let configuration: InternalTopicConfiguration
    private let requiredPartitions: Int?
    let client: KafkaClient
    /// The transactional id of the worker that may write alone; `nil` where there is no such right.
    let privilegedID: String?
    let privileged = PrivilegedProducer()
    private let isolation: ConsumerConfiguration.IsolationLevel
    private let consumer: KafkaConsumer
    private let producer: KafkaProducer
    private let logger: Logger
    private let state = Mutex(State())

    /// How long the first read waits for a broker before it asks again.
    private static let pollTimeout = Duration.seconds(1)

    /// Creates a log.
    ///
    /// - Parameters:
    ///   - requiredPartitions: How many partitions the topic has to have, where that matters.
    ///   - privilegedID: The transactional id for ``writePrivileged(_:)``.
    ///   - isolation: Whether what transactions have not committed is handed over.
    init(
        _ configuration: InternalTopicConfiguration, requiredPartitions: Int? = nil, privilegedID: String? = nil,
        isolation: ConsumerConfiguration.IsolationLevel = .readUncommitted, client: KafkaClient, logger: Logger
    ) throws {
        self.privilegedID = privilegedID
        self.isolation = isolation
        self.configuration = configuration
        self.requiredPartitions = requiredPartitions
        self.client = client
        self.logger = logger
        consumer = try KafkaConsumer(
            client: client,
            configuration: ConsumerConfiguration(
                autoOffsetReset: .earliest, isolationLevel: isolation, isAutoCommitEnabled: false))
        producer = try KafkaProducer(client: client)
    }

    func start(_ apply: @escaping @Sendable (_ key: ByteSlice?, _ value: ByteSlice?) -> Void) async throws {
        try await start(upTo: isolation, apply)
    }

    /// Hands over everything up to the ends, before or behind open transactions.
    func start(
        upTo end: ConsumerConfiguration.IsolationLevel,
        _ apply: @escaping @Sendable (_ key: ByteSlice?, _ value: ByteSlice?) -> Void
    ) async throws {
        state.withLock { $0.apply = apply }
        try await createTopic()
        let partitions = try await consumer.partitions(of: configuration.name)
            .map { TopicPartition(configuration.name, $0.partition) }
        if let requiredPartitions, partitions.count != requiredPartitions {
            throw ConnectError(
                .invalidConfiguration,
                "Topic '\(configuration.name)' has \(partitions.count) partitions and must have \(requiredPartitions),"
                    + " because its records are read in one order")
        }
        try await consumer.assign(partitions)
        try await consumer.seekToBeginning(partitions)
        for (partition, end) in try await ends(of: partitions, end) {
            while try await consumer.position(of: partition) < end { try await readOnce() }
        }
    }

    func run() async {
        while !Task.isCancelled {
            do {
                try await readOnce()
            } catch {
                if Task.isCancelled { break }
                // What no repetition cures, such as damaged records: whoever waits to read back what was written is told
                // so. The reading goes on, in case someone repairs the topic.
                if (error as? KafkaClientError)?.isRetriable != true { failWaiters(error) }
                logger.warning(
                    "cannot read an internal topic; trying again",
                    metadata: ["topic": "\(configuration.name)", "error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
        await close()
    }

    func close() async {
        state.withLock { $0.isClosed = true }
        failWaiters(Self.closed)
        await producer.close(timeout: .seconds(5))
        await privileged.exchange(nil)?.close(timeout: .zero)
        await consumer.close()
    }

    private func failWaiters(_ error: any Error) {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(throwing: error) }
    }

    func write(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws {
        guard !records.isEmpty else { return }
        let written = try await producer.send(
            contentsOf: records.map(record))
        try await waitUntilRead(written)
    }

    var position: Int64 { state.withLock { $0.position } }

    func waitUntilRead(to offset: Int64) async throws {
        guard offset > 0 else { return }
        try await waitUntilRead(0, LogOffset(offset - 1))
    }

    /// How long the first start of a cluster's nodes may take, one after the other, until there are enough for all replicas.
    private static let patience = Duration.seconds(30)

    private func createTopic() async throws {
        let deadline = ContinuousClock.now + Self.patience
        var hasTold = false
        while true {
            do {
                return try await createTopicNow()
            } catch let error as KafkaClientError
                where error.errorCode == .invalidReplicationFactor && ContinuousClock.now < deadline
            {
                if !hasTold {
                    logger.notice(
                        "there are too few brokers yet for an internal topic; trying again",
                        metadata: ["topic": "\(configuration.name)", "error": "\(error)"])
                }
                hasTold = true
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }

    private func createTopicNow() async throws {
        var settings = configuration.settings
        settings["cleanup.policy"] = "compact"
        let topic = NewTopic(
            configuration.name, partitions: Int32(configuration.partitions),
            replicationFactor: Int16(configuration.replicationFactor), configs: settings)
        do {
            _ = try await KafkaAdmin(client: client).createTopic(topic)
            logger.info("created an internal topic", metadata: ["topic": "\(configuration.name)"])
        } catch let error as KafkaClientError where error.errorCode == .topicAlreadyExists {
            try await checkCompaction()
        }
    }

    /// Refuses a topic whose retention would delete connectors and offsets after a while.
    private func checkCompaction() async throws {
        let resource = ConfigResource.topic(configuration.name)
        let answer = try await KafkaAdmin(client: client).describeConfigs([resource])[resource]
        guard case .success(let entries) = answer else {
            // A user who may not describe topics may still have made them well.
            logger.warning("cannot see whether a topic is compacted", metadata: ["topic": "\(configuration.name)"])
            return
        }
        let policy = entries.first { $0.name == "cleanup.policy" }?.value
        guard let policy, policy != "compact" else { return }
        throw ConnectError(
            .invalidConfiguration,
            "Topic '\(configuration.name)' is required to have 'cleanup.policy=compact' to guarantee consistency and"
                + " durability of what Connect keeps in it, but has 'cleanup.policy=\(policy)'")
    }

    /// How long to wait between two looks at how far the topic is read.
    private static let lookPause = Duration.milliseconds(10)

    func readToEnd() async throws {
        let partition = TopicPartition(configuration.name, 0)
        guard let end = try await ends(of: [partition], isolation)[partition] else { return }
        while state.withLock({ $0.readTo < end && !$0.isClosed }) { try await Task.sleep(for: Self.lookPause) }
    }

    private func readOnce() async throws {
        for batch in try await consumer.poll(timeout: Self.pollTimeout) {
            let apply = state.withLock { $0.apply }
            for record in batch.records { apply?(record.key, record.value) }
            let ready = state.withLock { state in
                state.positions[batch.topicPartition.partition] = batch.nextOffset
                if batch.topicPartition.partition == 0, let last = batch.records.last {
                    state.position = last.offset.rawValue + 1
                }
                let positions = state.positions
                defer { state.waiters.removeAll { (positions[$0.partition] ?? .zero) > $0.offset } }
                return state.waiters.filter { (positions[$0.partition] ?? .zero) > $0.offset }
            }
            for waiter in ready { waiter.continuation.resume() }
        }
        guard requiredPartitions == 1 else { return }
        // What is no record, such as the end of a transaction, moves the position too.
        let readTo = try await consumer.position(of: TopicPartition(configuration.name, 0))
        state.withLock { $0.readTo = readTo }
    }

    /// Waits until the record at `offset` was handed over.
    func waitUntilRead(_ partition: Int32, _ offset: LogOffset) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let answer: Result<Void, any Error>? = state.withLock { state in
                if (state.positions[partition] ?? .zero) > offset { return .success(()) }
                if state.isClosed { return .failure(Self.closed) }
                state.waiters.append((partition, offset, continuation))
                return nil
            }
            if let answer { continuation.resume(with: answer) }
        }
    }

    private static var closed: ConnectError { ConnectError(.unavailable, "The worker is shutting down") }
}

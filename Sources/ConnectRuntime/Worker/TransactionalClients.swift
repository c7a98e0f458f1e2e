import ConnectAPI
import JSON
import KafkaClient
import Logging
import RecordFormat
import Synchronization

/// What exactly-once source connectors need of Kafka (KIP-618).
struct TransactionalClients: Sendable {
    /// The client of the cluster that the records go to.
    let makeClient: @Sendable () throws -> KafkaClient
    /// The connector's own settings.
    let settings: ConnectorClientSettings?

    /// A producer of one task.
    func makeProducer(_ transactionalID: String, _ timeout: Duration) throws -> KafkaProducer {
        var configuration = WorkerClients.producerConfiguration
        settings?.producer.apply(to: &configuration)
        configuration.transactionalID = transactionalID
        configuration.transactionTimeout = timeout
        return try KafkaProducer(client: try makeClient(), configuration: configuration)
    }

    /// Ends what producers of these ids have open, and lets them write no more.
    func fence(_ transactionalIDs: [String]) async throws {
        let answers = try await KafkaAdmin(client: try makeClient()).fenceProducers(transactionalIDs)
        for (_, answer) in answers.sorted(by: { $0.key < $1.key }) { try answer.get() }
    }

    /// A connector's offsets as they are committed: those of its own topic, and for partitions that are not there those
    /// of the worker's.
    ///
    /// Reads topics from their beginnings, and waits for transactions that are open there.
    func offsets(
        of connector: String, _ settings: TransactionSettings, worker: WorkerConfiguration
    ) async throws -> [ConnectMap: ConnectMap] {
        var offsets = try await read(worker.offsetTopic, connector)
        guard !settings.usesWorkerTopic else { return offsets }
        offsets.merge(try await read(settings.offsetsTopic, connector)) { $1 }
        return offsets
    }

    private func read(
        _ topic: InternalTopicConfiguration, _ connector: String
    ) async throws -> [ConnectMap: ConnectMap] {
        let found = FoundOffsets(connector)
        let log = try KafkaBasedLog(
            topic, isolation: .readCommitted, client: try makeClient(), logger: found.logger)
        try await log.readAll { found.take($0, $1) }
        return found.all
    }
}

extension OffsetRecord {
    /// As it is written.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` when it holds more than single values.
    func record(in topic: String) throws -> ProducerRecord {
        ProducerRecord(
            topic: topic, key: ByteSlice(try key().utf8), value: try value().map { ByteSlice($0.utf8) })
    }
}

/// The offsets of one connector, picked out of a topic with those of all.
private final class FoundOffsets: Sendable {
    let logger = Logger(label: "millrace.connect.offsets")
    private let connector: String
    private let offsets = Mutex<[ConnectMap: ConnectMap]>([:])

    init(_ connector: String) { self.connector = connector }

    var all: [ConnectMap: ConnectMap] { offsets.withLock(\.self) }

    func take(_ key: ByteSlice?, _ value: ByteSlice?) {
        // What is damaged is told of by the worker's own store of the topic.
        guard let key, let keyJSON = try? JSONValue(parsing: key.array),
            keyJSON.array?.first?.string == connector,
            let record = try? OffsetRecord(key: keyJSON, value: try value.map { try JSONValue(parsing: $0.array) })
        else { return }
        offsets.withLock { $0[record.partition] = record.offset }
    }
}

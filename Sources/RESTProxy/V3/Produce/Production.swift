import KafkaClient
import KafkaProtocol

/// Writes the records of produce requests: in streams, in batches and over sockets.
struct Production: Sendable {
    private let clients: ProxyClients
    private let encoder: RecordDataEncoder
    private let limiter: ProduceLimiter?

    /// How long a request waits for a topic that is not there, as one that is just being created.
    private static let patienceForTopics = Duration.seconds(5)

    /// Creates it; nothing is sent yet.
    init(clients: ProxyClients, settings: V3Settings) {
        self.clients = clients
        encoder = RecordDataEncoder(schemas: clients.schemas)
        limiter = settings.produceLimits.map { ProduceLimiter($0) }
    }

    /// A record that is on its way, or one that never will be.
    struct Pending: Sendable {
        fileprivate enum State: Sendable {
            case sent(SendReceipt, clusterID: String, key: ProduceReply.Data?, value: ProduceReply.Data?)
            case refused(RESTError)
        }

        fileprivate var state: State

        /// A record that was refused.
        static func refused(_ error: RESTError) -> Pending { Pending(state: .refused(error)) }

        /// Whether it is known what became of it.
        var isDone: Bool {
            switch state {
            case .sent(let receipt, _, _, _): receipt.isDone
            case .refused: true
            }
        }

        /// Waits until it is known what became of it.
        ///
        /// - Throws: `CancellationError` when the task is cancelled, which leaves the record on its way.
        func result() async throws -> Result<ProduceReply, RESTError> {
            switch state {
            case .refused(let error): return .failure(error)
            case .sent(let receipt, let clusterID, let key, let value):
                do {
                    let metadata = try await receipt.metadata()
                    return .success(
                        ProduceReply(clusterID: clusterID, metadata: metadata, key: key, value: value))
                } catch let error as CancellationError {
                    throw error
                } catch {
                    return .failure(RESTError(v3: error))
                }
            }
        }
    }

    /// Hands a record over; waits while the producer's memory is full, which is what holds its sender back.
    ///
    /// - Parameters:
    ///   - entry: Reads the record.
    ///   - size: The bytes that it had on the wire.
    /// - Throws: `CancellationError`; whatever else goes wrong is what became of the record.
    func submit(
        size: Int, to topic: String, of clusterID: String, _ entry: () throws -> ProduceEntry
    ) async throws -> Pending {
        do {
            if let time = clients.producer.throttleTime { throw RESTError.throttled(for: time) }
            try limiter?.admit(size: size)
            return try await send(try entry(), to: topic, of: clusterID)
        } catch let error as CancellationError {
            throw error
        } catch {
            return .refused(RESTError(v3: error))
        }
    }

    /// Hands a record over.
    ///
    /// - Throws: ``RESTError``, or what the client says; `CancellationError`.
    private func send(_ entry: ProduceEntry, to topic: String, of clusterID: String) async throws -> Pending {
        try await require(topic)
        var key: RecordDataEncoder.Encoded?
        if let data = entry.key { key = try await encoder.encode(data, topic: topic, isKey: true) }
        var value: RecordDataEncoder.Encoded?
        if let data = entry.value { value = try await encoder.encode(data, topic: topic, isKey: false) }
        let record = ProducerRecord(
            topic: topic, partition: entry.partition, key: key?.bytes, value: value?.bytes, headers: entry.headers,
            timestamp: entry.timestamp)
        do {
            let receipt = try await clients.producer.enqueue(record)
            return Pending(
                state: .sent(
                    receipt, clusterID: clusterID, key: key.map(ProduceReply.Data.init),
                    value: value.map(ProduceReply.Data.init)))
        } catch let error as KafkaClientError where error.code == .invalidArgument && entry.partition != nil {
            throw RESTError.partitionNotFound
        }
    }

    /// Sees to it that a topic is there; a producer would wait for it as long as it waits for anything.
    private func require(_ topic: String) async throws {
        let metadata = clients.client.metadata
        if metadata.cachedTopic(topic) != nil { return }
        do {
            _ = try await metadata.topic(topic, until: .now.advanced(by: Self.patienceForTopics))
        } catch let error as KafkaClientError where error.errorCode == .unknownTopicOrPartition {
            throw RESTError.topicNotFound
        }
    }
}

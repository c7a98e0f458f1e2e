import JSON
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

    /// A record as it came.
    struct Submission: Sendable {
        /// The bytes that it had on the wire.
        var size: Int
        /// The record; or why no topic could have it.
        var entry: Result<ProduceEntry, RESTError>

        init(size: Int, entry: Result<ProduceEntry, RESTError>) {
            self.size = size
            self.entry = entry
        }

        /// Reads a record.
        init(size: Int, reading object: JSONObject) {
            self.size = size
            do { entry = .success(try ProduceEntry(object)) } catch { entry = .failure(RESTError(v3: error)) }
        }
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

    /// Neighbours that the producer gets in one call.
    private struct Run {
        var records: [ProducerRecord] = []
        var answers: [(key: ProduceReply.Data?, value: ProduceReply.Data?)] = []

        mutating func append(_ record: Encoded) {
            records.append(record.record)
            answers.append((record.key, record.value))
        }
    }

    /// A record as the cluster gets it, and what the answer says of its parts.
    private struct Encoded {
        var record: ProducerRecord
        var key: ProduceReply.Data?
        var value: ProduceReply.Data?
    }

    /// Hands records over, in order; waits while the producer's memory is full, which is what holds their sender back.
    ///
    /// - Returns: What becomes of each.
    /// - Throws: `CancellationError`; whatever else goes wrong is what became of the record that it concerns. Where there is
    ///   no room for some, those before them are said to have failed as well, and may be written.
    func submit(_ records: [Submission], to topic: String, of clusterID: String) async throws -> [Pending] {
        var pending: [Pending] = []
        pending.reserveCapacity(records.count)
        var run = Run()
        for record in records {
            do {
                if let time = clients.producer.throttleTime { throw RESTError.throttled(for: time) }
                try limiter?.admit(size: record.size)
                let snapshot = try await snapshot(of: topic)
                let encoded = try await encode(try record.entry.get(), for: topic)
                let isKnown = encoded.record.partition.map { snapshot.partition($0) != nil } ?? true
                if isKnown, clients.fits(encoded.record) {
                    run.append(encoded)
                } else {
                    // The producer says what is wrong with it; what came before goes before.
                    try await send(&run, of: clusterID, to: &pending)
                    run.append(encoded)
                    try await send(&run, of: clusterID, to: &pending)
                }
            } catch let error as CancellationError {
                throw error
            } catch {
                try await send(&run, of: clusterID, to: &pending)
                pending.append(.refused(RESTError(v3: error)))
            }
        }
        try await send(&run, of: clusterID, to: &pending)
        return pending
    }

    /// Hands one record over.
    func submit(_ record: Submission, to topic: String, of clusterID: String) async throws -> Pending {
        try await submit([record], to: topic, of: clusterID)[0]
    }

    private func encode(_ entry: ProduceEntry, for topic: String) async throws -> Encoded {
        var key: RecordDataEncoder.Encoded?
        if let data = entry.key { key = try await encoder.encode(data, topic: topic, isKey: true) }
        var value: RecordDataEncoder.Encoded?
        if let data = entry.value { value = try await encoder.encode(data, topic: topic, isKey: false) }
        let record = ProducerRecord(
            topic: topic, partition: entry.partition, key: key?.bytes, value: value?.bytes, headers: entry.headers,
            timestamp: entry.timestamp)
        return Encoded(record: record, key: key.map(ProduceReply.Data.init), value: value.map(ProduceReply.Data.init))
    }

    /// Hands a run over and begins a new one.
    private func send(_ run: inout Run, of clusterID: String, to pending: inout [Pending]) async throws {
        guard let first = run.records.first else { return }
        defer { run = Run() }
        do {
            let receipts = try await clients.producer.enqueue(contentsOf: run.records)
            for (receipt, answer) in zip(receipts, run.answers) {
                pending.append(
                    Pending(state: .sent(receipt, clusterID: clusterID, key: answer.key, value: answer.value)))
            }
        } catch let error as CancellationError {
            throw error
        } catch let error as KafkaClientError where error.code == .invalidArgument && first.partition != nil {
            pending += run.records.map { _ in .refused(.partitionNotFound) }
        } catch {
            pending += run.records.map { _ in .refused(RESTError(v3: error)) }
        }
    }

    /// A topic that is there; a producer would wait for it as long as it waits for anything.
    private func snapshot(of topic: String) async throws -> TopicSnapshot {
        let metadata = clients.client.metadata
        if let known = metadata.cachedTopic(topic) { return known }
        do {
            return try await metadata.topic(topic, until: .now.advanced(by: Self.patienceForTopics))
        } catch let error as KafkaClientError where error.errorCode == .unknownTopicOrPartition {
            throw RESTError.topicNotFound
        }
    }
}

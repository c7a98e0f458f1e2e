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

        /// Takes a record that was read.
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

    /// A record as the cluster gets it, and what the answer says of its parts.
    private struct Encoded {
        var record: ProducerRecord
        var key: ProduceReply.Data?
        var value: ProduceReply.Data?
    }

    /// Hands records over, in order; waits while the producer's memory is full, which is what holds their sender back.
    ///
    /// Neighbours go to the producer in one call, as far as nothing has to be waited for between them.
    ///
    /// - Parameter deliver: Gets what becomes of the records, in their order and neighbours together; answers whether it takes
    ///   more.
    /// - Returns: Whether all were delivered.
    /// - Throws: `CancellationError`; whatever else goes wrong is what became of the record that it concerns.
    func submit(
        _ records: [Submission], to topic: String, of clusterID: String, _ deliver: ([Pending]) async -> Bool
    ) async throws -> Bool {
        var run: [Encoded] = []
        // Asked for once; whoever comes behind need not wait for the same answer.
        var missing: RESTError?
        for record in records {
            let refusal: RESTError
            do {
                if let time = clients.producer.throttleTime { throw RESTError.throttled(for: time) }
                try limiter?.admit(size: record.size)
                let entry = try record.entry.get()
                if missing == nil, !entry.isPlain || clients.client.metadata.cachedTopic(topic) == nil {
                    // A registry or the cluster may take its time, and what is ready does not wait for it.
                    guard try await hand(&run, to: topic, of: clusterID, &missing, deliver) else { return false }
                }
                if missing == nil { missing = try await absence(of: topic) }
                if let missing { throw missing }
                run.append(try await encode(entry, for: topic))
                continue
            } catch let error as CancellationError {
                throw error
            } catch {
                refusal = RESTError(v3: error)
            }
            guard try await hand(&run, to: topic, of: clusterID, &missing, deliver),
                await deliver([.refused(refusal)])
            else { return false }
        }
        return try await hand(&run, to: topic, of: clusterID, &missing, deliver)
    }

    /// Hands one record over.
    func submit(_ record: Submission, to topic: String, of clusterID: String) async throws -> Pending {
        var delivered: [Pending] = []
        _ = try await submit([record], to: topic, of: clusterID) {
            delivered += $0
            return true
        }
        return delivered[0]
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

    /// Hands neighbours over and begins anew.
    ///
    /// - Parameter missing: Why none of them can be written, once that is known.
    /// - Returns: Whether all were delivered.
    private func hand(
        _ run: inout [Encoded], to topic: String, of clusterID: String, _ missing: inout RESTError?,
        _ deliver: ([Pending]) async -> Bool
    ) async throws -> Bool {
        var rest = run[...]
        run = []
        while !rest.isEmpty {
            if missing == nil { missing = try await absence(of: topic) }
            if let missing { return await deliver(rest.map { _ in .refused(missing) }) }
            var receipts = SendReceipts()
            var failure: (any Error)?
            do {
                try await clients.producer.enqueue(contentsOf: rest.map(\.record), to: &receipts)
            } catch {
                failure = error
            }
            var pending = zip(receipts, rest).map { receipt, encoded in
                Pending(state: .sent(receipt, clusterID: clusterID, key: encoded.key, value: encoded.value))
            }
            rest = rest.dropFirst(receipts.count)
            // The producer looks for new partitions only where a call begins with one that it does not know.
            let isToBeTriedAgain = !receipts.isEmpty && (failure as? KafkaClientError)?.code == .invalidArgument
            if let failure, !(failure is CancellationError), !isToBeTriedAgain {
                guard let refused = rest.popFirst() else { preconditionFailure("a failure that is no record's") }
                pending.append(.refused(Self.refusal(of: refused.record, failure)))
            }
            guard await deliver(pending) else { return false }
            if let failure, failure is CancellationError { throw failure }
        }
        return true
    }

    private static func refusal(of record: ProducerRecord, _ error: any Error) -> RESTError {
        let isOfPartition = record.partition != nil && (error as? KafkaClientError)?.code == .invalidArgument
        return isOfPartition ? .partitionNotFound : RESTError(v3: error)
    }

    /// Why a topic cannot be written to; `nil` where it is there. A producer would wait for it as long as it waits for
    /// anything.
    private func absence(of topic: String) async throws -> RESTError? {
        let metadata = clients.client.metadata
        if metadata.cachedTopic(topic) != nil { return nil }
        do {
            _ = try await metadata.topic(topic, until: .now.advanced(by: Self.patienceForTopics))
            return nil
        } catch let error as KafkaClientError where error.errorCode == .unknownTopicOrPartition {
            return .topicNotFound
        } catch let error as KafkaClientError {
            return RESTError(v3: error)
        }
    }
}

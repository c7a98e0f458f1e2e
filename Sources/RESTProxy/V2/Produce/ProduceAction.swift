import HTTPService
import HTTPTypes
import KafkaClient
import RecordFormat
import SchemaClient
import SchemaFormat
import Synchronization

/// Writes the records of one request and tells where they are.
///
/// The body is walked through once; JSON values that are compact already are parts of it, not copies. All requests
/// share one producer: what comes at the same time travels in the same batches, and each request waits once for each
/// batch.
struct ProduceAction: Sendable {
    let clients: ProxyClients
    /// Where the records go.
    let topic: String
    /// The partition of the path; `nil` where records choose.
    let partition: Int32?
    /// What the records are.
    let format: EmbeddedFormat
    /// Which JSON stands for data with a schema.
    let form: JSONForm

    /// How long a topic that is not there may take to be created, where the broker creates it when it is asked for.
    private static let creationPatience = Duration.seconds(5)

    /// Writes the records.
    ///
    /// - Returns: Where each was written, and the ids of the schemas.
    /// - Throws: ``RESTError`` for what concerns the whole request.
    func run(_ bytes: [UInt8]) async throws -> ProduceAnswer {
        if let time = clients.producer.throttleTime { throw RESTError.throttled(for: time) }
        let body = try ProduceBody(bytes)
        let snapshot: TopicSnapshot
        do {
            let last = body.records.lazy.compactMap(\.partition).max().map { Int32($0) }
            snapshot = try await metadata(upTo: last ?? partition)
        } catch let error as KafkaClientError {
            let answer = RESTError(error)
            // Told with each record, as what the cluster says of a record is.
            guard answer.code == 40301 || answer.code == 40101 else { throw answer }
            return ProduceAnswer(outcomes: body.records.map { _ in .failed(answer) })
        }
        if let partition, snapshot.partition(partition) == nil { throw RESTError.partitionNotFound }
        let keySchema = try await schema(body.keySchema, isKey: true)
        let valueSchema = try await schema(body.valueSchema, isKey: false)
        return try await produce(body, bytes, snapshot, keys: keySchema, values: valueSchema)
    }

    /// - Parameter last: The highest partition that is asked for.
    private func metadata(upTo last: Int32?) async throws -> TopicSnapshot {
        let metadata = clients.client.metadata
        if let known = metadata.cachedTopic(topic) {
            guard let last, known.partition(last) == nil else { return known }
            // It may have been added since.
            metadata.invalidate(topic)
        }
        return try await metadata.topic(topic, until: .now.advanced(by: Self.creationPatience))
    }

    // MARK: Schemas

    private func schema(_ reference: ProduceBody.SchemaReference, isKey: Bool) async throws -> RegisteredSchema? {
        guard let type = format.schemaType, !reference.isEmpty else { return nil }
        guard let schemas = clients.schemas else { throw RESTError.serialization(RecordDecoder.noRegistry) }
        if let id = reference.id {
            do {
                let schema = try await schemas.schema(id: id)
                guard schema.schema.type == type else {
                    throw RESTError.invalidSchema(
                        "schema \(id) is \(schema.schema.type.rawValue), not \(type.rawValue)")
                }
                return schema
            } catch let error as SchemaServiceError {
                throw RESTError(error, while: "Error when fetching schema by id. schemaId = \(id)")
            }
        }
        let subject = topic + (isKey ? "-key" : "-value")
        do {
            return try await schemas.register(reference.text ?? "", type: type, subject: subject)
        } catch let error as SchemaServiceError {
            throw RESTError(
                error,
                while: "Error when registering schema. format = \(format.rawValue.uppercased()), subject = \(subject)")
        }
    }

    // MARK: Records

    private func produce(
        _ body: ProduceBody, _ bytes: [UInt8], _ snapshot: TopicSnapshot, keys: RegisteredSchema?,
        values: RegisteredSchema?
    ) async throws -> ProduceAnswer {
        let encoder = RecordEncoder(
            format: format, schemas: clients.schemas, form: form, cursor: body.cursor, body: ByteSlice(bytes))
        var records: [ProducerRecord] = []
        records.reserveCapacity(body.records.count)
        // Only what is wrong with records takes room; nearly always nothing is.
        var problems: [Int: RESTError] = [:]
        for (index, record) in body.records.enumerated() {
            let made = ProducerRecord(
                topic: topic, partition: try place(record, index, snapshot, &problems),
                key: try encoder.bytes(of: record.key, schema: keys, missing: .keySchemaMissing),
                value: try encoder.bytes(of: record.value, schema: values, missing: .valueSchemaMissing),
                headers: record.headers, timestamp: record.timestamp.map { Timestamp(milliseconds: $0) })
            if let problem = tooLarge(made) { problems[index] = problem }
            if problems[index] == nil { records.append(made) }
        }
        var answer = ProduceAnswer(keySchemaID: keys?.id, valueSchemaID: values?.id)
        let written = try await send(records)
        answer.outcomes = problems.isEmpty ? written : merged(written, problems, count: body.records.count)
        return answer
    }

    private func place(
        _ record: ProduceBody.Record, _ index: Int, _ snapshot: TopicSnapshot, _ problems: inout [Int: RESTError]
    ) throws -> Int32? {
        guard let named = record.partition.map({ Int32($0) }) else { return partition }
        if let partition, named != partition { throw RESTError.validation("Unrecognized field: partition") }
        if snapshot.partition(named) == nil { problems[index] = .partitionNotFound }
        return named
    }

    /// Told here and not by the producer, which would take none of the records behind it.
    private func tooLarge(_ record: ProducerRecord) -> RESTError? {
        let size = record.sizeBound
        let limit = clients.maximumRecordSize
        guard size > limit else { return nil }
        return .tooLarge(
            "The record takes \(size) bytes and may take \(limit); producer.max.request.size sets the limit")
    }

    private func send(_ records: [ProducerRecord]) async throws -> [ProduceAnswer.Outcome] {
        if records.isEmpty { return [] }
        let receipts: SendReceipts
        do {
            receipts = try await clients.producer.enqueue(contentsOf: records)
        } catch let error as KafkaClientError {
            throw RESTError(error)
        }
        do {
            return try await receipts.runs().map {
                .written(partition: $0.first.partition, offset: $0.first.offset?.rawValue ?? -1, count: $0.count)
            }
        } catch is KafkaClientError {
            return try await outcomes(of: receipts)
        }
    }

    /// What became of each record by itself, where not all were written.
    private func outcomes(of receipts: SendReceipts) async throws -> [ProduceAnswer.Outcome] {
        var outcomes: [ProduceAnswer.Outcome] = []
        outcomes.reserveCapacity(receipts.count)
        for receipt in receipts {
            do {
                let written = try await receipt.metadata()
                outcomes.append(
                    .written(partition: written.partition, offset: written.offset?.rawValue ?? -1, count: 1))
            } catch let error as KafkaClientError {
                outcomes.append(.failed(RESTError(error)))
            }
        }
        return outcomes
    }

    /// Puts what was refused at its place between what was not.
    private func merged(
        _ written: [ProduceAnswer.Outcome], _ problems: [Int: RESTError], count: Int
    ) -> [ProduceAnswer.Outcome] {
        var singles = written.flatMap(\.singles).makeIterator()
        return (0..<count).compactMap { index in problems[index].map { .failed($0) } ?? singles.next() }
    }
}

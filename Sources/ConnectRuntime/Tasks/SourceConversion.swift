import ConnectAPI
import KafkaClient
import Logging

/// What becomes of a record between the source task that returned it and the producer: transforms, then converters,
/// under the connector's rules for records that fail.
struct SourceConversion: Sendable {
    private let converters: TaskConverters
    private let transforms: TransformChain
    private let errors: RecordErrorPolicy

    /// Makes what the connector's configuration names.
    init(_ environment: TaskEnvironment, control: TaskControl) async throws {
        let connector = environment.connectorConfiguration
        converters = try TaskConverters(connector, worker: environment.worker, plugins: environment.plugins)
        transforms = try TransformChain(connector, plugins: environment.plugins)
        do {
            errors = try await RecordErrorPolicy(environment, control: control)
        } catch {
            await transforms.close()
            throw error
        }
    }

    /// The record as it goes to Kafka; `nil` for one that a transform dropped or that is skipped because it failed.
    func convert(_ record: SourceRecord) async throws -> ProducerRecord? {
        let first = ProcessingStep(stage: .headerConverter, className: converters.headerClass)
        return try await errors.run(on: .polled(record), beginningWith: first) { step in
            guard !transforms.isEmpty else { return try await serialize(record, &step) }
            guard let kept = try await transforms.apply(record, &step) else { return nil }
            step = first
            return try await serialize(kept, &step)
        }
    }

    private func serialize(_ record: SourceRecord, _ step: inout ProcessingStep) async throws -> ProducerRecord {
        var headers = try await converters.serialize(record.headers, topic: record.topic)
        step = ProcessingStep(stage: .keyConverter, className: converters.keyClass)
        let key = try await converters.key.serialize(
            topic: record.topic, headers: &headers, schema: record.keySchema, value: record.key)
        step = ProcessingStep(stage: .valueConverter, className: converters.valueClass)
        let value = try await converters.value.serialize(
            topic: record.topic, headers: &headers, schema: record.valueSchema, value: record.value)
        return ProducerRecord(
            topic: record.topic, partition: record.partition, key: key, value: value, headers: headers,
            timestamp: record.timestamp)
    }

    /// Waits until the dead letters of records that failed are stored; no offset behind one may be before.
    func flush() async throws { try await errors.flush() }

    /// Ends the transforms and the dead letter queue.
    func close() async {
        await transforms.close()
        await errors.close()
    }
}

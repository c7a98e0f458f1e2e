import ConnectAPI
import KafkaClient
import RecordFormat

/// Turns batches from Kafka into what a sink task is put: converters, then transforms, with the connector's word on
/// records that neither can handle.
struct SinkConversion: Sendable {
    private let converters: TaskConverters
    private let errors: RecordErrorPolicy
    let transforms: TransformChain

    init(_ environment: TaskEnvironment, control: TaskControl) async throws {
        let connector = environment.connectorConfiguration
        converters = try TaskConverters(connector, worker: environment.worker, plugins: environment.plugins)
        errors = try RecordErrorPolicy(connector, control: control, logger: environment.logger)
        transforms = try TransformChain(connector, plugins: environment.plugins)
    }

    /// The records of a batch that are left to put, in order.
    func records(of batch: ConsumedBatch) async throws -> [SinkRecord] {
        let origin = batch.topicPartition
        var records: [SinkRecord] = []
        records.reserveCapacity(batch.records.count)
        for record in batch.records {
            let describe = { "\(origin) offset \(record.offset)" }
            let converted = try await errors.run("CONVERTER", describe: describe) {
                try await sinkRecord(record, origin)
            }
            guard let converted else { continue }
            if transforms.isEmpty {
                records.append(converted)
            } else {
                let transformed = try await errors.run("TRANSFORMATION", describe: describe) {
                    try await transforms.apply(converted)
                }
                if case .some(.some(let kept)) = transformed { records.append(kept) }
            }
        }
        return records
    }

    private func sinkRecord(_ record: Record, _ origin: TopicPartition) async throws -> SinkRecord {
        let key = try await converters.key.deserialize(topic: origin.topic, headers: record.headers, bytes: record.key)
        let value = try await converters.value.deserialize(
            topic: origin.topic, headers: record.headers, bytes: record.value)
        return SinkRecord(
            origin: origin, offset: record.offset, keySchema: key.schema, key: key.value, valueSchema: value.schema,
            value: value.value, timestamp: record.timestamp,
            headers: try await converters.deserialize(record.headers, topic: origin.topic))
    }
}

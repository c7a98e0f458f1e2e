import ConnectAPI
import KafkaClient
import RecordFormat

/// Turns batches from Kafka into what a sink task is put: converters, then transforms, with the connector's word on
/// records that neither can handle.
struct SinkConversion: Sendable {
    private let converters: TaskConverters
    let errors: RecordErrorPolicy
    let transforms: TransformChain
    private let taskClass: String
    /// Whether a batch that cannot be put is searched for the records that are to blame.
    let bisects: Bool

    init(_ environment: TaskEnvironment, control: TaskControl) async throws {
        let connector = environment.connectorConfiguration
        converters = try TaskConverters(connector, worker: environment.worker, plugins: environment.plugins)
        transforms = try await TransformChain(connector, plugins: environment.plugins)
        taskClass = environment.configuration["task.class"] ?? connector["connector.class"] ?? ""
        do {
            errors = try await RecordErrorPolicy(environment, control: control)
        } catch {
            await transforms.close()
            throw error
        }
        bisects = PutBisection.isWanted(by: connector)
    }

    /// The records of a batch that are left to put, in order.
    func records(of batch: ConsumedBatch) async throws -> [SinkRecord] {
        let origin = batch.topicPartition
        var records: [SinkRecord] = []
        records.reserveCapacity(batch.records.count)
        let first = ProcessingStep(stage: .keyConverter, className: converters.keyClass)
        let immediate = transforms.isImmediate ? converters.immediate : nil
        for record in batch.records {
            let converted: SinkRecord?
            if let immediate {
                var place = ProcessingPlace.keyConverter
                do {
                    converted = try convertAtOnce(record, origin, immediate, &place)
                } catch {
                    converted = try await errors.goOn(
                        after: error, in: converters.step(place, transforms), of: .consumed(record, origin),
                        beginningWith: first
                    ) { step in
                        defer { step = converters.step(place, transforms) }
                        return try convertAtOnce(record, origin, immediate, &place)
                    }
                }
            } else {
                converted = try await errors.run(on: .consumed(record, origin), beginningWith: first) { step in
                    let converted = try await sinkRecord(record, origin, &step)
                    return transforms.isEmpty ? converted : try await transforms.apply(converted, &step)
                }
            }
            if let converted { records.append(converted) }
        }
        return records
    }

    /// As the others, where nothing on the way ever waits.
    private func convertAtOnce(
        _ record: Record, _ origin: TopicPartition, _ immediate: TaskConverters.Immediate,
        _ place: inout ProcessingPlace
    ) throws -> SinkRecord? {
        place = .keyConverter
        let key = try immediate.key.deserialize(topic: origin.topic, headers: record.headers, bytes: record.key)
        place = .valueConverter
        let value = try immediate.value.deserialize(topic: origin.topic, headers: record.headers, bytes: record.value)
        place = .headerConverter
        let headers = try immediate.deserialize(record.headers, topic: origin.topic)
        let converted = sinkRecord(record, origin, key, value, headers)
        return transforms.isEmpty ? converted : try transforms.applyAtOnce(converted, &place)
    }

    private func sinkRecord(
        _ record: Record, _ origin: TopicPartition, _ step: inout ProcessingStep
    ) async throws -> SinkRecord {
        let key = try await converters.key.deserialize(topic: origin.topic, headers: record.headers, bytes: record.key)
        step = ProcessingStep(stage: .valueConverter, className: converters.valueClass)
        let value = try await converters.value.deserialize(
            topic: origin.topic, headers: record.headers, bytes: record.value)
        step = ProcessingStep(stage: .headerConverter, className: converters.headerClass)
        let headers = try await converters.deserialize(record.headers, topic: origin.topic)
        return sinkRecord(record, origin, key, value, headers)
    }

    private func sinkRecord(
        _ record: Record, _ origin: TopicPartition, _ key: SchemaAndValue, _ value: SchemaAndValue,
        _ headers: ConnectHeaders
    ) -> SinkRecord {
        SinkRecord(
            consumed: record, isKept: errors.takesReports || bisects, origin: origin, key: key, value: value,
            headers: headers)
    }

    /// Makes a record known that the task itself could not put.
    ///
    /// - Throws: as ``RecordErrorPolicy/giveUp(_:)``.
    func report(_ record: SinkRecord, _ error: any Error) async throws {
        let original: Record
        if let consumed = record.consumed {
            original = consumed
        } else {
            // One that the task made itself: it is written as a source's would be.
            var headers = try await converters.serialize(record.headers, topic: record.topic)
            original = Record(
                offset: record.offset, timestamp: record.timestamp ?? Timestamp(milliseconds: -1),
                key: try await converters.key.serialize(
                    topic: record.topic, headers: &headers, schema: record.keySchema, value: record.key),
                value: try await converters.value.serialize(
                    topic: record.topic, headers: &headers, schema: record.valueSchema, value: record.value),
                headers: headers)
        }
        try await errors.giveUp(
            RecordFailure(
                step: ProcessingStep(stage: .put, className: taskClass), record: .consumed(original, record.origin),
                error: error))
    }

    /// Ends the transforms and the dead letter queue.
    func close() async {
        await transforms.close()
        await errors.close()
    }
}

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

    /// What became of the records of one poll.
    struct Converted {
        /// The records as they go to Kafka.
        var outgoing: [ProducerRecord] = []
        /// The places among all of those that do not, in order: a transform dropped them, or they are skipped because they
        /// failed.
        var dropped: [Int] = []
    }

    /// Converts records in order.
    ///
    /// Where nothing on the way ever waits, which is so of everything that comes with Connect except converters with a
    /// registry, a record takes no `async` call; only one that fails does.
    func convert(_ records: [SourceRecord]) async throws -> Converted {
        var converted = Converted()
        converted.outgoing.reserveCapacity(records.count)
        var rest = 0..<records.count
        while let index = rest.first {
            if let immediate {
                // As far as nothing fails, in one go.
                if let failure = convert(records, &rest, immediate, into: &converted) {
                    let record = records[rest.removeFirst()]
                    let next = try await errors.goOn(
                        after: failure.error, in: failure.step, of: .polled(record), beginningWith: first
                    ) { step in try convertAtOnce(record, immediate, &step) }
                    converted.add(next, at: rest.lowerBound - 1)
                }
            } else {
                rest.removeFirst()
                converted.add(try await convert(records[index]), at: index)
            }
        }
        return converted
    }

    private var first: ProcessingStep { ProcessingStep(stage: .headerConverter, className: converters.headerClass) }

    // MARK: Without waiting

    /// What never waits; `nil` where something may.
    private var immediate: TaskConverters.Immediate? { transforms.isImmediate ? converters.immediate : nil }

    /// Converts records until one fails, which is then the first of `rest`.
    private func convert(
        _ records: [SourceRecord], _ rest: inout Range<Int>, _ immediate: TaskConverters.Immediate,
        into converted: inout Converted
    ) -> (error: any Error, step: ProcessingStep)? {
        var step = first
        let start = step
        while let index = rest.first {
            do {
                converted.add(try convertAtOnce(records[index], immediate, &step), at: index)
            } catch {
                return (error, step)
            }
            step = start
            rest.removeFirst()
        }
        return nil
    }

    private func convertAtOnce(
        _ record: SourceRecord, _ immediate: TaskConverters.Immediate, _ step: inout ProcessingStep
    ) throws -> ProducerRecord? {
        guard !transforms.isEmpty else { return try serializeAtOnce(record, immediate, &step) }
        guard let kept = try transforms.applyAtOnce(record, &step) else { return nil }
        step = first
        return try serializeAtOnce(kept, immediate, &step)
    }

    private func serializeAtOnce(
        _ record: SourceRecord, _ immediate: TaskConverters.Immediate, _ step: inout ProcessingStep
    ) throws -> ProducerRecord {
        var headers = try immediate.serialize(record.headers, topic: record.topic)
        step = ProcessingStep(stage: .keyConverter, className: converters.keyClass)
        let key = try immediate.key.serialize(
            topic: record.topic, headers: &headers, schema: record.keySchema, value: record.key)
        step = ProcessingStep(stage: .valueConverter, className: converters.valueClass)
        let value = try immediate.value.serialize(
            topic: record.topic, headers: &headers, schema: record.valueSchema, value: record.value)
        return ProducerRecord(
            topic: record.topic, partition: record.partition, key: key, value: value, headers: headers,
            timestamp: record.timestamp)
    }

    // MARK: Waiting

    private func convert(_ record: SourceRecord) async throws -> ProducerRecord? {
        try await errors.run(on: .polled(record), beginningWith: first) { step in
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

extension SourceConversion.Converted {
    fileprivate mutating func add(_ record: ProducerRecord?, at index: Int) {
        if let record { outgoing.append(record) } else { dropped.append(index) }
    }
}

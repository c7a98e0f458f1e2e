import ConnectAPI
import KafkaClient
import Logging
import RecordFormat

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
        transforms = try await TransformChain(connector, plugins: environment.plugins)
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

    /// Converts what a task returned, in order.
    ///
    /// Where nothing on the way ever waits, which is so of everything that comes with Connect except converters with a
    /// registry, a record takes no `async` call; only one that fails does.
    func convert(_ batch: SourceBatch) async throws -> Converted {
        // What never waits.
        let immediate = transforms.isImmediate ? converters.immediate : nil
        if case .lines(let lines) = batch, let immediate, let outgoing = passOn(lines, immediate) {
            return Converted(outgoing: outgoing)
        }
        var converted = Converted()
        converted.outgoing.reserveCapacity(batch.count)
        var rest = 0..<batch.count
        while let index = rest.first {
            if let immediate {
                // As far as nothing fails, in one go.
                if let failure = convert(batch, &rest, immediate, into: &converted) {
                    let index = rest.removeFirst()
                    let record = batch[index]
                    let next = try await errors.goOn(
                        after: failure.error, in: converters.step(failure.place, transforms), of: .polled(record),
                        beginningWith: first
                    ) { step in
                        var place = ProcessingPlace.headerConverter
                        defer { step = converters.step(place, transforms) }
                        return try convertAtOnce(record, immediate, &place)
                    }
                    converted.add(next, at: index)
                }
            } else {
                rest.removeFirst()
                converted.add(try await convert(batch[index]), at: index)
            }
        }
        return converted
    }

    private var first: ProcessingStep { ProcessingStep(stage: .headerConverter, className: converters.headerClass) }

    // MARK: Without waiting

    /// Lines as they go to Kafka, where no record need be made of any; otherwise `nil`.
    private func passOn(_ lines: SourceLines, _ immediate: TaskConverters.Immediate) -> [ProducerRecord]? {
        let common = lines.common
        guard transforms.isEmpty, common.headers.isEmpty, immediate.value is any TextConverter, lines.text.isUTF8
        else { return nil }
        var headers: [RecordHeader] = []
        // One that fails does so for each record, and has its letters written for each.
        let key: ByteSlice?
        do {
            key = try immediate.key.serialize(
                topic: common.topic, headers: &headers, schema: common.keySchema, value: common.key)
        } catch {
            return nil
        }
        return lines.lines.map { line in
            ProducerRecord(
                topic: common.topic, partition: common.partition, key: key, value: lines.bytes(of: line),
                headers: headers, timestamp: common.timestamp)
        }
    }

    /// Converts records until one fails, which is then the first of `rest`.
    private func convert(
        _ batch: SourceBatch, _ rest: inout Range<Int>, _ immediate: TaskConverters.Immediate,
        into converted: inout Converted
    ) -> (error: any Error, place: ProcessingPlace)? {
        var place = ProcessingPlace.headerConverter
        do {
            switch batch {
            case .records(let records):
                while let index = rest.first {
                    converted.add(try convertAtOnce(records[index], immediate, &place), at: index)
                    rest.removeFirst()
                }
            case .lines(let lines):
                while let index = rest.first {
                    converted.add(try convertAtOnce(lines.record(index), immediate, &place), at: index)
                    rest.removeFirst()
                }
            }
            return nil
        } catch {
            return (error, place)
        }
    }

    @inline(__always) private func convertAtOnce(
        _ record: consuming SourceRecord, _ immediate: TaskConverters.Immediate, _ place: inout ProcessingPlace
    ) throws -> ProducerRecord? {
        guard !transforms.isEmpty else { return try serializeAtOnce(record, immediate, &place) }
        guard let kept = try transforms.applyAtOnce(record, &place) else { return nil }
        return try serializeAtOnce(kept, immediate, &place)
    }

    @inline(__always) private func serializeAtOnce(
        _ record: SourceRecord, _ immediate: TaskConverters.Immediate, _ place: inout ProcessingPlace
    ) throws -> ProducerRecord {
        place = .headerConverter
        var headers = try immediate.serialize(record.headers, topic: record.topic)
        place = .keyConverter
        let key = try immediate.key.serialize(
            topic: record.topic, headers: &headers, schema: record.keySchema, value: record.key)
        place = .valueConverter
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
    fileprivate mutating func add(_ record: consuming ProducerRecord?, at index: Int) {
        if let record { outgoing.append(record) } else { dropped.append(index) }
    }
}

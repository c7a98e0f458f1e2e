import ConnectAPI
import RecordFormat

/// The three converters of one task.
struct TaskConverters: Sendable {
    let key: any Converter
    let value: any Converter
    let header: any HeaderConverter
    /// Their full class names.
    let keyClass: String
    let valueClass: String
    let headerClass: String
    /// The same three where none ever waits; `nil` where one may.
    let immediate: Immediate?

    /// Three converters that never wait.
    struct Immediate: Sendable {
        let key: any ImmediateConverter
        let value: any ImmediateConverter
        let header: any ImmediateHeaderConverter
    }

    /// Makes the converters that a connector names, and the worker's for the ones that it does not.
    init(_ connector: [String: String], worker: WorkerConfiguration, plugins: PluginCatalog) throws {
        let choices = try ConverterChoices(connector, worker: worker)
        let (keyChoice, valueChoice, headerChoice) = (choices.key, choices.value, choices.header)
        key = try plugins.makeConverter(
            keyChoice.name, version: keyChoice.version, configuration: keyChoice.settings, isKey: true)
        value = try plugins.makeConverter(
            valueChoice.name, version: valueChoice.version, configuration: valueChoice.settings, isKey: false)
        header = try plugins.makeHeaderConverter(
            headerChoice.name, version: headerChoice.version, configuration: headerChoice.settings)
        keyClass = plugins.className(keyChoice.name, [.converter])
        valueClass = plugins.className(valueChoice.name, [.converter])
        headerClass = plugins.className(headerChoice.name, [.headerConverter])
        if let key = key as? any ImmediateConverter, let value = value as? any ImmediateConverter,
            let header = header as? any ImmediateHeaderConverter
        {
            immediate = Immediate(key: key, value: value, header: header)
        } else {
            immediate = nil
        }
    }

    /// The step that a record is at.
    func step(_ place: ProcessingPlace, _ transforms: TransformChain) -> ProcessingStep {
        switch place {
        case .transform(let index): transforms.step(index)
        case .headerConverter: ProcessingStep(stage: .headerConverter, className: headerClass)
        case .keyConverter: ProcessingStep(stage: .keyConverter, className: keyClass)
        case .valueConverter: ProcessingStep(stage: .valueConverter, className: valueClass)
        }
    }

    /// The headers of a source record in bytes.
    func serialize(_ headers: ConnectHeaders, topic: String) async throws -> [RecordHeader] {
        var result: [RecordHeader] = []
        for header in headers.headers {
            let bytes = try await self.header.serialize(
                topic: topic, name: header.name, schema: header.schema, value: header.value)
            result.append(RecordHeader(key: header.name, value: bytes))
        }
        return result
    }

    /// The headers of a record from Kafka.
    func deserialize(_ headers: [RecordHeader], topic: String) async throws -> ConnectHeaders {
        var result = ConnectHeaders()
        for header in headers {
            let value = try await self.header.deserialize(topic: topic, name: header.key, bytes: header.value)
            result.add(header.key, value.value, schema: value.schema)
        }
        return result
    }
}

extension TaskConverters.Immediate {
    /// The headers of a source record in bytes.
    func serialize(_ headers: ConnectHeaders, topic: String) throws -> [RecordHeader] {
        guard !headers.isEmpty else { return [] }
        return try headers.headers.map { header in
            RecordHeader(
                key: header.name,
                value: try self.header.serialize(
                    topic: topic, name: header.name, schema: header.schema, value: header.value))
        }
    }

    /// The headers of a record from Kafka.
    func deserialize(_ headers: [RecordHeader], topic: String) throws -> ConnectHeaders {
        var result = ConnectHeaders()
        for header in headers {
            let value = try self.header.deserialize(topic: topic, name: header.key, bytes: header.value)
            result.add(header.key, value.value, schema: value.schema)
        }
        return result
    }
}

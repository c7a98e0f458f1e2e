import ConnectAPI
import RecordFormat

/// Shows what a connector's transforms would do to records, without anything being read or written.
struct TransformPreview: Sendable {
    private let chain: TransformChain
    private let converters: TaskConverters
    private let isSink: Bool

    /// The most transforms: each shows every record anew.
    private static let transformLimit = 100

    /// Makes the transforms, predicates and converters that a configuration names; it needs no others of a connector's
    /// keys.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` or `.notFound`.
    init(_ configuration: [String: String], worker: WorkerConfiguration, plugins: PluginCatalog) async throws {
        guard TransformChain.aliases(configuration["transforms"]).count <= Self.transformLimit else {
            throw ConnectError(
                .invalidConfiguration, "A preview may have \(Self.transformLimit) transforms at most")
        }
        converters = try TaskConverters(configuration, worker: worker, plugins: plugins)
        chain = try await TransformChain(configuration, plugins: plugins)
        isSink = plugins.kind(of: configuration) == .sink
    }

    /// Shows one record's way.
    func show(_ record: PreviewRecord) async -> PreviewedRecord {
        var record = record
        do {
            if let bytes = record.rawKey {
                record.key = try await converters.key.deserialize(topic: record.topic, headers: [], bytes: bytes)
            }
            if let bytes = record.rawValue {
                record.value = try await converters.value.deserialize(topic: record.topic, headers: [], bytes: bytes)
            }
        } catch {
            return PreviewedRecord(steps: [], outcome: .failed, error: Self.message(error))
        }
        return isSink ? await follow(record.sinkRecord, record) : await follow(record.sourceRecord, record)
    }

    /// Ends the transforms.
    func close() async { await chain.close() }

    private func follow(_ record: some ConnectRecord, _ given: PreviewRecord) async -> PreviewedRecord {
        var way = PreviewedRecord(
            steps: [], outcome: .arrived, record: PreviewRecord(record, offset: given.offset))
        for traced in await chain.trace(record) {
            var step = PreviewedRecord.Step(alias: traced.alias, className: traced.className, outcome: .passedBy)
            switch traced.outcome {
            case .passedBy: break
            case .changed(let next):
                step.outcome = .changed
                step.record = PreviewRecord(next, offset: given.offset)
                way.record = step.record
            case .dropped: step.outcome = .dropped
            case .failed(let error):
                step.outcome = .failed
                step.error = Self.message(error)
            }
            if step.outcome == .dropped || step.outcome == .failed {
                way.outcome = step.outcome
                way.record = nil
                way.error = step.error
            }
            way.steps.append(step)
        }
        return way
    }

    private static func message(_ error: any Error) -> String { (error as? ConnectError)?.message ?? "\(error)" }
}

extension DistributedHerder {
    /// Shows what a connector's transforms would do to records; nothing is written.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` or `.notFound` for transforms that cannot be made.
    public nonisolated func previewTransforms(
        _ configuration: [String: String], _ records: [PreviewRecord]
    ) async throws -> [PreviewedRecord] {
        let worker = self.configuration
        return try await onThread { [plugins] in
            let preview = try await TransformPreview(configuration, worker: worker, plugins: plugins)
            var shown: [PreviewedRecord] = []
            for record in records { shown.append(await preview.show(record)) }
            await preview.close()
            return shown
        }
    }
}

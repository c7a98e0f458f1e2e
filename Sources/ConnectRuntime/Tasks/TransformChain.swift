import ConnectAPI

/// The transforms that a connector's records go through, in the order of its `transforms` key, each for the records that
/// its predicate says.
struct TransformChain: Sendable {
    private struct Stage {
        let alias: String
        var transform: any Transform
        let className: String
        var predicate: (any Predicate)?
        var isNegated = false
    }

    /// A transform and its predicate, neither of which ever waits. A class, so that a record's way through it copies one
    /// reference.
    private final class ImmediateStage: Sendable {
        let transform: any ImmediateTransform
        let predicate: (any ImmediatePredicate)?
        let isNegated: Bool

        init?(_ stage: Stage) {
            guard let transform = stage.transform as? any ImmediateTransform else { return nil }
            predicate = stage.predicate as? any ImmediatePredicate
            guard (predicate == nil) == (stage.predicate == nil) else { return nil }
            self.transform = transform
            isNegated = stage.isNegated
        }
    }

    private var stages: [Stage] = []

    /// The same where none of them ever waits; otherwise fewer.
    private var immediateStages: [ImmediateStage] = []

    /// Whether no stage ever waits, so that ``applyAtOnce(_:_:)`` may be called.
    var isImmediate: Bool { immediateStages.count == stages.count }

    /// Whether records pass unchanged.
    var isEmpty: Bool { stages.isEmpty }

    /// Makes the transforms and predicates that a connector's configuration names.
    init(_ configuration: [String: String], plugins: PluginCatalog) async throws {
        do {
            try addStages(configuration, plugins)
        } catch {
            // Nobody else knows of those that were made.
            await close()
            throw error
        }
        immediateStages = stages.compactMap(ImmediateStage.init)
    }

    private mutating func addStages(_ configuration: [String: String], _ plugins: PluginCatalog) throws {
        for alias in Self.aliases(configuration["transforms"]) {
            var settings = configuration.entries(under: "transforms.\(alias).")
            let predicate = settings.removeValue(forKey: "predicate").map(\.trimmingSpace)
            let isNegated = settings.removeValue(forKey: "negate")?.trimmingSpace.lowercased() == "true"
            let stage = Stage(
                alias: alias,
                transform: try Self.make("transform", alias, settings) {
                    try plugins.makeTransform($0, version: $1, configuration: $2)
                }, className: plugins.className(settings["type"] ?? "", [.transformation]))
            stages.append(stage)
            guard let predicate, !predicate.isEmpty else { continue }
            stages[stages.count - 1].predicate = try Self.make(
                "predicate", predicate, configuration.entries(under: "predicates.\(predicate).")
            ) { try plugins.makePredicate($0, version: $1, configuration: $2) }
            stages[stages.count - 1].isNegated = isNegated
        }
    }

    /// The names in a list such as `transforms`.
    static func aliases(_ list: String?) -> [String] {
        (list ?? "").split(separator: ",").map { String($0).trimmingSpace }.filter { !$0.isEmpty }
    }

    private static func make<Plugin>(
        _ kind: String, _ alias: String, _ settings: [String: String],
        _ make: (_ className: String, _ version: VersionRequirement, _ settings: [String: String]) throws -> Plugin
    ) throws -> Plugin {
        var settings = settings
        guard let className = settings.removeValue(forKey: "type") else {
            throw ConnectError(.invalidConfiguration, "The \(kind) '\(alias)' has no type")
        }
        let version = try VersionRequirement.take(from: &settings, below: "\(kind)s.\(alias).")
        return try make(className, version, settings)
    }

    /// The record as it leaves the last transform; `nil` when one dropped it.
    ///
    /// - Parameter step: Says which transform is at work.
    func apply<Record: ConnectRecord>(
        _ record: consuming Record, _ step: inout ProcessingStep
    ) async throws -> Record? {
        for stage in stages {
            step = ProcessingStep(stage: .transformation, className: stage.className)
            if let predicate = stage.predicate, try await predicate.test(record) == stage.isNegated { continue }
            guard let next = try await stage.transform.apply(record) else { return nil }
            record = next
        }
        return record
    }

    /// As ``apply(_:_:)``, without waiting.
    ///
    /// - Precondition: ``isImmediate``.
    func applyAtOnce<Record: ConnectRecord>(
        _ record: consuming Record, _ place: inout ProcessingPlace
    ) throws -> Record? {
        precondition(isImmediate, "a transform may wait")
        for (index, stage) in immediateStages.enumerated() {
            place = .transform(index)
            if let predicate = stage.predicate, try predicate.test(record) == stage.isNegated { continue }
            guard let next = try stage.transform.apply(record) else { return nil }
            record = next
        }
        return record
    }

    /// The transform at a place of the chain.
    func step(_ index: Int) -> ProcessingStep {
        ProcessingStep(stage: .transformation, className: stages[index].className)
    }

    /// One transform's part in the way of a record.
    struct TracedStep<Record: ConnectRecord>: Sendable {
        /// What became of it.
        enum Outcome: Sendable {
            case changed(Record)
            /// The predicate kept it from the transform.
            case passedBy
            case dropped
            case failed(any Error)
        }

        var alias: String
        var className: String
        var outcome: Outcome
    }

    /// The way of a record through the chain, to its end or to where it was dropped or failed.
    func trace<Record: ConnectRecord>(_ record: Record) async -> [TracedStep<Record>] {
        var record = record
        var steps: [TracedStep<Record>] = []
        for stage in stages {
            func step(_ outcome: TracedStep<Record>.Outcome) -> TracedStep<Record> {
                TracedStep(alias: stage.alias, className: stage.className, outcome: outcome)
            }
            do {
                if let predicate = stage.predicate, try await predicate.test(record) == stage.isNegated {
                    steps.append(step(.passedBy))
                    continue
                }
                guard let next = try await stage.transform.apply(record) else { return steps + [step(.dropped)] }
                record = next
                steps.append(step(.changed(next)))
            } catch {
                return steps + [step(.failed(error))]
            }
        }
        return steps
    }

    /// Ends the transforms and predicates.
    func close() async {
        for stage in stages {
            await stage.transform.close()
            await stage.predicate?.close()
        }
    }
}

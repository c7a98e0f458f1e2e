import ConnectAPI
import JSON
import RecordFormat
import Synchronization

/// A sink task that a plug-in's process runs.
final class HostedSinkTask: SinkTask, Releasable {
    /// The most records in one `put`; a bigger batch is put in parts, in order.
    static let batchLimit = 500

    private let task: HostedTask
    private let batch = CurrentBatch()

    init(_ plugin: HostedPlugin) { task = HostedTask(plugin) }

    var version: String { task.plugin.manifest.version ?? "undefined" }

    func start(context: any SinkTaskContext, configuration: [String: String]) async throws {
        var with = JSONObject()
        with["reports"] = .bool(context.errantRecordReporter != nil)
        try await task.start(configuration, context.logger, with, Service(context: context, batch: batch))
    }

    func open(_ partitions: [TopicPartition]) async throws {
        _ = try await task.call(ifWanted: "open", Self.json(partitions))
    }

    func close(_ partitions: [TopicPartition]) async throws {
        _ = try await task.call(ifWanted: "close", Self.json(partitions))
    }

    private static func json(_ partitions: [TopicPartition]) -> JSONValue {
        ["partitions": .array(partitions.sorted().map(RecordWriter.json(of:)))]
    }

    func put(_ records: [SinkRecord]) async throws {
        try task.plugin.presence.check()
        guard !records.isEmpty else { return try await put(records[...]) }
        var rest = records[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.batchLimit)
            rest = rest.dropFirst(part.count)
            try await put(part)
        }
    }

    /// Puts records in one frame, or, where that is too small for them, half by half.
    private func put(_ records: ArraySlice<SinkRecord>) async throws {
        var writer = RecordWriter()
        let json = try records.map { try writer.json(of: $0) }
        let answer: PendingAnswer<JSONValue>
        batch.set(records)
        defer { batch.set([]) }
        do {
            answer = try task.ask("put", ["schemas": .array(writer.schemas), "records": .array(json)])
        } catch let error as ConnectError where error.code == .invalidData {
            guard records.count > 1 else {
                let place = records.first.map { " (\($0.origin), offset \($0.offset))" } ?? ""
                throw ConnectError(.invalidData, "A record is too large for its plug-in\(place): \(error.message)")
            }
            let middle = records.startIndex + records.count / 2
            try await put(records[..<middle])
            return try await put(records[middle...])
        }
        _ = try await answer.value()
    }

    func flush(_ offsets: [TopicPartition: LogOffset]) async throws {
        _ = try await task.call(ifWanted: "flush", ["offsets": RecordWriter.json(of: offsets)])
    }

    func preCommit(_ offsets: [TopicPartition: LogOffset]) async throws -> [TopicPartition: LogOffset] {
        let with: JSONValue = ["offsets": RecordWriter.json(of: offsets)]
        guard let answer = try await task.call(ifWanted: "preCommit", with) else {
            try await flush(offsets)
            return offsets
        }
        return try RecordReader.offsets(answer["offsets"])
    }

    func stop() async throws { try await task.stop() }

    func release() { task.release() }

    /// The records that the plug-in has right now, each of which it may report. Safe to use from any thread.
    private final class CurrentBatch: Sendable {
        private let records = Mutex<ArraySlice<SinkRecord>>([])

        func set(_ records: ArraySlice<SinkRecord>) { self.records.withLock { $0 = records } }

        func record(_ origin: TopicPartition, _ offset: Int64) -> SinkRecord? {
            records.withLock { $0.first { $0.origin == origin && $0.offset.rawValue == offset } }
        }
    }

    /// What a sink task may ask for and say.
    private struct Service: PluginProcess.Handler {
        let context: any SinkTaskContext
        let batch: CurrentBatch

        func serve(_ call: String, _ with: JSONValue) async throws -> JSONValue {
            guard call == "report" else {
                throw ConnectError(.failed, "there is no '\(call)' that a sink task can ask for")
            }
            let origin = try RecordReader.topicPartition(with["origin"] ?? with)
            guard let record = batch.record(origin, with["offset"]?.int64 ?? -1) else {
                throw ConnectError(.invalidData, "only a record of the put that is under way can be reported")
            }
            guard let reporter = context.errantRecordReporter else {
                throw ConnectError(.failed, "the connector has nothing that takes reports (errors.tolerance)")
            }
            try await reporter.report(record, error: PluginFailure(with["error"] ?? [:]).error)
            return [:]
        }

        func notice(_ notice: String, _ with: JSONValue) async throws {
            switch notice {
            case "seek": context.seek(to: try RecordReader.offsets(with["offsets"]))
            case "pause": context.pause(try RecordReader.topicPartitions(with["partitions"]))
            case "resume": context.resume(try RecordReader.topicPartitions(with["partitions"]))
            case "requestCommit": context.requestCommit()
            case "retryTimeout":
                guard let milliseconds = with["milliseconds"]?.int64, (0...3_600_000).contains(milliseconds) else {
                    throw ConnectError(.failed, "a retry timeout that is no number from 0 to 3600000")
                }
                context.setRetryTimeout(.milliseconds(milliseconds))
            default: throw ConnectError(.failed, "a notice '\(notice)' that there is not for sink tasks")
            }
        }
    }
}

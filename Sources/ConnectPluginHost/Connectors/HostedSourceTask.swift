import ConnectAPI
import JSON
import RecordFormat
import Synchronization

/// A source task that a plug-in's process runs.
///
/// A poll that a pause or a stop interrupts stays open in the process: what it gives is what the next poll returns,
/// or, after a stop, is read again by the next start.
final class HostedSourceTask: SourceTask, Releasable {
    private struct State {
        var openPoll: PendingAnswer<JSONValue>?
        var reader = RecordReader()
        /// How many records were acknowledged: the number of the next one.
        var acknowledged: Int64 = 0
    }

    /// How long to wait after a poll that gave nothing: a plug-in that does not wait itself would keep two
    /// processes busy.
    private static let emptyPause = Duration.milliseconds(50)
    /// The most places in one `commitRecords`.
    private static let placeLimit = 10_000

    private let task: HostedTask
    private let state = Mutex(State())

    init(_ plugin: HostedPlugin) { task = HostedTask(plugin) }

    var version: String { task.plugin.manifest.version ?? "undefined" }

    func start(context: any SourceTaskContext, configuration: [String: String]) async throws {
        try await task.start(
            configuration, context.logger, JSONObject(), Service(offsets: context.offsetStorageReader))
    }

    func poll() async throws -> [SourceRecord] {
        try task.plugin.presence.check()
        let open = try state.withLock { state in
            if let open = state.openPoll { return open }
            let poll = try task.ask("poll", [:])
            state.openPoll = poll
            return poll
        }
        do {
            let answer = try await open.value()
            let records = try state.withLock { state in
                state.openPoll = nil
                return try state.reader.sourceRecords(of: answer)
            }
            if records.isEmpty { try await Task.sleep(for: Self.emptyPause) }
            return records
        } catch is CancellationError {
            // It stays open, even where its answer has come since: the next poll returns that.
            throw CancellationError()
        } catch {
            state.withLock { $0.openPoll = nil }
            throw error
        }
    }

    func commitRecords(_ records: [(record: SourceRecord, place: RecordPlace?)]) async throws {
        var first = state.withLock { state in
            defer { state.acknowledged += Int64(records.count) }
            return state.acknowledged
        }
        var rest = records[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.placeLimit)
            rest = rest.dropFirst(part.count)
            let number = first
            first += Int64(part.count)
            guard try await task.call(ifWanted: "commitRecords", Self.json(part, first: number)) != nil else { return }
        }
    }

    private static func json(
        _ records: ArraySlice<(record: SourceRecord, place: RecordPlace?)>, first: Int64
    ) -> JSONValue {
        let places = records.map { record -> JSONValue in
            guard let place = record.place else { return .null }
            return [
                "topic": .string(place.topicPartition.topic), "partition": .integer(place.topicPartition.partition),
                "offset": .integer(place.offset.rawValue),
            ]
        }
        return ["first": .integer(first), "places": .array(places)]
    }

    func commit() async throws { _ = try await task.call(ifWanted: "commit", [:]) }

    func stop() async throws { try await task.stop() }

    func release() { task.release() }

    /// What a source task may ask for.
    private struct Service: PluginProcess.Handler {
        let offsets: any OffsetStorageReader

        func serve(_ call: String, _ with: JSONValue) async throws -> JSONValue {
            guard call == "offsets" else {
                throw ConnectError(.failed, "there is no '\(call)' that a source task can ask for")
            }
            guard let partitions = with["partitions"]?.array else {
                throw ConnectError(.invalidData, "'partitions' has to be an array of objects")
            }
            var answer: [JSONValue] = []
            for partition in partitions {
                let offset = try await offsets.offset(for: try RecordReader.map(partition, "partition"))
                answer.append(try offset.map(RecordWriter.json(of:)) ?? .null)
            }
            return ["offsets": .array(answer)]
        }

        func notice(_ notice: String, _ with: JSONValue) async throws {
            throw ConnectError(.failed, "a notice '\(notice)' that there is not for source tasks")
        }
    }
}

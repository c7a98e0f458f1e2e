import ConnectAPI
import KafkaClient
import RecordFormat

/// Where a task's dead letters go: records that could not be converted, transformed or put
/// (`errors.deadletterqueue.topic.name`, KIP-298).
///
/// A sink's letter is the record as it was read, so that whoever mends what was wrong can read it anew. A source's is
/// the record as its task returned it, as bytes that need no converter.
struct DeadLetterQueue: Sendable {
    private let topic: String
    private let hasContextHeaders: Bool
    private let id: ConnectorTaskID
    private let outlet: any DeadLetterOutlet
    private let redactor: SecretRedactor

    private static let prefix = "__connect.errors."

    /// Opens the queue that a connector's configuration names; `nil` if it names none.
    init?(_ environment: TaskEnvironment) async throws {
        let keys = [
            "errors.deadletterqueue.topic.name", "errors.deadletterqueue.topic.replication.factor",
            "errors.deadletterqueue.context.headers.enable",
        ]
        let parsed = try ConfigDefinition(keys.compactMap { ConnectorConfiguration.sink[$0] })
            .parse(environment.connectorConfiguration)
        guard let topic = parsed.string(keys[0]), !topic.isEmpty else { return nil }
        self.topic = topic
        hasContextHeaders = parsed.boolean(keys[2]) ?? false
        id = environment.id
        redactor = environment.redactor
        outlet = try await environment.clients.makeDeadLetterOutlet(topic, parsed.integer(keys[1]) ?? 3)
    }

    /// Hands a letter over.
    ///
    /// - Throws: what kept an earlier letter or this one from being written.
    func add(_ failure: RecordFailure) async throws {
        switch failure.record {
        case .consumed(let record, let origin):
            let place = [
                ("topic", origin.topic), ("partition", "\(origin.partition)"), ("offset", "\(record.offset)"),
            ]
            let context = hasContextHeaders ? context(of: failure, at: place) : []
            try await outlet.send(
                ProducerRecord(
                    topic: topic, key: record.key, value: record.value, headers: record.headers + context,
                    timestamp: record.timestamp))
        case .polled(let record):
            let context = hasContextHeaders ? context(of: failure, at: record.placeInLetter) : []
            try await outlet.send(record.letter(to: topic, context: context))
        }
    }

    /// Waits until every letter is stored: before that, its record's offset must not be committed.
    ///
    /// - Throws: what kept one from being written.
    func flush() async throws { try await outlet.flush() }

    /// Ends the queue, with what can be written soon.
    func close() async { await outlet.close() }

    private func context(of failure: RecordFailure, at place: [(name: String, value: String)]) -> [RecordHeader] {
        func header(_ name: String, _ value: String) -> RecordHeader {
            RecordHeader(key: Self.prefix + name, value: ByteSlice(value))
        }
        return place.map { header($0.name, $0.value) } + [
            header("connector.name", id.connector),
            header("task.id", "\(id.task)"), header("stage", failure.step.stage.rawValue),
            header("class.name", failure.step.className),
            header("exception.class.name", String(reflecting: type(of: failure.error))),
            header("exception.message", redactor.redact(failure.message)),
            header("exception.stacktrace", redactor.redact("\(failure.error)")),
        ]
    }
}

/// What takes dead letters. Called by one task at a time.
protocol DeadLetterOutlet: Sendable {
    /// Hands a record over; waits while too many are on their way.
    func send(_ record: ProducerRecord) async throws
    /// Waits until all that was handed over is stored.
    func flush() async throws
    /// Ends, with what can be written soon.
    func close() async
}

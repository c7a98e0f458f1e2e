import KafkaClient
import RecordFormat

/// Lines on their ways from a file into a topic and back, by connectors and by what stands beside them.
struct ConnectRuns {
    /// What one run has found.
    struct Figures {
        var seconds: Double
        /// When lines were where they were to go.
        var timeline: Timeline
        /// Seconds of processors' time in the server.
        var serverTime: Double?
        /// The most bytes of memory that the server had filled itself.
        var memory: Int?
    }

    private static let classes = "org.apache.kafka.connect."
    /// How long no line may come, in nanoseconds.
    private static let patience: Int64 = 60_000_000_000
    /// How far apart is looked whether all are there.
    private static let pause = Duration.milliseconds(5)
    /// How far apart is looked at memory and tasks, in nanoseconds.
    private static let lookInterval: Int64 = 250_000_000

    let lines: NumberedLines
    let service: DrivenService
    /// Where files are.
    let directory: String
    /// Makes topics, and asks where they end.
    let client: KafkaClient
    /// A topic that has all lines, which the sink and the consumer read.
    let filled: BenchTopic

    /// Makes the file, and fills a topic with it by a connector.
    init(_ lines: NumberedLines, _ service: DrivenService, _ directory: String) async throws {
        (self.lines, self.service, self.directory) = (lines, service, directory)
        client = try service.broker.makeClient()
        filled = try await BenchTopic.create(partitions: 1, durable: false, with: client)
        try lines.save(to: source)
        _ = try await fill(filled)
    }

    private var source: String { directory + "/source.txt" }
    private var target: String { directory + "/target.txt" }
    private var calls: ConnectorCalls { ConnectorCalls(port: service.port) }

    /// Deletes what was made.
    func end() async throws {
        try await filled.delete(with: client)
        await client.close()
    }

    // MARK: Connectors

    /// The file into a topic.
    func measureSource() async throws -> Figures {
        try await withTopic { try await fill($0) }
    }

    private func fill(_ topic: BenchTopic) async throws -> Figures {
        try await run(["connector.class": "file.FileStreamSourceConnector", "topic": topic.name, "file": source]) {
            Int(try await topic.end(with: client).rawValue)
        }
    }

    /// The topic into a file, which then is the same as the first.
    func measureSink() async throws -> Figures {
        defer { NumberedLines.remove(target) }
        let figures = try await run([
            "connector.class": "file.FileStreamSinkConnector", "topics": filled.name, "file": target,
        ]) { NumberedLines.size(of: target) / (lines.size + 1) }
        guard try lines.areAll(of: target) else {
            throw BenchFailure(description: "what the sink has written is not what the source has read")
        }
        return figures
    }

    /// Runs a connector until it is through.
    ///
    /// - Parameter count: How many lines are where they are to go.
    private func run(
        _ configuration: [String: String], _ count: () async throws -> Int
    ) async throws -> Figures {
        let name = "millrace-bench-\(UInt32.random(in: 0...UInt32.max))"
        var configuration = configuration
        configuration["connector.class"] = Self.classes + (configuration["connector.class"] ?? "")
        configuration["tasks.max"] = "1"
        // Whatever the worker's own are: values are lines.
        for part in ["key", "value"] { configuration["\(part).converter"] = Self.classes + "storage.StringConverter" }
        let used = service.processorTime
        let began = MonotonicClock.nanoseconds
        try await calls.create(name, configuration)
        var figures = try await wait(for: name, from: began, count)
        figures.seconds = Double(MonotonicClock.nanoseconds - began) / 1e9
        figures.serverTime = service.processorTime.flatMap { now in used.map { now - $0 } }
        try await calls.delete(name)
        return figures
    }

    /// Waits until all lines are there.
    ///
    /// - Throws: ``BenchFailure`` if a task fails, or no line comes for ``patience``.
    private func wait(
        for connector: String, from began: Int64, _ count: () async throws -> Int
    ) async throws -> Figures {
        var figures = Figures(seconds: 0, timeline: Timeline(from: began))
        var present = 0
        var (deadline, nextLook) = (began + Self.patience, began + Self.lookInterval)
        while true {
            let found = try await count()
            let now = MonotonicClock.nanoseconds
            if found > present {
                figures.timeline.add(found - present, at: now)
                present = found
                deadline = now + Self.patience
            }
            if now >= nextLook || present >= lines.count {
                figures.memory = [figures.memory, service.memory].compactMap(\.self).max()
                nextLook = now + Self.lookInterval
                if present >= lines.count { return figures }
                try calls.checkTasks(of: connector)
            }
            guard now < deadline else {
                throw BenchFailure(description: "\(lines.count - present) of \(lines.count) lines did not come")
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    // MARK: What stands beside them

    /// The same lines by a producer.
    func measureProducer() async throws -> Figures {
        try await withTopic { topic in
            let producer = try KafkaProducer(
                client: client, configuration: ProducerConfiguration(batchSize: 64 << 10, linger: .milliseconds(1)))
            let figures = try await timed {
                try await producer.write(lines.count) { numbers in
                    numbers.map { ProducerRecord(topic: topic.name, value: lines.line($0)) }
                }
            }
            await producer.close()
            return figures
        }
    }

    /// The topic by a consumer that decodes every record.
    func measureConsumer() async throws -> Figures {
        try await timed {
            let (bytes, _, timeline) = try await service.broker.decode(lines.count, of: filled.name)
            guard bytes == lines.count * lines.size else {
                throw BenchFailure(description: "\(bytes) bytes of values came, not \(lines.count * lines.size)")
            }
            return timeline
        }
    }

    /// The file once more, by reading and writing it.
    func measureCopy() throws -> Figures {
        defer { NumberedLines.remove(target) }
        let seconds = try MonotonicClock.seconds { try NumberedLines.copy(source, to: target) }
        return Figures(seconds: seconds, timeline: Timeline(from: MonotonicClock.nanoseconds))
    }

    private func timed(_ body: () async throws -> Timeline) async throws -> Figures {
        let used = service.processorTime
        let began = MonotonicClock.nanoseconds
        let timeline = try await body()
        let seconds = Double(MonotonicClock.nanoseconds - began) / 1e9
        let time = service.processorTime.flatMap { now in used.map { now - $0 } }
        return Figures(seconds: seconds, timeline: timeline, serverTime: time)
    }

    private func withTopic(_ body: (BenchTopic) async throws -> Figures) async throws -> Figures {
        let topic = try await BenchTopic.create(partitions: 1, durable: false, with: client)
        let figures = try await body(topic)
        try await topic.delete(with: client)
        return figures
    }
}

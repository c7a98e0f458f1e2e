import KafkaClient
import RecordFormat

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A REST Proxy, the null HTTP server and the broker at work, with the same records.
struct RESTRuns {
    /// What one run has found.
    struct Figures {
        var requests: Int
        var records: Int
        var seconds: Double
        /// Of requests that end.
        var latencies = LatencyRecorder()
        var timeline: Timeline
        /// Seconds of processors' time in the server.
        var serverTime: Double?

        /// Records a second.
        var rate: Double { Double(records) / seconds }
    }

    /// Where answers are kept for the null server.
    private static let answers = "/answers"

    let requests: RESTRequests
    let service: DrivenService
    /// Makes topics, and writes what is read.
    let client: KafkaClient
    /// The cluster's identity.
    let cluster: String
    /// A topic with as many records as are read.
    let filled: BenchTopic

    /// Finds out what is to be known of a proxy, and fills the topic that is read.
    init(_ requests: RESTRequests, _ service: DrivenService) async throws {
        (self.requests, self.service) = (requests, service)
        client = try service.broker.makeClient()
        guard let cluster = try await KafkaAdmin(client: client).describeCluster().clusterID else {
            throw BenchFailure(description: "\(service.broker.bootstrapServer) does not tell which cluster it is of")
        }
        self.cluster = cluster
        filled = try await BenchTopic.create(partitions: 1, durable: false, with: client)
        _ = try await Self.write(requests.records, of: ByteSlice(requests.value), to: filled.name, with: client)
    }

    /// Deletes what was made.
    func end() async throws {
        try await filled.delete(with: client)
        await client.close()
    }

    // MARK: The proxy

    /// All requests of a measure, to the proxy.
    func measure(_ measure: RESTMeasure) async throws -> Figures {
        try await withTopic(measure) { topic in
            let target = RESTRequests.target(measure, topic: topic.name, cluster: cluster)
            let load = requests.load(measure, port: service.port, target: target)
            let figures = try run(load, measure) { service.processorTime }
            try await check(topic, has: measure.isReading ? requests.records : figures.records)
            return figures
        }
    }

    /// A few requests, whose last answer is put where the null server finds it.
    ///
    /// - Parameter directory: Of the run.
    func record(_ measure: RESTMeasure, in directory: String) async throws {
        let answers = directory + Self.answers
        try FileManager.default.createDirectory(atPath: answers, withIntermediateDirectories: true)
        try await withTopic(measure) { topic in
            let target = RESTRequests.target(measure, topic: topic.name, cluster: cluster)
            let outcome = try requests.trial(measure, port: service.port, target: target).run()
            try Data(outcome.recording).write(to: URL(filePath: answers + "/" + measure.rawValue))
        }
    }

    /// Calls `body` with a topic to write to, or to read.
    private func withTopic<Result>(
        _ measure: RESTMeasure, _ body: (BenchTopic) async throws -> Result
    ) async throws -> Result {
        guard !measure.isReading else { return try await body(filled) }
        let topic = try await BenchTopic.create(partitions: 1, durable: false, with: client)
        let result = try await body(topic)
        try await topic.delete(with: client)
        return result
    }

    /// Sees to it that what was answered is there, and nothing else.
    private func check(_ topic: BenchTopic, has count: Int) async throws {
        let end = try await topic.end(with: client)
        guard end == LogOffset(Int64(count)) else {
            throw BenchFailure(description: "\(count) records were answered, and \(topic.name) ends at \(end)")
        }
    }

    private func run(
        _ load: HTTPLoad, _ measure: RESTMeasure, _ processorTime: () -> Double?
    ) throws -> Figures {
        let used = processorTime()
        let outcome = try load.run()
        let time = processorTime().flatMap { now in used.map { now - $0 } }
        return Figures(
            requests: load.requests, records: requests.records(of: measure), seconds: outcome.seconds,
            latencies: outcome.latencies, timeline: outcome.timeline, serverTime: time)
    }

    // MARK: What stands beside it

    /// Starts the null HTTP server with the answers that were kept.
    func startNull(_ directory: String) throws -> (server: ChildProgram, port: UInt16) {
        let server = try ChildProgram(["null-http", "--answers", directory + Self.answers, "--ends-with-input"])
        do {
            guard let port = UInt16(try server.nextLine()) else {
                throw BenchFailure(description: "the null HTTP server tells no port")
            }
            return (server, port)
        } catch {
            server.end(killing: true)
            throw error
        }
    }

    /// All requests of a measure, to the null HTTP server.
    func measureNull(_ measure: RESTMeasure, _ null: (server: ChildProgram, port: UInt16)) throws -> Figures {
        let load = requests.load(measure, port: null.port, target: "/" + measure.rawValue)
        return try run(load, measure) { null.server.processorTime }
    }

    /// The same records by a producer.
    func measureProducer() async throws -> Figures {
        let topic = try await BenchTopic.create(partitions: 1, durable: false, with: client)
        let used = service.processorTime
        let began = MonotonicClock.nanoseconds
        let timeline = try await Self.write(
            requests.records, of: ByteSlice(requests.value), to: topic.name, with: client)
        let seconds = Double(MonotonicClock.nanoseconds - began) / 1e9
        let time = service.processorTime.flatMap { now in used.map { now - $0 } }
        try await topic.delete(with: client)
        return Figures(
            requests: 1, records: requests.records, seconds: seconds, timeline: timeline, serverTime: time)
    }

    /// The same records by the least that a consumer can do.
    func measureConsumer() throws -> Figures {
        let used = service.processorTime
        let consumer = try RawConsumer(service.broker.bootstrapServer, topic: filled.name)
        let began = MonotonicClock.nanoseconds
        let timeline = try consumer.read(requests.records).timeline
        let seconds = Double(MonotonicClock.nanoseconds - began) / 1e9
        let time = service.processorTime.flatMap { now in used.map { now - $0 } }
        return Figures(
            requests: 1, records: requests.records, seconds: seconds, timeline: timeline, serverTime: time)
    }

    private static func write(
        _ count: Int, of value: ByteSlice, to topic: String, with client: KafkaClient
    ) async throws -> Timeline {
        let producer = try KafkaProducer(
            client: client, configuration: ProducerConfiguration(batchSize: 64 << 10, linger: .milliseconds(1)))
        let timeline = try await producer.write(count, of: value, to: topic)
        await producer.close()
        return timeline
    }
}

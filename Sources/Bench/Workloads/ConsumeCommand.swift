import ArgumentParser
import KafkaClient
import RecordFormat

/// Measures how fast a consumer reads what is there.
struct ConsumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consume",
        abstract: "A consumer at full speed, from the start of a warm log.",
        discussion: """
            Once with a consumer that decodes every record, and once with one that counts batches, which shows what the server can do, but speaks no TLS. Both read \
            the same from the null server, all in turns.
            """)
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @OptionGroup var target: TargetOptions
    @Option(help: "Bytes of a record's value.") var size = 100
    @Option(help: "Records to read.") var records = 2_000_000
    @Option(help: "Bytes of a batch.") var batchSize = 64 << 10
    @Option(help: "Rounds, of which the median is told.") var rounds = 5

    func validate() throws {
        guard size >= 0, records > 0, batchSize > 0, rounds > 0 else {
            throw ValidationError("records, batch-size and rounds must be positive, and size not negative")
        }
    }

    func run() async throws {
        let (name, readings) = try await target.withServers(beside: .pageCache) { server, null in
            try await withTopic(server) { ours in
                try await withTopic(null) { nulls in
                    let readings = try await Interleaved(rounds: rounds).medians(
                        by: \.seconds,
                        [{ try await decode(ours, server) }, { try await decode(nulls, null) }]
                            + (server.isEncrypted
                                ? [] : [{ try count(ours, server) }, { try count(nulls, null) }]))
                    return (server.name, readings)
                }
            }
        }
        var report = Report(
            "consume",
            [
                "size": "\(size)", "records": "\(records)", "batch-size": "\(batchSize)", "rounds": "\(rounds)",
                "server": name, "tls": "\(target.tls != nil)",
            ])
        let floor = "the null server"
        for (what, index) in [("counted", 2), ("decoded by KafkaClient", 0)] where index < readings.count {
            let (ours, null) = (readings[index], readings[index + 1])
            let rate = Double(records) / ours.seconds
            report.add("records, \(what)", rate, "records/s", limit: (floor, Double(records) / null.seconds))
            report.add("values, \(what)", rate * Double(size) / 1e6, "MB/s")
            report.throughput.add("\(target.serverName), \(what)", ours.timeline)
            report.throughput.add("\(floor), \(what)", null.timeline)
        }
        try report.print(asJSON: self.report.json)
        try plot.draw(report)
    }

    /// One reading of all records.
    private struct Reading {
        var seconds: Double
        /// When the records came.
        var timeline: Timeline
    }

    /// Fills a topic, for as long as `body` takes.
    private func withTopic<Result>(
        _ server: BenchServer, _ body: (_ name: String) async throws -> Result
    ) async throws -> Result {
        let client = try server.makeClient()
        let topic = try await BenchTopic.create(partitions: 1, durable: false, with: client)
        let producer = try KafkaProducer(
            client: client, configuration: ProducerConfiguration(batchSize: batchSize, linger: .milliseconds(5)))
        try await producer.write(records, of: size, to: topic.name)
        await producer.close()
        let result = try await body(topic.name)
        try await topic.delete(with: client)
        await client.close()
        return result
    }

    /// Reads all records and counts them.
    private func count(_ topic: String, _ server: BenchServer) throws -> Reading {
        let consumer = try RawConsumer(server.bootstrapServer, topic: topic)
        let began = MonotonicClock.nanoseconds
        let timeline = try consumer.read(records).timeline
        return Reading(seconds: Double(MonotonicClock.nanoseconds - began) / 1e9, timeline: timeline)
    }

    /// Reads and decodes all records.
    private func decode(_ topic: String, _ server: BenchServer) async throws -> Reading {
        let (bytes, seconds, timeline) = try await server.decode(records, of: topic)
        guard bytes == records * size else {
            throw BenchFailure(description: "\(bytes) bytes of values came, not \(records * size)")
        }
        return Reading(seconds: seconds, timeline: timeline)
    }
}

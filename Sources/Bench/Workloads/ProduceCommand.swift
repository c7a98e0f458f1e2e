import ArgumentParser
import KafkaClient
import RecordFormat

/// Measures how fast a producer gets its records acknowledged.
struct ProduceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "produce",
        abstract: "A producer at full speed, until the last acknowledgement.",
        discussion: "The same producer drives the null server in turns with it, and its figures stand beside.")
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @OptionGroup var target: TargetOptions
    @OptionGroup var production: ProductionOptions
    @Option(help: "Bytes of a record's value.") var size = 100
    @Option(help: "Records to send.") var records = 1_000_000
    @Option(help: "Bytes of a batch before compression.") var batchSize = 64 << 10
    @Option(help: "Partitions of the topic.") var partitions: Int32 = 1
    @Option(help: "Rounds, of which the median is told.") var rounds = 5

    func validate() throws {
        guard size >= 0, records > 0, batchSize > 0, partitions > 0, rounds > 0 else {
            throw ValidationError("records, batch-size, partitions and rounds must be positive, and size not negative")
        }
    }

    func run() async throws {
        let (name, ours, null) = try await target.medians(
            beside: production.floor, rounds: rounds, by: \.rate, measure)
        var report = Report(
            "produce",
            production.parameters.merging([
                "size": "\(size)", "records": "\(records)", "batch-size": "\(batchSize)",
                "partitions": "\(partitions)", "rounds": "\(rounds)", "server": name,
                "tls": "\(target.tls != nil)",
            ]) { $1 })
        let floor = production.floorName
        report.add(
            production.acks == .none ? "records sent" : "records", ours.rate, "records/s", limit: (floor, null.rate))
        report.add("values", ours.rate * Double(size) / 1e6, "MB/s")
        if let time = ours.serverTime, let least = null.serverTime {
            report.add("server's time for a record", time, "ns", limit: (floor, least))
        }
        report.throughput.add(target.serverName, ours.timeline)
        report.throughput.add(floor, null.timeline)
        try report.print(asJSON: self.report.json)
        try plot.draw(report)
    }

    private struct Figures {
        /// Records a second.
        var rate: Double
        /// Nanoseconds of processors' time in the server for each record.
        var serverTime: Double?
        /// When records were acknowledged.
        var timeline: Timeline
    }

    private func measure(_ server: BenchServer) async throws -> Figures {
        let client = try server.makeClient()
        let topic = try await BenchTopic.create(partitions: partitions, durable: production.durable, with: client)
        let acknowledgement = production.acks.acknowledgement
        let producer = try KafkaProducer(
            client: client,
            configuration: ProducerConfiguration(
                acknowledgement: acknowledgement, isIdempotent: acknowledgement == .all, compression: production.codec,
                batchSize: batchSize, linger: .milliseconds(1)))
        let used = server.processorTime
        let began = MonotonicClock.nanoseconds
        let timeline = try await producer.write(records, of: size, to: topic.name)
        let seconds = Double(MonotonicClock.nanoseconds - began) / 1e9
        // Without acknowledgements nobody knows how much of it the server has done by now.
        let time =
            production.acks == .none
            ? nil : server.processorTime.flatMap { now in used.map { (now - $0) * 1e9 / Double(records) } }
        await producer.close()
        try await topic.delete(with: client)
        await client.close()
        return Figures(rate: Double(records) / seconds, serverTime: time, timeline: timeline)
    }
}

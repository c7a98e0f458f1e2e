import ArgumentParser
import KafkaClient

/// Measures the time from when a record was due to be sent until a consumer has it.
struct EndToEndCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "e2e",
        abstract: "Producer to consumer at a given rate.",
        discussion: """
            Open loop: records are due at fixed times whatever the server does, and latency counts from when a record was due, so that a stall counts for every \
            record that it delays. The same clients drive the null server in turns with it, and its figures stand beside: of each the round with the median p50.
            """)
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @OptionGroup var target: TargetOptions
    @OptionGroup var production: ProductionOptions
    @Option(help: "Records a second, of all producers.") var rate = 1000
    @Option(help: "Seconds to measure, after one second that does not count.") var seconds = 5
    @Option(help: "Bytes of a record's value, at least 8.") var size = 100
    @Option(help: "Partitions of the topic, which records go to in turn.") var partitions: Int32 = 1
    @Option(help: "Producers, each with connections of its own.") var producers = 1
    @Option(help: "Consumers, which share the partitions.") var consumers = 1
    @Option(help: "Rounds, of which the median is told.") var rounds = 3

    func validate() throws {
        guard rate > 0, seconds > 0, size >= 8, partitions > 0, producers > 0, rounds > 0 else {
            throw ValidationError("rate, seconds, partitions, producers and rounds must be positive, size at least 8")
        }
        guard (1...Int(partitions)).contains(consumers) else {
            throw ValidationError("--consumers \(consumers): must be from 1 to the number of partitions")
        }
    }

    func run() async throws {
        let (name, ours, null) = try await target.medians(
            beside: production.floor, rounds: rounds, by: { $0.latencies.microseconds(at: 50) }, measure)
        var report = Report(
            "e2e",
            production.parameters.merging([
                "rate": "\(rate)", "seconds": "\(seconds)", "size": "\(size)", "partitions": "\(partitions)",
                "producers": "\(producers)", "consumers": "\(consumers)", "rounds": "\(rounds)", "server": name,
                "tls": "\(target.tls != nil)",
            ]) { $1 })
        report.add("end to end", ours.latencies, limit: (production.floorName, null.latencies))
        for (name, outcome) in [(target.serverName, ours), (production.floorName, null)] {
            report.percentiles.add(name, outcome.latencies)
            report.throughput.add(name, outcome.timeline)
        }
        try report.print(asJSON: self.report.json)
        try plot.draw(report)
    }

    private func measure(_ server: BenchServer) async throws -> OpenLoop.Outcome {
        try await BenchTopic.with(partitions: partitions, durable: production.durable, on: server) { topic in
            try await OpenLoop(
                topic: topic, partitions: partitions, producers: producers, consumers: consumers, rate: rate,
                seconds: seconds, size: size, acknowledgement: production.acks.acknowledgement,
                compression: production.codec
            ).measure(server)
        }
    }
}

import ArgumentParser

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Measures what the tail of a topic feels of a consumer that reads another one from the device.
struct ColdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cold",
        abstract: "Producer to consumer at a given rate, alone and beside a consumer of a log that is not in memory.",
        discussion: """
            A topic is filled with records of 1 KiB, and its files are taken out of the page cache while no server runs. Then records go end to end over another \
            topic, as in e2e: first alone, then while a consumer reads the first topic from its start. Beside that reader stands read(2) of the same files, which were \
            taken out of the page cache again. The round with the median ratio of both p99s is told.
            """)
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @OptionGroup var target: TargetOptions
    @OptionGroup var production: ProductionOptions
    @Option(help: "Gigabytes of the log that is read from the device.") var gigabytes = 5.0
    @Option(help: "Records a second, end to end.") var rate = 1000
    @Option(help: "Seconds to measure each time, after one second that does not count.") var seconds = 5
    @Option(help: "Bytes of the value of a record that goes end to end, at least 8.") var size = 100
    @Option(help: "Rounds, of which the median is told.") var rounds = 3

    /// The most gigabytes, more than any device has.
    private static let mostGigabytes = 1e6

    func validate() throws {
        guard target.bootstrapServer == nil else {
            throw ValidationError(
                "--bootstrap-server: another server's files cannot be taken out of the page cache; cold starts its own")
        }
        guard target.tls == nil else { throw ValidationError("--tls: the reader from the device speaks none") }
        guard gigabytes > 0, gigabytes <= Self.mostGigabytes, rate > 0, seconds > 0, size >= 8, rounds > 0 else {
            throw ValidationError("gigabytes, rate, seconds and rounds must be positive, size at least 8")
        }
    }

    func run() async throws {
        let round = try await WorkDirectory.with(target.directory) { path in
            let interruption = Interruption(removing: path)
            defer { interruption.end() }
            let log = try await ColdLog.fill(path, records: max(1, Int(gigabytes * 1e9) / ColdLog.recordSize))
            return try await Interleaved(rounds: rounds).medians(by: \.ratio, [{ try await measure(log) }])[0]
        }
        let report = makeReport(round)
        try report.print(asJSON: self.report.json)
        try plot.draw(report)
    }

    /// One round.
    private struct Round {
        /// End to end, with nobody else there.
        var alone: OpenLoop.Outcome
        /// End to end, beside the reader.
        var beside: OpenLoop.Outcome
        /// What the reader read.
        var reading: RawConsumer.Reading
        /// Bytes a second that the device gives.
        var deviceRate: Double

        /// How many times the p99 is with the reader what it is without.
        var ratio: Double { beside.latencies.nanoseconds(at: 99) / max(1, alone.latencies.nanoseconds(at: 99)) }
    }

    private func measure(_ log: ColdLog) async throws -> Round {
        try log.drop()
        let (alone, beside, reading) = try await log.withServer { server in
            // A server that was just started does all for the first time, and what the log has left to the device is on its way.
            sync()
            _ = try await measureTail(server)
            let alone = try await measureTail(server)
            let reader = ColdReader(log, on: server)
            defer { reader.stop() }
            let beside = try await measureTail(server)
            reader.stop()
            return (alone, beside, try reader.reading())
        }
        try log.drop()
        return Round(alone: alone, beside: beside, reading: reading, deviceRate: try log.segments.readRate())
    }

    private func measureTail(_ server: BenchServer) async throws -> OpenLoop.Outcome {
        try await BenchTopic.with(partitions: 1, durable: production.durable, on: server) { topic in
            try await OpenLoop(
                topic: topic, rate: rate, seconds: seconds, size: size,
                acknowledgement: production.acks.acknowledgement, compression: production.codec
            ).measure(server)
        }
    }

    private func makeReport(_ round: Round) -> Report {
        var report = Report(
            "cold",
            production.parameters.merging([
                "gigabytes": gigabytes.text(fractionDigits: 3), "rate": "\(rate)", "seconds": "\(seconds)",
                "size": "\(size)", "rounds": "\(rounds)",
            ]) { $1 })
        let (alone, beside, reading) = (round.alone, round.beside, round.reading)
        report.add("end to end, alone", alone.latencies)
        report.add("end to end, beside the cold reader", beside.latencies, limit: ("alone", alone.latencies))
        report.add("p99 beside the cold reader, of that alone", round.ratio, "times")
        let readingTime = reading.timeline.duration
        report.add(
            "the cold reader", readingTime > 0 ? Double(reading.bytes) / readingTime / 1e6 : 0, "MB/s",
            limit: ("read(2) of the same files", round.deviceRate / 1e6))
        // Less than all: the log was too short for what was measured beside it.
        let share = ColdReader.share(of: reading.timeline, from: beside.timeline.start, seconds: seconds)
        report.add("of the time, the cold reader was at work", share * 100, "%")
        report.percentiles.add("alone", alone.latencies)
        report.percentiles.add("beside the cold reader", beside.latencies)
        report.throughput.add("the cold reader", reading.timeline)
        return report
    }
}

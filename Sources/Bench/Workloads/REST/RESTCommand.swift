import ArgumentParser

/// Measures a REST Proxy.
struct RESTCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rest",
        abstract: "The REST Proxy: records posted one by one, in batches and as a stream, and read as events.",
        discussion: """
            One thread that looks at all connections makes requests by raw sockets. In turns with the proxy, a server gets the same that reads whole requests and answers \
            what the proxy has answered before; and the same records go to the broker and come from it over Kafka's protocol. All answers have to be good, and each \
            record has to have an offset in them. Topics are in the page cache.
            """)
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @OptionGroup var target: TargetOptions
    @OptionGroup var service: ServiceOptions
    @Option(
        name: .customLong("rest-url"),
        help:
            "The REST Proxy to drive, http://127.0.0.1:port, beside the --bootstrap-server of its cluster; without both `millrace serve` is started."
    )
    var restURL: String?
    @Option(
        help: "What is measured, with commas between: single, batch, stream, events; events only Millrace's has.",
        transform: Self.list)
    var measures = RESTMeasure.allCases
    @Option(help: "Requests of one record.") var requests = 100_000
    @Option(help: "Connections of requests that end.") var connections = 64
    @Option(help: "Requests of one record that are made on a connection before the first is answered.")
    var pipeline = 1
    @Option(help: "Records of all other requests together.") var records = 200_000
    @Option(help: "Records of a request that has many.") var batch = 100
    @Option(help: "Requests that are streams, side by side.") var streams = 1
    @Option(help: "Bytes of a value, which is JSON, at least 8.") var size = 100
    @Option(help: "Rounds, of which the median is told.") var rounds = 3

    private static func list(_ text: String) throws -> [RESTMeasure] {
        try text.split(separator: ",").map { name in
            guard let measure = RESTMeasure(rawValue: String(name)) else {
                throw ValidationError("\(name) is not known")
            }
            return measure
        }
    }

    func validate() throws {
        guard requests > 0, connections > 0, pipeline > 0, records > 0, batch > 0, streams > 0, rounds > 0 else {
            throw ValidationError(
                "requests, connections, pipeline, records, batch, streams and rounds must be positive")
        }
        guard batch <= records, streams <= records else {
            throw ValidationError("--batch and --streams must not be more than --records \(records)")
        }
        guard (RESTRequests.smallestSize...Self.largestSize).contains(size) else {
            throw ValidationError(
                "--size \(size): must be from \(RESTRequests.smallestSize) to \(Self.largestSize)")
        }
        guard !measures.isEmpty, Set(measures).count == measures.count else {
            throw ValidationError("--measures must name something, and nothing twice")
        }
        try DrivenService.check("--rest-url", restURL, target)
    }

    /// What a proxy takes as a record, with room for what is around it.
    private static let largestSize = 512 << 10

    /// The figures of a measure, and of the null server beside it.
    private typealias Pair = (measure: RESTMeasure, proxy: RESTRuns.Figures, null: RESTRuns.Figures)

    func run() async throws {
        let all = RESTRequests(
            requests: requests, connections: connections, pipeline: pipeline, batch: batch, streams: streams,
            records: records, size: size)
        let report = try await DrivenService.with(.rest, at: restURL, target, service) { service, directory in
            let runs = try await RESTRuns(all, service)
            for measure in measures { try await runs.record(measure, in: directory) }
            let null = try runs.startNull(directory)
            defer { null.server.end(killing: false) }
            let figures = try await measureAll(runs, null)
            try await runs.end()
            return makeReport(figures, server: service.name)
        }
        try report.print(asJSON: self.report.json)
        try plot.draw(report)
    }

    /// Measures all in turns: of each measure the proxy and the null server, then the producer and the consumer.
    private func measureAll(
        _ runs: RESTRuns, _ null: (server: ChildProgram, port: UInt16)
    ) async throws -> [RESTRuns.Figures] {
        var bodies: [() async throws -> RESTRuns.Figures] = []
        for measure in measures {
            bodies.append { try await runs.measure(measure) }
            bodies.append { try runs.measureNull(measure, null) }
        }
        bodies.append { try await runs.measureProducer() }
        bodies.append { try runs.measureConsumer() }
        return try await Interleaved(rounds: rounds).medians(by: \.rate, bodies)
    }

    // MARK: The report

    private func makeReport(_ figures: [RESTRuns.Figures], server: String) -> Report {
        var report = Report(
            "rest",
            [
                "requests": "\(requests)", "connections": "\(connections)", "pipeline": "\(pipeline)",
                "records": "\(records)", "batch": "\(batch)", "streams": "\(streams)", "size": "\(size)",
                "rounds": "\(rounds)", "server": server,
            ])
        let (producer, consumer) = (figures[figures.count - 2], figures[figures.count - 1])
        for (index, measure) in measures.enumerated() {
            let pair: Pair = (measure, figures[2 * index], figures[2 * index + 1])
            if measure.isReading {
                addRates(pair, natively: ("a raw consumer", consumer), &report)
            } else {
                addRates(pair, natively: ("KafkaProducer", producer), &report)
            }
            addTimes(pair, &report)
            report.throughput.add(title(measure), pair.proxy.timeline)
        }
        report.add("KafkaProducer, records", producer.rate, "records/s")
        report.add("a raw consumer, records", consumer.rate, "records/s")
        report.throughput.add("KafkaProducer", producer.timeline)
        report.throughput.add("a raw consumer", consumer.timeline)
        return report
    }

    private static let floor = "the null HTTP server"

    private func title(_ measure: RESTMeasure) -> String {
        switch measure {
        case .single: "POST of 1 record"
        case .batch: "POST of \(batch) records"
        case .stream: "streaming POST"
        case .events: "server-sent events"
        }
    }

    private func addRates(
        _ pair: Pair, natively native: (name: String, figures: RESTRuns.Figures), _ report: inout Report
    ) {
        let title = title(pair.measure)
        if pair.measure == .single || pair.measure == .batch {
            let (rate, limit) = (Self.requestRate(pair.proxy), Self.requestRate(pair.null))
            report.add("\(title), requests", rate, "requests/s", limit: (Self.floor, limit))
        } else {
            report.add("\(title), records", pair.proxy.rate, "records/s", limit: (Self.floor, pair.null.rate))
        }
        report.add(
            "\(title), records beside Kafka's protocol", pair.proxy.rate, "records/s",
            limit: (native.name, native.figures.rate))
    }

    private static func requestRate(_ figures: RESTRuns.Figures) -> Double {
        Double(figures.requests) / figures.seconds
    }

    private func addTimes(_ pair: Pair, _ report: inout Report) {
        let title = title(pair.measure)
        if pair.measure == .single {
            report.add(title, pair.proxy.latencies, limit: (Self.floor, pair.null.latencies))
            report.percentiles.add(title, pair.proxy.latencies)
            report.percentiles.add("\(title), \(Self.floor)", pair.null.latencies)
        }
        guard let used = pair.proxy.serverTime, let least = pair.null.serverTime else { return }
        // Of a stream there is one request for all of its records.
        let isOfRequests = pair.measure == .single || pair.measure == .batch
        let count = Double(isOfRequests ? pair.proxy.requests : pair.proxy.records)
        report.add(
            "\(title), server's time for a \(isOfRequests ? "request" : "record")", used * 1e6 / count, "µs",
            limit: (Self.floor, least * 1e6 / count))
    }
}

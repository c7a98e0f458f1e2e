import ArgumentParser

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Measures Millrace and other event logs by one ruler.
struct PeersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peers",
        abstract: "Millrace, the null server, Redis Streams, NATS JetStream and RabbitMQ streams side by side.",
        discussion: """
            Each server is started anew for each of its turns, and driven over its own protocol by two connections and two \
            threads. The table has medians and, in brackets, how near they come to the null server, which is 1.
            """)
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @Option(
        help: "Servers, with commas between: millrace, null, kafka, redis, nats, rabbitmq; all but kafka if not given.",
        transform: Self.list)
    var servers: [Peer] = []
    @Option(help: "What is measured, with commas between: latency, publish, consume, single.", transform: Self.list)
    var measures = PeerMeasure.allCases
    @Option(help: "Rounds, of which the medians are told.") var rounds = 5
    @Option(help: "Bytes of a message.") var size = 100
    @Option(help: "Messages a second that latency is measured at; may be given several times.") var rate = [1000]
    @Option(help: "Seconds of a latency, after one that does not count; and the most of a publisher at full speed.")
    var seconds = 5
    @Option(help: "The most messages of a publisher at full speed.") var messages = 1_000_000
    @Option(help: "The most messages that are not acknowledged.") var window = 2000
    @Option(help: "The most messages that are sent at once.") var batch = 500
    @Flag(help: "Have servers acknowledge what is on the device; RabbitMQ cannot, and is left out.") var durable = false
    @Option(help: "Where servers put their data; a temporary directory if not given.") var directory: String?
    @Option(help: "The port on 127.0.0.1 of the broker that is meant by kafka.") var kafkaPort: UInt16?
    @Option(help: "The program; looked for if not given.") var redisServer: String?
    @Option(help: "The program; looked for if not given, also in .venv.") var natsServer: String?
    @Option(help: "The program; looked for if not given.") var rabbitmqServer: String?

    private static func list<Item: RawRepresentable<String>>(_ text: String) throws -> [Item] {
        try text.split(separator: ",").map { name in
            guard let item = Item(rawValue: String(name)) else { throw ValidationError("\(name) is not known") }
            return item
        }
    }

    func validate() throws {
        guard rounds > 0, seconds > 0, messages > 0, window > 0, batch > 0, !rate.isEmpty, rate.allSatisfy({ $0 > 0 })
        else {
            throw ValidationError("rounds, rate, seconds, messages, window and batch must be positive")
        }
        guard (PeerBatch.smallestSize...PeerBatch.largestSize).contains(size) else {
            throw ValidationError(
                "--size \(size): must be from \(PeerBatch.smallestSize) to \(PeerBatch.largestSize)")
        }
        guard !servers.contains(.kafka) || kafkaPort != nil else {
            throw ValidationError("kafka among the servers needs --kafka-port")
        }
        guard !peers.isEmpty else {
            throw ValidationError("what acknowledges before the device has anything is not measured with --durable")
        }
        guard Set(servers).count == servers.count, !measures.isEmpty else {
            throw ValidationError("each server is measured once, and by something")
        }
    }

    /// Those that take part.
    private var peers: [Peer] {
        let chosen = servers.isEmpty ? Peer.allCases.filter { $0 != .kafka } : servers
        return chosen.filter { !durable || $0.canBeDurable }
    }

    /// What is found out of each, in the order in which it is told.
    private var figures: [PeerFigure] {
        var figures: [PeerFigure] = []
        if measures.contains(.latency) {
            for rate in rate { figures += PeerFigure.percentiles.map { .latency(rate: rate, percentile: $0) } }
        }
        if measures.contains(.publish) { figures += [.publish, .publishTime] }
        if measures.contains(.single) { figures.append(.single) }
        if measures.contains(.consume) { figures.append(.consume) }
        return figures
    }

    // Not asynchronous: a program of others ends with the thread that has started it.
    func run() throws {
        // Programs of others run elsewhere, so a path from here would be another one there.
        let parent = directory.map { URL(filePath: $0).absoluteURL.path }
        let entries = try WorkDirectory.with(parent) { path in
            let interruption = Interruption(removing: path)
            defer { interruption.end() }
            return try contest(path).run()
        }
        let results = PeerResults(
            entries, figures: figures, rates: measures.contains(.latency) ? rate : [],
            parameters: [
                "bytes": "\(size)", "rounds": "\(rounds)", "seconds": "\(seconds)", "window": "\(window)",
                "batch": "\(batch)", "acknowledged": durable ? "on the device" : "in the page cache",
            ])
        print(report.json ? try results.json : results.markdown)
        if !results.charts.isEmpty {
            try plot.draw(results.plot)
        } else if plot.plot != nil {
            Self.tell("nothing is drawn: latency is not among --measures")
        }
    }

    /// Tells who watches, beside what is printed for others.
    private static func tell(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    private func contest(_ path: String) -> PeerContest {
        let programs: [Peer: String?] = [.redis: redisServer, .nats: natsServer, .rabbitmq: rabbitmqServer]
        return PeerContest(
            ruler: PeerRuler(
                measures: Set(measures), size: size, rates: rate, seconds: seconds, messages: messages, window: window,
                batch: batch),
            peers: peers, rounds: rounds, isDurable: durable,
            programs: PeerPrograms(given: programs.compactMapValues(\.self)), kafkaPort: kafkaPort, directory: path
        ) { Self.tell("\($0) …") }
    }
}

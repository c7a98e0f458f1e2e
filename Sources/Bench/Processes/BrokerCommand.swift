import ArgumentParser
import Broker
import Dispatch
import Logging

/// The broker that workloads start.
struct BrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker", abstract: "A broker on a free port, until standard input ends.", shouldDisplay: false)
    @Option var directory: String
    @Option var certificate: String?

    func run() async throws {
        var settings = [
            "log.dirs": BenchServer.dataDirectory(below: directory), "listeners": "PLAINTEXT://127.0.0.1:0",
            // Of a group's first members, how long others are waited for: no part of what is measured.
            "group.initial.rebalance.delay.ms": "0",
        ]
        if let certificate {
            settings["listeners"] = "SSL://127.0.0.1:0"
            settings["ssl.keystore.location"] = certificate
        }
        let configuration = try BrokerConfiguration(settings)
        var logger = Logger(label: "millrace-bench")
        logger.logLevel = .error
        let broker = try await Broker.start(configuration: configuration, logger: logger)
        StandardInput.say("\(broker.addresses[0].port)")
        await StandardInput.end()
        try await broker.shutdown()
    }
}

import ArgumentParser
import Broker
import ConnectAPI
import ConnectRuntime
import Logging

/// Runs a Connect worker that is alone.
struct ConnectStandalone: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect-standalone",
        abstract: "Run a Connect worker that is alone, with connectors from files.",
        discussion: """
            The worker's properties have Kafka's names: bootstrap.servers and offset.storage.file.filename are needed. Connectors are described by \
            properties, or by JSON as POST /connectors or PUT …/config take it or GET /connectors/… gives it. SIGTERM stops in good order.
            """)
    @Argument(help: "The worker's properties.") var worker: String
    @Argument(help: "Files of connectors.") var connectors: [String] = []
    @OptionGroup var options: WorkerProcessOptions

    func run() async throws {
        try await options.run(worker, mode: .standalone, connectors: connectors)
    }
}

/// Runs a Connect worker that shares the work with others.
struct ConnectDistributed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect-distributed",
        abstract: "Run a Connect worker that keeps its state in Kafka.",
        discussion: """
            The worker's properties have Kafka's names: bootstrap.servers and group.id are needed. Connectors come over REST. SIGTERM stops in \
            good order.
            """)
    @Argument(help: "The worker's properties.") var worker: String
    @OptionGroup var options: WorkerProcessOptions

    func run() async throws { try await options.run(worker, mode: .distributed, connectors: []) }
}

/// What both workers take.
struct WorkerProcessOptions: ParsableArguments {
    @Option(help: "Receives one JSON object with the bound address once the worker serves.")
    var readyFile: String?

    @Option(help: "What is logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel: String = "info"

    /// Runs a worker until a signal ends it; what is wrong is logged, and the exit code is 1.
    func run(_ worker: String, mode: ConnectWorkerSettings.Mode, connectors: [String]) async throws {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError("--log-level \(logLevel): no such level")
        }
        let levels = LoggerLevels(level: KafkaLogLevel(level)) { StreamLogHandler.standardError(label: $0) }
        LoggingSystem.bootstrap { levels.handler(label: $0) }
        let logger = Logger(label: "millrace")
        do {
            try await serve(worker, mode, connectors, logger)
        } catch let error as ConnectError {
            logger.critical("\(error.message)")
            throw ExitCode.failure
        } catch {
            logger.critical("\(error)")
            throw ExitCode.failure
        }
    }

    private func serve(
        _ worker: String, _ mode: ConnectWorkerSettings.Mode, _ connectors: [String], _ logger: Logger
    ) async throws {
        let plugins = BuiltInPlugins.catalog()
        let settings = try await ConnectWorkerSettings(path: worker, mode: mode, plugins: plugins)
        for warning in settings.warnings { logger.warning("\(warning)") }
        let files = try connectors.map { try ConnectorFile(path: $0) }
        if let twice = Dictionary(grouping: files, by: \.name).first(where: { $0.value.count > 1 })?.key {
            throw ConfigurationError("two of the files describe the connector \(twice)")
        }
        try await ProcessLife.run(logger) {
            try await ConnectWorkerProcess.start(
                settings, mode: mode, connectors: files, plugins: plugins, logger: logger)
        } whenReady: { process in
            try ReadyFile.write(process.addresses, to: readyFile)
        } end: { process in
            await process.wait()
        } stop: { process in
            try await process.shutdown()
        }
    }
}

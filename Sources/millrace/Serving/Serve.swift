import ArgumentParser
import ConnectRuntime
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Runs the server until it is told to stop.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion: """
            Settings have the names of Kafka's, read from --config, then MILLRACE_… variables (MILLRACE_LOG_DIRS for log.dirs), then --set. \
            SIGTERM drains and marks a clean shutdown; a second one stops at once.
            """)

    @Option(help: "A server.properties file.")
    var config: String?

    @Option(help: "The data directory; the same as --set log.dirs=DIR.")
    var dataDir: String?

    @Option(name: .customLong("set"), help: "A setting, key=value; may be given several times.")
    var overrides: [String] = []

    @Option(help: "Receives one JSON object with every bound address once all are serving.")
    var readyFile: String?

    @Option(help: "What is logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel: String = "info"

    func run() async throws {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError("--log-level \(logLevel): no such level")
        }
        // Levels that can be changed over Kafka Connect's REST API while the server runs.
        let levels = LoggerLevels(level: KafkaLogLevel(level)) { StreamLogHandler.standardError(label: $0) }
        LoggingSystem.bootstrap { levels.handler(label: $0) }
        let logger = Logger(label: "millrace")
        do {
            try await serve(logger)
        } catch {
            logger.critical("\(error)")
            throw ExitCode.failure
        }
    }

    private func serve(_ logger: Logger) async throws {
        let settings = try ServerSettings(
            file: config, environment: ProcessInfo.processInfo.environment, overrides: overrides, dataDirectory: dataDir
        )
        for warning in settings.warnings { logger.warning("\(warning)") }
        try await ProcessLife.run(logger) {
            try await Server.start(settings, logger: logger)
        } whenReady: { server in
            try ReadyFile.write(server.addresses, to: readyFile)
        } stop: { server in
            try await server.shutdown()
        }
    }
}

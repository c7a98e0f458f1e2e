import ArgumentParser
import Broker
import ConnectRuntime
import KafkaProtocol
import Logging
import UnixSignals

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

/// Runs the server until it is told to stop.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
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
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let starting = Task { try await Server.start(settings, logger: logger) }
        let (demands, demand) = AsyncStream<Void>.makeStream()
        // From the first moment on, since a recovery may take long. The sequence can be iterated once only, so one task
        // takes both the signal that asks and the one that insists.
        Task {
            var isAsked = false
            for await signal in signals {
                if isAsked { stopAtOnce() }
                isAsked = true
                logger.info("\(signal): shutting down; a second signal stops at once")
                starting.cancel()
                demand.finish()
            }
        }
        do {
            let server = try await starting.value
            try writeReadyFile(server)
            for await _ in demands {}
            try await server.shutdown()
        } catch is CancellationError where starting.isCancelled {
            // Asked to stop before it served; what had started was stopped in good order.
        }
        logger.info("clean shutdown")
    }

    private func writeReadyFile(_ server: Server) throws {
        guard let readyFile else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let temporary = readyFile + ".tmp"
        try (try encoder.encode(server.addresses)).write(to: URL(filePath: temporary))
        guard rename(temporary, readyFile) == 0 else {
            throw ConfigurationError("cannot write --ready-file \(readyFile): errno \(errno)")
        }
    }
}

/// Ends the process without draining anything; the next start recovers.
private func stopAtOnce() -> Never { exit(1) }

import ArgumentParser
import ConnectRuntime
import Logging

/// Runs a REST proxy as a process of its own.
struct KafkaREST: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kafka-rest",
        abstract: "Run a REST proxy on any Kafka cluster.",
        discussion: """
            The properties have the names of the REST Proxy of others: bootstrap.servers is needed, and schema.registry.url for Avro, JSON Schema \
            and Protobuf. SIGTERM stops in good order.
            """)
    @Argument(help: "The proxy's properties.") var properties: String
    @OptionGroup var options: ServiceProcessOptions

    func run() async throws { try await options.run(.restProxy, properties) }
}

/// Runs a Schema Registry as a process of its own.
struct SchemaRegistryServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema-registry",
        abstract: "Run a Schema Registry on any Kafka cluster.",
        discussion: """
            The properties have the names of the Schema Registry of others: kafkastore.bootstrap.servers is needed. SIGTERM stops in good order.
            """)
    @Argument(help: "The registry's properties.") var properties: String
    @OptionGroup var options: ServiceProcessOptions

    func run() async throws { try await options.run(.schemaRegistry, properties) }
}

/// What both take.
struct ServiceProcessOptions: ParsableArguments {
    @Option(help: "Receives one JSON object with the bound address once the API is served.")
    var readyFile: String?

    @Option(help: "What is logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel: String = "info"

    /// Runs a service until a signal ends it; what is wrong is logged, and the exit code is 1.
    func run(_ kind: ServiceSettings.Kind, _ properties: String) async throws {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError("--log-level \(logLevel): no such level")
        }
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "millrace")
        do {
            let settings = try ServiceSettings(path: properties, kind: kind)
            for warning in settings.warnings { logger.warning("\(warning)") }
            try await ProcessLife.run(logger) {
                try await ServiceProcess.start(settings, logger: logger)
            } whenReady: { process in
                try ReadyFile.write(process.addresses, to: readyFile)
            } end: { process in
                await process.wait()
            } stop: { process in
                await process.shutdown()
            }
        } catch {
            logger.critical("\(error)")
            throw ExitCode.failure
        }
    }
}

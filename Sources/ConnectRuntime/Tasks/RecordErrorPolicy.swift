import ConnectAPI
import Logging

/// What happens to a record that cannot be converted or transformed: `errors.*` of a connector's configuration.
struct RecordErrorPolicy: Sendable {
    private let retryTimeout: Duration?
    private let maximumDelay: Duration
    private let toleratesAll: Bool
    private let logsErrors: Bool
    private let logsMessages: Bool
    private let control: TaskControl
    private let logger: Logger

    /// The first pause before another try; it doubles from there.
    private static let initialDelay = Duration.milliseconds(300)

    /// Reads the keys.
    ///
    /// - Parameter control: A stop that it demands ends the tries, however long they may go on.
    init(_ configuration: [String: String], control: TaskControl, logger: Logger) throws {
        let keys = [
            "errors.retry.timeout", "errors.retry.delay.max.ms", "errors.tolerance", "errors.log.enable",
            "errors.log.include.messages",
        ]
        let parsed = try ConfigDefinition(keys.compactMap { ConnectorConfiguration.source[$0] }).parse(configuration)
        let timeout = parsed.integer("errors.retry.timeout") ?? 0
        retryTimeout = timeout < 0 ? nil : .milliseconds(timeout)
        maximumDelay = .milliseconds(parsed.integer("errors.retry.delay.max.ms") ?? 60_000)
        toleratesAll = parsed.string("errors.tolerance") == "all"
        logsErrors = parsed.boolean("errors.log.enable") ?? false
        logsMessages = parsed.boolean("errors.log.include.messages") ?? false
        self.control = control
        self.logger = logger
    }

    /// Runs an operation on one record, again and again where an error is retriable and the configuration allows it.
    ///
    /// - Parameter describe: Tells which record it is; called only for the log.
    /// - Returns: `nil` when the record is to be skipped.
    /// - Throws: ``ConnectError`` when the record cannot be processed and that is not tolerated, or when a stop ends
    ///   the tries.
    func run<Result: Sendable>(
        _ stage: String, describe: () -> String, _ operation: () async throws -> Result
    ) async throws -> Result? {
        let started = ContinuousClock.now
        var delay = Self.initialDelay
        while true {
            do {
                return try await operation()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                let isRetriable = (error as? ConnectError)?.isRetriable ?? false
                let hasTime = retryTimeout.map { started.duration(to: .now) + delay <= $0 } ?? true
                if isRetriable && hasTime {
                    // Not skipped, whatever is tolerated: after the stop the record comes again.
                    if control.isStopping { throw error }
                    await control.sleep(for: delay)
                    delay = min(delay * 2, maximumDelay)
                    continue
                }
                try giveUp(stage, error, describe)
                return nil
            }
        }
    }

    private func giveUp(_ stage: String, _ error: any Error, _ describe: () -> String) throws {
        if logsErrors {
            var metadata: Logger.Metadata = ["stage": "\(stage)", "error": "\(error)"]
            if logsMessages { metadata["record"] = "\(describe())" }
            logger.error("a record could not be processed", metadata: metadata)
        }
        guard toleratesAll else {
            throw ConnectError(
                .failed, "Tolerance exceeded in error handler: \((error as? ConnectError)?.message ?? "\(error)")",
                cause: error)
        }
    }
}

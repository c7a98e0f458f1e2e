import ConnectAPI
import KafkaClient
import Logging
import RecordFormat

/// What happens to a record that cannot be converted, transformed or put: `errors.*` of a connector's configuration.
struct RecordErrorPolicy: Sendable {
    private let retryTimeout: Duration?
    private let maximumDelay: Duration
    private let toleratesAll: Bool
    private let logsErrors: Bool
    private let logsMessages: Bool
    private let deadLetters: DeadLetterQueue?
    private let control: TaskControl
    private let logger: Logger
    private let metrics: TaskMetrics

    /// The first pause before another try; it doubles from there.
    private static let initialDelay = Duration.milliseconds(300)

    /// Reads the keys.
    ///
    /// - Parameters:
    ///   - deadLetters: Where records go that cannot be processed, whether that is tolerated or not.
    ///   - control: A stop that it demands ends the tries, however long they may go on.
    init(
        _ configuration: [String: String], deadLetters: DeadLetterQueue? = nil, control: TaskControl, logger: Logger,
        metrics: TaskMetrics = TaskMetrics()
    ) throws {
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
        self.deadLetters = deadLetters
        self.control = control
        self.logger = logger
        self.metrics = metrics
    }

    /// Reads the keys of a task's connector, and opens its dead letter queue.
    init(_ environment: TaskEnvironment, control: TaskControl) async throws {
        try self.init(
            environment.connectorConfiguration, deadLetters: try await DeadLetterQueue(environment), control: control,
            logger: environment.logger, metrics: environment.metrics)
    }

    /// Whether anyone hears of records that a task itself cannot put (KIP-610).
    var takesReports: Bool { deadLetters != nil || logsErrors }

    /// Runs an operation on one record, again and again where an error is retriable and the configuration allows it.
    ///
    /// - Parameters:
    ///   - step: What the operation begins with.
    ///   - operation: Says in its argument what it goes on to, for errors to be told by.
    /// - Returns: `nil` when the record is to be skipped, or is dropped by the operation.
    /// - Throws: ``ConnectError`` when the record cannot be processed and that is not tolerated, or when a stop ends
    ///   the tries; what keeps a dead letter from being written.
    func run<Result: Sendable>(
        on record: @autoclosure () -> ProcessedRecord, beginningWith step: ProcessingStep,
        _ operation: (inout ProcessingStep) async throws -> Result?
    ) async throws -> Result? {
        var current = step
        do {
            return try await operation(&current)
        } catch {
            return try await goOn(after: error, in: current, of: record(), beginningWith: step, operation)
        }
    }

    /// What ``run(on:beginningWith:_:)`` does once the first try has failed, which alone takes time.
    func goOn<Result: Sendable>(
        after error: any Error, in failed: ProcessingStep, of record: @autoclosure () -> ProcessedRecord,
        beginningWith step: ProcessingStep, _ operation: (inout ProcessingStep) async throws -> Result?
    ) async throws -> Result? {
        var (error, current) = (error, failed)
        let started = ContinuousClock.now
        var delay = Self.initialDelay
        while true {
            if error is CancellationError { throw error }
            metrics.note { measurements, _ in measurements.errors.failures += 1 }
            let isRetriable = (error as? ConnectError)?.isRetriable ?? false
            let hasTime = retryTimeout.map { started.duration(to: .now) + delay <= $0 } ?? true
            guard isRetriable && hasTime else { break }
            // Not skipped, whatever is tolerated: after the stop the record comes again.
            if control.isStopping { throw error }
            metrics.note { measurements, _ in measurements.errors.retries += 1 }
            await control.sleep(for: delay)
            delay = min(delay * 2, maximumDelay)
            current = step
            do {
                return try await operation(&current)
            } catch let next {
                error = next
            }
        }
        try await giveUp(RecordFailure(step: current, record: record(), error: error))
        return nil
    }

    /// Makes a failed record known.
    ///
    /// - Throws: ``ConnectError`` unless every error is tolerated; what keeps a dead letter from being written.
    func giveUp(_ failure: RecordFailure) async throws {
        metrics.note { measurements, _ in measurements.errors.lastError = WallClock.now.milliseconds }
        if let deadLetters {
            metrics.note { measurements, _ in measurements.errors.letters += 1 }
            do {
                try await deadLetters.add(failure)
            } catch {
                metrics.note { measurements, _ in measurements.errors.lostLetters += 1 }
                throw error
            }
        }
        if logsErrors {
            metrics.note { measurements, _ in measurements.errors.logged += 1 }
            var metadata: Logger.Metadata = [
                "stage": "\(failure.step.stage.rawValue)", "class": "\(failure.step.className)",
                "error": "\(failure.error)",
            ]
            if logsMessages { metadata["record"] = "\(failure.record)" }
            logger.error("a record could not be processed", metadata: metadata)
        }
        metrics.note { [toleratesAll] measurements, _ in
            if toleratesAll { measurements.errors.skipped += 1 } else { measurements.errors.errors += 1 }
        }
        guard toleratesAll else {
            // The same record fails the same way again, unless its error itself says that it may not.
            let mayPass = (failure.error as? ConnectError)?.isRetriable ?? false
            throw ConnectError(
                mayPass ? .failed : .invalidData, "Tolerance exceeded in error handler: \(failure.message)",
                cause: failure.error)
        }
    }

    /// Waits until every dead letter is stored.
    func flush() async throws { try await deadLetters?.flush() }

    /// Ends the dead letter queue.
    func close() async { await deadLetters?.close() }
}

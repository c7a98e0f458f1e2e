public import RecordFormat

/// What moves data between Kafka and one kind of system: it checks a configuration and divides the work into tasks.
///
/// The runtime makes an instance per configured connector and calls ``start(context:configuration:)``, then
/// ``taskConfigurations(maximum:)``, and ``stop()`` once at the end, one call at a time. An instance that was only
/// made to look at its definition, to validate a configuration or to make tasks is never started. Connectors with state
/// are best written as actors; each has a thread to itself while it runs, so a call that blocks harms no one else; after
/// an `await` it may be another.
public protocol Connector: Sendable {
    /// The version shown to users.
    var version: String { get }

    /// The configuration keys that the connector has beyond those of every connector.
    var definition: ConfigDefinition { get }

    /// The class name stored as `task.class` with each task's configuration.
    var taskClass: String { get }

    /// Begins to watch the system, if the connector has to.
    ///
    /// - Throws: any error; the connector is then FAILED with it.
    func start(context: any ConnectorContext, configuration: [String: String]) async throws

    /// Divides the work.
    ///
    /// - Parameter maximum: The number of tasks that `tasks.max` allows, at least 1.
    /// - Returns: A configuration per task; none when there is nothing to do now.
    func taskConfigurations(maximum: Int) async throws -> [[String: String]]

    /// Ends what ``start(context:configuration:)`` began.
    func stop() async throws

    /// Checks a configuration beyond what ``definition`` can say.
    ///
    /// - Parameters:
    ///   - configuration: The configuration as the user gave it.
    ///   - values: What checking each key by itself found; the answer is what this method makes of it.
    func validate(configuration: [String: String], values: [ConfigValue]) async throws -> [ConfigValue]
}

extension Connector {
    /// Finds nothing beyond the definition.
    public func validate(configuration: [String: String], values: [ConfigValue]) async throws -> [ConfigValue] {
        values
    }
}

/// What the runtime offers to a running connector.
public protocol ConnectorContext: Sendable {
    /// Asks for a new division of the work, after the system changed.
    func requestTaskReconfiguration() async

    /// Ends the connector as FAILED.
    func raise(_ error: any Error) async

    /// Takes what an operator should know.
    var logger: ConnectLogger { get }
}

extension ConnectorContext {
    /// Writes nothing.
    public var logger: ConnectLogger { .silent }
}

/// A connector that reads from a system into Kafka.
public protocol SourceConnector: Connector {
    /// Makes a task that has not been started; works on an instance that was never started either.
    func makeTask() -> any SourceTask

    /// Whether records can be delivered exactly once with this configuration (KIP-618).
    func exactlyOnceSupport(configuration: [String: String]) throws -> ExactlyOnceSupport

    /// Whether tasks can say where their transactions end with this configuration (KIP-618).
    func canDefineTransactionBoundaries(configuration: [String: String]) throws -> ConnectorTransactionBoundaries

    /// Checks offsets that a user wants to set (KIP-875).
    ///
    /// - Parameter offsets: For each source partition the new offset, or `nil` to forget it.
    /// - Returns: Whether the connector vouches for the offsets.
    /// - Throws: ``ConnectError`` when an offset could never be one of this connector.
    func alterOffsets(
        configuration: [String: String], offsets: [(partition: ConnectMap, offset: ConnectMap?)]
    )
        async throws -> Bool
}

/// Whether a source can deliver each record exactly once.
public enum ExactlyOnceSupport: Sendable, Hashable {
    case supported, unsupported, unknown
}

extension SourceConnector {
    /// Unknown.
    public func exactlyOnceSupport(configuration: [String: String]) throws -> ExactlyOnceSupport { .unknown }

    /// Vouches for nothing.
    public func alterOffsets(
        configuration: [String: String], offsets: [(partition: ConnectMap, offset: ConnectMap?)]
    ) async throws -> Bool { false }
}

/// A connector that writes from Kafka into a system.
public protocol SinkConnector: Connector {
    /// Makes a task that has not been started; works on an instance that was never started either.
    func makeTask() -> any SinkTask

    /// Checks offsets that a user wants to set (KIP-875).
    ///
    /// - Parameter offsets: For each partition the new offset, or `nil` to forget it.
    /// - Returns: Whether the connector vouches for the offsets.
    func alterOffsets(configuration: [String: String], offsets: [TopicPartition: Int64?]) async throws -> Bool
}

extension SinkConnector {
    /// Vouches for nothing.
    public func alterOffsets(configuration: [String: String], offsets: [TopicPartition: Int64?]) async throws -> Bool {
        false
    }
}

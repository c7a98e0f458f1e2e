/// Where a connector or a task writes what its operator should know.
///
/// The lines go to the server's log and to the connector's own, which `GET /connectors/<name>/logs` answers, each with
/// the names of connector and task. Safe to use from any thread.
public struct ConnectLogger: Sendable {
    /// How much a line matters.
    public enum Level: String, Sendable, Hashable, CaseIterable {
        case trace, debug, info, warning, error
    }

    /// Takes a line with its fields.
    public typealias Write = @Sendable (_ level: Level, _ message: String, _ fields: [String: String]) -> Void

    private let write: Write

    /// Creates a logger that hands every line to `write`.
    public init(_ write: @escaping Write) { self.write = write }

    /// Writes nothing.
    public static let silent = ConnectLogger { _, _, _ in }

    /// Writes a line.
    ///
    /// - Parameter fields: What belongs to it, by name. Secrets belong into no log.
    public func log(_ level: Level, _ message: String, _ fields: [String: String] = [:]) {
        write(level, message, fields)
    }

    /// Writes a line for whoever looks for a mistake.
    public func debug(_ message: String, _ fields: [String: String] = [:]) { write(.debug, message, fields) }

    /// Writes a line about what goes as it should.
    public func info(_ message: String, _ fields: [String: String] = [:]) { write(.info, message, fields) }

    /// Writes a line about what went wrong and is made up for.
    public func warning(_ message: String, _ fields: [String: String] = [:]) { write(.warning, message, fields) }

    /// Writes a line about what went wrong for good.
    public func error(_ message: String, _ fields: [String: String] = [:]) { write(.error, message, fields) }
}

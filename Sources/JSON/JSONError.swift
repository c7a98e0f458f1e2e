/// What is wrong with a JSON text, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found and what was expected.
    public let message: String
    /// The line of the offending byte, from 1.
    public let line: Int
    /// The column of the offending byte, in bytes from 1.
    public let column: Int

    /// The value as text, for logs and messages.
    public var description: String { "\(message) at line \(line), column \(column)" }
}

/// One of Kafka's error codes, by the number that responses carry.
///
/// Responses hold the number (`errorCode: Int16`); this type gives it a name. It is an error too, so that code that
/// ends in a response can throw what it wants to answer.
public struct ErrorCode: RawRepresentable, Error, Hashable, Sendable, CustomStringConvertible {
    /// The number.
    public var rawValue: Int16

    /// Creates the error of a number, known or not.
    @inlinable public init(rawValue: Int16) { self.rawValue = rawValue }

    /// Creates the error of a response's number, known or not.
    @inlinable public init(_ rawValue: Int16) { self.rawValue = rawValue }

    /// Kafka's name of the error, or `UNKNOWN(<number>)`.
    public var name: String { knownName ?? "UNKNOWN(\(rawValue))" }

    /// What the error means, in a sentence.
    public var message: String { knownMessage ?? "The error \(rawValue) is not known to this version." }

    /// The value as text, for logs and messages.
    public var description: String { name }
}

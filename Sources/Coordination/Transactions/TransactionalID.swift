/// The name that a producer continues its transactions under, across restarts; its partition of `__transaction_state`
/// follows from it (KIP-98).
public struct TransactionalID: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name as the protocol and the records carry it.
    public var rawValue: String

    /// Creates a name from its wire value.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// Creates it from a literal.
    public init(stringLiteral value: String) { rawValue = value }

    /// Whether `left` comes before `right`.
    public static func < (left: TransactionalID, right: TransactionalID) -> Bool { left.rawValue < right.rawValue }

    /// The value as text, for logs and messages.
    public var description: String { rawValue }
}

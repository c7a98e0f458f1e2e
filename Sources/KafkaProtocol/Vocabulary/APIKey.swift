/// One of Kafka's APIs, by the number that requests carry.
///
/// Numbers that this module does not know are values like any others: a broker has to answer them.
public struct APIKey: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number.
    public var rawValue: Int16

    /// Creates the API of a number, known or not.
    @inlinable public init(rawValue: Int16) { self.rawValue = rawValue }

    /// Kafka's name of the API, or `UNKNOWN(<number>)`.
    public var name: String { knownName ?? "UNKNOWN(\(rawValue))" }

    /// The versions that this module has messages for; `nil` if it has none.
    public var supportedVersions: ClosedRange<Int16>? { requestType?.versions }

    /// The value as text, for logs and messages.
    public var description: String { name }

    /// Whether `left` comes before `right`.
    @inlinable public static func < (left: APIKey, right: APIKey) -> Bool { left.rawValue < right.rawValue }
}

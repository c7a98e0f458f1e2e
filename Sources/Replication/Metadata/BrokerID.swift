/// The number of a node in its cluster (`broker.id`), which outlives the process and the machine.
public struct BrokerID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number as the protocol and the settings carry it.
    public var rawValue: Int32

    /// Creates an id from its wire value.
    @inlinable public init(_ rawValue: Int32) { self.rawValue = rawValue }

    /// Whether `left` comes before `right`.
    @inlinable public static func < (left: BrokerID, right: BrokerID) -> Bool { left.rawValue < right.rawValue }

    /// The value as text, for logs and messages.
    public var description: String { String(rawValue) }
}

/// One incarnation of a node: it grows with every registration, so that what a former process said is known for that
/// (KIP-903).
public struct BrokerEpoch: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The epoch as the protocol carries it.
    public var rawValue: Int64

    /// Creates an epoch from its wire value.
    @inlinable public init(_ rawValue: Int64) { self.rawValue = rawValue }

    /// Whether `left` comes before `right`.
    @inlinable public static func < (left: BrokerEpoch, right: BrokerEpoch) -> Bool { left.rawValue < right.rawValue }

    /// The value as text, for logs and messages.
    public var description: String { String(rawValue) }
}

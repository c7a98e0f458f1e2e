/// The name of a group; the group's partition of `__consumer_offsets` follows from it.
public struct GroupID: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name as the protocol and the records carry it.
    public var rawValue: String

    /// Creates a name from its wire value.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// Creates it from a literal.
    public init(stringLiteral value: String) { rawValue = value }

    /// Whether `left` comes before `right`.
    public static func < (left: GroupID, right: GroupID) -> Bool { left.rawValue < right.rawValue }

    /// The value as text, for logs and messages.
    public var description: String { rawValue }
}

/// The name the coordinator gave to one member of a group.
///
/// Only the coordinator makes them up: a client learns its own from a join's answer (KIP-394).
public struct MemberID: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name as the protocol and the records carry it.
    public var rawValue: String

    /// Creates a name from its wire value.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// Creates it from a literal.
    public init(stringLiteral value: String) { rawValue = value }

    /// Whether `left` comes before `right`.
    public static func < (left: MemberID, right: MemberID) -> Bool { left.rawValue < right.rawValue }

    /// The value as text, for logs and messages.
    public var description: String { rawValue }

    /// What a client sends that has no name yet.
    public static let unknown = MemberID("")

    /// Whether the client that sent it has no name yet.
    public var isUnknown: Bool { rawValue.isEmpty }
}

/// The name that the owner of a static member chose for it, which outlives restarts of the member (KIP-345).
public struct GroupInstanceID: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name as the protocol and the records carry it.
    public var rawValue: String

    /// Creates a name from its wire value.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// Creates it from a literal.
    public init(stringLiteral value: String) { rawValue = value }

    /// Whether `left` comes before `right`.
    public static func < (left: GroupInstanceID, right: GroupInstanceID) -> Bool { left.rawValue < right.rawValue }

    /// The value as text, for logs and messages.
    public var description: String { rawValue }
}

/// The number of a group's round of membership; each completed rebalance starts the next.
public struct GenerationID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number as the protocol and the records carry it.
    public var rawValue: Int32

    /// Creates a generation from its wire value.
    public init(_ rawValue: Int32) { self.rawValue = rawValue }

    /// What stands where a client is in no generation: before its first join, or without group membership.
    public static let none = GenerationID(-1)

    /// The generation after this one.
    public var next: GenerationID { GenerationID(rawValue == .max ? 0 : rawValue + 1) }

    /// Whether `left` comes before `right`.
    public static func < (left: GenerationID, right: GenerationID) -> Bool { left.rawValue < right.rawValue }

    /// The value as text, for logs and messages.
    public var description: String { String(rawValue) }
}

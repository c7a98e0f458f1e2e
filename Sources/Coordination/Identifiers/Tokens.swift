/// What the host knows a waiting request by; the machine only hands it back with the answer.
public struct RequestToken: Hashable, Sendable {
    /// The host's number for the request.
    public var rawValue: UInt64

    /// Creates a token from the host's number for a request, which no other waiting request has.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// What the machine knows an append by; the host hands it back when the append is durable or has failed.
public struct AppendToken: Hashable, Comparable, Sendable {
    /// The machine's number for the append; later appends have higher ones.
    public let rawValue: UInt64

    init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// Whether `left` comes before `right`.
    public static func < (left: AppendToken, right: AppendToken) -> Bool { left.rawValue < right.rawValue }
}

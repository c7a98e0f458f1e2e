/// Who asks: every request has one from its first byte.
public struct Principal: Sendable, Hashable, CustomStringConvertible {
    /// The user's name.
    public let name: String

    /// Creates a user.
    public init(name: String) { self.name = name }

    /// Whoever asks where nobody is asked for a name.
    public static let anonymous = Principal(name: "ANONYMOUS")

    /// The principal as Kafka writes it: `User:ANONYMOUS`.
    public var description: String { "User:" + name }
}

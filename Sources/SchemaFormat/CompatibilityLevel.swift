/// What a new version of a subject has to keep of those before it, by Schema Registry's names.
public enum CompatibilityLevel: String, Sendable, Hashable, CaseIterable {
    /// Nothing.
    case none = "NONE"
    /// It reads what the last version wrote.
    case backward = "BACKWARD"
    /// It reads what any version before it wrote.
    case backwardTransitive = "BACKWARD_TRANSITIVE"
    /// The last version reads what it writes.
    case forward = "FORWARD"
    /// Every version before it reads what it writes.
    case forwardTransitive = "FORWARD_TRANSITIVE"
    /// It and the last version read each other.
    case full = "FULL"
    /// It and every version before it read each other.
    case fullTransitive = "FULL_TRANSITIVE"

    /// Whether all earlier versions count, and not the last alone.
    public var isTransitive: Bool {
        switch self {
        case .backwardTransitive, .forwardTransitive, .fullTransitive: true
        case .none, .backward, .forward, .full: false
        }
    }

    /// Whether the new version reads what earlier ones wrote.
    public var readsEarlier: Bool {
        switch self {
        case .backward, .backwardTransitive, .full, .fullTransitive: true
        case .none, .forward, .forwardTransitive: false
        }
    }

    /// Whether earlier versions read what the new one writes.
    public var isReadByEarlier: Bool {
        switch self {
        case .forward, .forwardTransitive, .full, .fullTransitive: true
        case .none, .backward, .backwardTransitive: false
        }
    }

    /// Why `schema` may not follow `earlier`; empty if it may.
    ///
    /// - Parameter earlier: The versions that count, the oldest first.
    /// - Returns: The obstacles with the latest version that has any, then that version's number and its text.
    public func obstacles(to schema: any ParsedSchema, after earlier: [EarlierSchema]) -> [String] {
        guard self != .none else { return [] }
        for previous in (isTransitive ? earlier[...] : earlier.suffix(1)).reversed() {
            let found = obstacles(between: schema, and: previous)
            if !found.isEmpty { return found }
        }
        return []
    }

    private func obstacles(between schema: any ParsedSchema, and previous: EarlierSchema) -> [String] {
        guard schema.type == previous.schema.type else { return ["Incompatible because of different schema type"] }
        let whenRead =
            isReadByEarlier ? previous.schema.obstacles(readingDataOf: schema, roles: .oldReader) : []
        let whenReading = readsEarlier ? schema.obstacles(readingDataOf: previous.schema, roles: .newReader) : []
        // Schema Registry names the earlier schema behind the obstacles of one direction only.
        let named = readsEarlier ? whenReading : whenRead
        return whenRead + whenReading + (named.isEmpty ? [] : previous.description)
    }
}

/// A version of a subject that a new one is compared with.
public struct EarlierSchema: Sendable {
    /// Its number; `nil` where it has none.
    public var version: Int?
    /// The schema.
    public var schema: any ParsedSchema

    /// Creates it.
    public init(version: Int? = nil, _ schema: any ParsedSchema) {
        self.version = version
        self.schema = schema
    }

    /// Up to how many characters of its text stand in a message.
    private static let textLimit = 10 * 1024

    fileprivate var description: [String] {
        let text = schema.canonicalText
        let isLong = text.count > Self.textLimit
        let quoted = isLong ? "<truncated> '\(text.prefix(Self.textLimit))...'" : "'\(text)'"
        return (version.map { ["{oldSchemaVersion: \($0)}"] } ?? []) + ["{oldSchema: \(quoted)}"]
    }
}

import ConnectAPI

/// Whether a worker's source connectors write each record exactly once (KIP-618); `exactly.once.source.support`.
///
/// A running group of workers gets there in two steps: all are `preparing` before the first is `enabled`.
public enum ExactlyOnceSourceSupport: String, Sendable, Hashable, CaseIterable {
    /// They may write a record again after a crash.
    case disabled
    /// They still do, but the config topic is written so that a former leader cannot write it any more.
    case preparing
    /// Records and their offsets are written in transactions.
    case enabled

    /// Whether the config topic is written in transactions, of which a later leader's end a former one's.
    var usesTransactionalLeader: Bool { self != .disabled }

    /// Reads the value of the key, whatever its case.
    init(_ text: String) { self = Self(rawValue: text.trimmingSpace.lowercased()) ?? .disabled }

    static let key = ConfigKey(
        "exactly.once.source.support", .string, default: .value(disabled.rawValue), importance: .high,
        documentation: "Whether source connectors write each record exactly once: disabled, preparing or enabled.",
        validator: .oneOf(allCases.map(\.rawValue), ignoringCase: true))
}

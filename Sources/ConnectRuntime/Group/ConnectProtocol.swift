/// A way in which the workers of a group share their work; `connect.protocol` names the best one that a worker offers.
///
/// - SeeAlso: KIP-415, KIP-507
public enum ConnectProtocol: String, Sendable, Hashable, CaseIterable {
    /// Everything stops at each rebalance and is divided anew.
    case eager
    /// Only what moves stops.
    case compatible
    /// The same, and the workers' requests to each other are signed with a key from the config topic.
    case sessioned

    /// What the group calls it.
    var groupProtocol: String {
        switch self {
        case .eager: "default"
        case .compatible: "compatible"
        case .sessioned: "sessioned"
        }
    }

    /// The version in front of what the workers tell each other.
    var version: Int16 {
        switch self {
        case .eager: 0
        case .compatible: 1
        case .sessioned: 2
        }
    }

    /// The protocol that the group calls `name`.
    init?(groupProtocol name: String) {
        guard let known = Self.allCases.first(where: { $0.groupProtocol == name }) else { return nil }
        self = known
    }

    /// What a worker with this one as its best offers, the best first.
    var offers: [ConnectProtocol] { Self.allCases.filter { $0.version <= version }.reversed() }
}

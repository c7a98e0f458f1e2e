/// What can be done to a resource, in the words of Kafka's ACLs.
public enum AccessOperation: Int8, Sendable, Hashable, CaseIterable {
    case unknown = 0
    /// Whatever operation, in a filter.
    case any = 1
    /// Every operation, in an entry.
    case all = 2
    case read = 3
    case write = 4
    case create = 5
    case delete = 6
    case alter = 7
    case describe = 8
    case clusterAction = 9
    case describeConfigs = 10
    case alterConfigs = 11
    case idempotentWrite = 12
    case createTokens = 13
    case describeTokens = 14
    case twoPhaseCommit = 15

    /// Kafka's name of it, such as `CLUSTER_ACTION`.
    public var name: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .any: "ANY"
        case .all: "ALL"
        case .read: "READ"
        case .write: "WRITE"
        case .create: "CREATE"
        case .delete: "DELETE"
        case .alter: "ALTER"
        case .describe: "DESCRIBE"
        case .clusterAction: "CLUSTER_ACTION"
        case .describeConfigs: "DESCRIBE_CONFIGS"
        case .alterConfigs: "ALTER_CONFIGS"
        case .idempotentWrite: "IDEMPOTENT_WRITE"
        case .createTokens: "CREATE_TOKENS"
        case .describeTokens: "DESCRIBE_TOKENS"
        case .twoPhaseCommit: "TWO_PHASE_COMMIT"
        }
    }

    /// The operations whose bits an answer has set (KIP-430); none where it says that it was not asked.
    static func operations(in bits: Int32) -> Set<AccessOperation> {
        guard bits != .min else { return [] }
        return Set(allCases.filter { $0.rawValue > 1 && bits & (1 << Int32($0.rawValue)) != 0 })
    }
}

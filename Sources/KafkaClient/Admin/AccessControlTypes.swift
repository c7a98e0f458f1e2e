/// Who may do what to which resources: one entry of Kafka's ACLs (KIP-11, KIP-290).
public struct AccessControlEntry: Sendable, Hashable {
    /// What kind of resource the entry is about.
    public var resourceType: AccessResourceType
    /// The resource's name, or what names begin with.
    public var resourceName: String
    /// Whether the name is meant as it is.
    public var patternType: AccessPatternType
    /// Who: `User:alice`.
    public var principal: String
    /// From which host; `*` for any.
    public var host: String
    /// What.
    public var operation: AccessOperation
    /// Whether it is allowed or denied.
    public var permission: AccessPermission

    /// Creates an entry.
    public init(
        resourceType: AccessResourceType, resourceName: String, patternType: AccessPatternType = .literal,
        principal: String, host: String = "*", operation: AccessOperation, permission: AccessPermission = .allow
    ) {
        self.resourceType = resourceType
        self.resourceName = resourceName
        self.patternType = patternType
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission = permission
    }
}

/// Which entries are meant; what is left out may be anything.
public struct AccessControlFilter: Sendable, Hashable {
    /// What kind of resource they are about.
    public var resourceType: AccessResourceType
    /// The resource's name.
    public var resourceName: String?
    /// How names are compared.
    public var patternType: AccessPatternType
    /// Who.
    public var principal: String?
    /// From which host.
    public var host: String?
    /// What.
    public var operation: AccessOperation
    /// Whether it is allowed or denied.
    public var permission: AccessPermission

    /// Creates a filter; without arguments it means all entries.
    public init(
        resourceType: AccessResourceType = .any, resourceName: String? = nil, patternType: AccessPatternType = .any,
        principal: String? = nil, host: String? = nil, operation: AccessOperation = .any,
        permission: AccessPermission = .any
    ) {
        self.resourceType = resourceType
        self.resourceName = resourceName
        self.patternType = patternType
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission = permission
    }
}

/// What kind of resource an entry is about.
public enum AccessResourceType: Int8, Sendable, Hashable, CaseIterable {
    case unknown = 0
    /// Whatever kind, in a filter.
    case any = 1
    case topic = 2
    case group = 3
    case cluster = 4
    case transactionalID = 5
    case delegationToken = 6
    case user = 7

    /// Kafka's name of it, such as `TRANSACTIONAL_ID`.
    public var name: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .any: "ANY"
        case .topic: "TOPIC"
        case .group: "GROUP"
        case .cluster: "CLUSTER"
        case .transactionalID: "TRANSACTIONAL_ID"
        case .delegationToken: "DELEGATION_TOKEN"
        case .user: "USER"
        }
    }
}

/// How the name in an entry or a filter is meant.
public enum AccessPatternType: Int8, Sendable, Hashable, CaseIterable {
    case unknown = 0
    /// However, in a filter.
    case any = 1
    /// Every entry that holds for the name, in a filter.
    case match = 2
    /// The name as it is; `*` for all.
    case literal = 3
    /// Every name that begins so.
    case prefixed = 4

    /// Kafka's name of it, such as `PREFIXED`.
    public var name: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .any: "ANY"
        case .match: "MATCH"
        case .literal: "LITERAL"
        case .prefixed: "PREFIXED"
        }
    }
}

/// Whether an entry allows or denies.
public enum AccessPermission: Int8, Sendable, Hashable, CaseIterable {
    case unknown = 0
    /// Whichever, in a filter.
    case any = 1
    case deny = 2
    case allow = 3

    /// Kafka's name of it, such as `ALLOW`.
    public var name: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .any: "ANY"
        case .deny: "DENY"
        case .allow: "ALLOW"
        }
    }
}

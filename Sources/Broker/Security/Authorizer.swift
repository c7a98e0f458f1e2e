/// Who sends a request.
struct Principal: Sendable, Hashable, CustomStringConvertible {
    var type: String
    var name: String

    /// A client of a listener that asks for no credentials.
    static let anonymous = Principal(type: "User", name: "ANONYMOUS")

    var description: String { "\(type):\(name)" }
}

/// What a request wants to do, in the words of Kafka's ACLs.
enum Operation: Sendable, Hashable {
    case read, write, create, delete, alter, describe, clusterAction, describeConfigs, alterConfigs, idempotentWrite
}

/// What it wants to do it to.
enum Resource: Sendable, Hashable {
    case topic(String)
    case group(String)
    case cluster
    case transactionalID(String)
}

/// Decides what a principal may do; asked before anything is looked up.
struct Authorizer: Sendable {
    private let decide: @Sendable (Principal, Operation, Resource) -> Bool
    /// Whether everyone may do everything: what is allowed is allowed for good then.
    let isOpen: Bool

    /// Creates an authorizer from a decision.
    init(_ decide: @escaping @Sendable (Principal, Operation, Resource) -> Bool) {
        self.decide = decide
        isOpen = false
    }

    private init() {
        decide = { _, _, _ in true }
        isOpen = true
    }

    /// Everyone may do everything: the answer as long as no ACLs are configured.
    static let allowAll = Authorizer()

    /// Whether `principal` may do `operation` to `resource`.
    func allows(_ principal: Principal, _ operation: Operation, _ resource: Resource) -> Bool {
        decide(principal, operation, resource)
    }
}

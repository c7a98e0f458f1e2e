/// The nodes as the metadata store has them: who is registered, and whose session is alive.
public struct BrokerDirectory: Hashable, Sendable {
    /// How far a node can be counted on.
    public enum Standing: Hashable, Sendable {
        /// It is not there, or its incarnation is not admitted.
        case away
        /// It is there and about to go.
        case draining
        /// It is there.
        case ready
    }

    /// The registrations, also of nodes that are away, and of nodes that were removed.
    public private(set) var registrations: [BrokerID: BrokerRegistration] = [:]
    /// The incarnations that have a session.
    public private(set) var sessions: [BrokerID: BrokerEpoch] = [:]

    /// Creates an empty directory.
    public init() {}

    /// Takes over a registration.
    public mutating func register(_ registration: BrokerRegistration) {
        registrations[registration.id] = registration
    }

    /// Forgets a node of which the store has nothing any more.
    public mutating func unregister(_ id: BrokerID) { registrations[id] = nil }

    /// Takes over that a node has a session, for the incarnation it opened it with, or none.
    public mutating func setSession(of id: BrokerID, to epoch: BrokerEpoch?) { sessions[id] = epoch }

    /// Whether there is such a node in the cluster, running or not.
    public func isMember(_ id: BrokerID) -> Bool { registrations[id].map { !$0.isRemoved } ?? false }

    /// How far the node can be counted on.
    public func standing(of id: BrokerID) -> Standing {
        guard let registration = registrations[id], registration.isAdmitted, sessions[id] == registration.epoch else {
            return .away
        }
        return registration.isDraining ? .draining : .ready
    }

    /// Whether `epoch` is the node's incarnation, and admitted.
    public func isAdmitted(_ id: BrokerID, in epoch: BrokerEpoch) -> Bool {
        registrations[id].map { $0.epoch == epoch && $0.isAdmitted } ?? false
    }
}

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

    /// The registrations, also of nodes that are away.
    public private(set) var registrations: [BrokerID: BrokerRegistration] = [:]
    /// The incarnations that have a session.
    public private(set) var sessions: [BrokerID: BrokerEpoch] = [:]

    /// Creates an empty directory.
    public init() {}

    /// Takes over a registration.
    public mutating func register(_ registration: BrokerRegistration) {
        registrations[registration.id] = registration
    }

    /// Forgets a node that was removed from the cluster.
    public mutating func unregister(_ id: BrokerID) { registrations[id] = nil }

    /// Takes over that a node has a session, for the incarnation it opened it with, or none.
    public mutating func setSession(of id: BrokerID, to epoch: BrokerEpoch?) { sessions[id] = epoch }

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

/// Whom a quota is for: a user, a client id, both together, or an address; each by name, or all that have no quota of
/// their own name (KIP-55, KIP-546, KIP-612).
struct QuotaEntity: Sendable, Hashable {
    /// One part of it.
    enum Name: Sendable, Hashable {
        case named(String)
        /// All for whom no name fits better.
        case byDefault

        /// The name as the protocol has it, where null is the default.
        var text: String? {
            switch self {
            case .named(let name): name
            case .byDefault: nil
            }
        }

        init(_ text: String?) { self = text.map { .named($0) } ?? .byDefault }
    }

    /// The parts' names in the protocol.
    enum Part: String, Sendable, Hashable, CaseIterable {
        case user
        case clientID = "client-id"
        case ip
    }

    var user: Name?
    var clientID: Name?
    var ip: Name?

    init(user: Name? = nil, clientID: Name? = nil, ip: Name? = nil) {
        self.user = user
        self.clientID = clientID
        self.ip = ip
    }

    subscript(part: Part) -> Name? {
        get {
            switch part {
            case .user: user
            case .clientID: clientID
            case .ip: ip
            }
        }
        set {
            switch part {
            case .user: user = newValue
            case .clientID: clientID = newValue
            case .ip: ip = newValue
            }
        }
    }

    /// The parts that it names, in the order of the protocol's words.
    var parts: [(part: Part, name: Name)] { Part.allCases.compactMap { part in self[part].map { (part, $0) } } }
}

/// What a quota limits, by its name in the protocol.
enum QuotaKey: String, Sendable, Hashable, CaseIterable {
    /// Bytes of produce requests a second.
    case producerByteRate = "producer_byte_rate"
    /// Bytes of fetch answers a second.
    case consumerByteRate = "consumer_byte_rate"
    /// The share of one event loop's time, in percent.
    case requestPercentage = "request_percentage"
    /// Partitions created or deleted a second (KIP-599).
    case controllerMutationRate = "controller_mutation_rate"
    /// New connections a second (KIP-612).
    case connectionCreationRate = "connection_creation_rate"

    /// Whether it is one of addresses; the others are of users and client ids.
    var isOfAddresses: Bool { self == .connectionCreationRate }

    /// What is wrong with `value` as its limit, in Kafka's words, or `nil`.
    func fault(_ value: Double) -> String? {
        guard value > 0 else { return "Quota \(rawValue) must be greater than 0" }
        let (most, type): (Double, String) =
            switch self {
            case .producerByteRate, .consumerByteRate: (Double(Int64.max), "a LONG")
            case .connectionCreationRate: (Double(Int32.max), "an INT")
            case .requestPercentage, .controllerMutationRate: (.infinity, "a DOUBLE")
            }
        guard most.isFinite else { return value.isFinite ? nil : "Quota \(rawValue) must be a number" }
        guard value <= most else { return "Proposed value for \(rawValue) is too large for \(type)." }
        // A millionth is what arithmetic in doubles may leave behind of a whole number.
        guard value.truncatingRemainder(dividingBy: 1) <= 1e-6 else {
            return "\(rawValue) cannot be a fractional value."
        }
        return nil
    }
}

/// The levels of the features that a cluster has agreed on (KIP-584, KIP-1022).
struct FeatureLevels: Sendable, Hashable {
    /// Counts the changes.
    var epoch: Int64 = 0
    /// The levels that were set; a feature that is not in it has its default.
    var levels: [String: Int16] = [:]

    /// The level of `feature`.
    func level(_ feature: Feature) -> Int16 { levels[feature.name] ?? feature.defaultLevel }
}

/// A feature: what clients and brokers do differently from some level on.
struct Feature: Sendable, Hashable {
    /// The name, as Kafka spells it.
    let name: String
    /// The levels that this broker can run with.
    let supported: ClosedRange<Int16>
    /// The level of a cluster where no one has set one.
    let defaultLevel: Int16

    /// 1: groups of the consumer protocol (KIP-848).
    static let groups = Feature(name: "group.version", supported: 0...1, defaultLevel: 1)
    /// 1: flexible records in `__transaction_state`. 2: an epoch for each transaction (KIP-890).
    static let transactions = Feature(name: "transaction.version", supported: 0...2, defaultLevel: 2)
    /// 1: share groups (KIP-932).
    static let shares = Feature(name: "share.version", supported: 0...1, defaultLevel: 1)

    static let all = [groups, transactions, shares]
    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

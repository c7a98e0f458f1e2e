/// The limits that were set, and which of them counts for a client: a value.
struct QuotaTable: Sendable {
    /// A limit, and whose doings count towards it together.
    struct Limit: Sendable, Hashable {
        var value: Double
        /// The user, the client id or both; all connections of it share the limit.
        var scope: QuotaEntity
    }

    private var limits: [QuotaKey: [QuotaEntity: Double]] = [:]

    init(_ quotas: [QuotaEntity: [QuotaKey: Double]] = [:]) {
        for (entity, values) in quotas {
            for (key, value) in values { limits[key, default: [:]][entity] = value }
        }
    }

    /// Whether anyone is limited in `key`.
    func limits(_ key: QuotaKey) -> Bool { limits[key] != nil }

    /// The limit in `key` of a client, if it has one.
    ///
    /// The narrower counts before the wider, and users before client ids (KIP-55). A default gives each of those that it
    /// stands for a limit of its own.
    func limit(_ key: QuotaKey, user: String, clientID: String) -> Limit? {
        guard let limits = limits[key] else { return nil }
        let (user, client) = (QuotaEntity.Name.named(user), QuotaEntity.Name.named(clientID))
        let both = QuotaEntity(user: user, clientID: client)
        let order: [(QuotaEntity, scope: QuotaEntity)] = [
            (both, both), (QuotaEntity(user: user, clientID: .byDefault), both),
            (QuotaEntity(user: user), QuotaEntity(user: user)),
            (QuotaEntity(user: .byDefault, clientID: client), both),
            (QuotaEntity(user: .byDefault, clientID: .byDefault), both),
            (QuotaEntity(user: .byDefault), QuotaEntity(user: user)),
            (QuotaEntity(clientID: client), QuotaEntity(clientID: client)),
            (QuotaEntity(clientID: .byDefault), QuotaEntity(clientID: client)),
        ]
        for (entity, scope) in order {
            if let value = limits[entity] { return Limit(value: value, scope: scope) }
        }
        return nil
    }

    /// The limit in `key` of an address, if it has one.
    func limit(_ key: QuotaKey, address: String) -> Limit? {
        guard let limits = limits[key] else { return nil }
        let own = QuotaEntity(ip: .named(address))
        return (limits[own] ?? limits[QuotaEntity(ip: .byDefault)]).map { Limit(value: $0, scope: own) }
    }
}

/// How many connections are let in, from the settings.
struct ConnectionLimits: Sendable {
    /// `max.connections`.
    var total: Int
    /// `max.connections.per.ip`.
    var perAddress: Int
    /// `max.connections.per.ip.overrides`.
    var overrides: [String: Int]
    /// `max.connection.creation.rate`; `nil` is no limit.
    var creationRate: Double?
    /// What single listeners have for themselves, by their names.
    var listeners: [String: Own]

    /// The limits of one listener, beside those of all.
    struct Own: Sendable {
        /// `listener.name.<name>.max.connections`; `nil` is no limit.
        var total: Int?
        /// `listener.name.<name>.max.connection.creation.rate`; `nil` is no limit.
        var creationRate: Double?
    }

    init(_ configuration: BrokerConfiguration) {
        total = configuration.integer("max.connections")
        perAddress = configuration.integer("max.connections.per.ip")
        overrides = (try? Self.overrides(configuration.string("max.connections.per.ip.overrides"))) ?? [:]
        let rate = configuration.integer("max.connection.creation.rate")
        creationRate = rate == Int(Int32.max) ? nil : Double(rate)
        listeners = [:]
        for listener in configuration.listeners {
            func own(_ key: String) -> Int? {
                configuration.values[BrokerKeys.name(key, ofListener: listener.name)].flatMap(Int.init)
            }
            listeners[listener.name] = Own(
                total: own("max.connections"), creationRate: own("max.connection.creation.rate").map(Double.init))
        }
    }

    /// Reads `address:number,…`; an IPv6 address may stand in brackets.
    ///
    /// - Throws: ``ConfigurationError``, naming the key.
    static func overrides(_ text: String) throws(ConfigurationError) -> [String: Int] {
        var result: [String: Int] = [:]
        for part in text.split(separator: ",").map(\.trimmed) where !part.isEmpty {
            guard let colon = part.lastIndex(of: ":"), let number = Int(part[part.index(after: colon)...].trimmed),
                number >= 0, colon > part.startIndex
            else {
                throw ConfigurationError("max.connections.per.ip.overrides: '\(part)' is not address:number")
            }
            result[part[..<colon].filter { $0 != "[" && $0 != "]" }.trimmed] = number
        }
        return result
    }

    /// The most connections from `address`.
    func most(from address: String) -> Int { overrides[address] ?? perAddress }
}

/// What single values cannot show: settings that do not go together, or that this broker cannot keep its word on.
extension BrokerConfiguration {
    /// Addresses that a socket can be bound to and no client can connect to.
    private static let unspecifiedHosts: Set<String> = ["0.0.0.0", "::"]

    /// The node's number; -1, by which Kafka asks for a number to be made up, stands for the default.
    static func nodeID(_ values: [String: String]) throws(ConfigurationError) -> Int32 {
        let brokerID = values["broker.id"].flatMap { Int32($0) }.flatMap { $0 < 0 ? nil : $0 }
        guard let nodeID = values["node.id"].flatMap({ Int32($0) }) else { return brokerID ?? 1 }
        if let brokerID, brokerID != nodeID {
            throw ConfigurationError("node.id is \(nodeID) and broker.id \(brokerID): they are one setting, set one")
        }
        return nodeID
    }

    /// Checks the settings against each other.
    ///
    /// - Throws: ``ConfigurationError``, naming the keys and what would do.
    func validate() throws(ConfigurationError) {
        try Self.require(logConfiguration([:]))
        let loadFactor = number("log.cleaner.io.buffer.load.factor")
        guard loadFactor > 0, loadFactor <= 1 else {
            throw ConfigurationError(
                "log.cleaner.io.buffer.load.factor is \(loadFactor), must be above 0 and at most 1")
        }
        _ = try ConnectionLimits.overrides(string("max.connections.per.ip.overrides"))
        let queued = integer("queued.max.request.bytes")
        // A request that is let in has to fit.
        if queued > 0 { try requireOrder("socket.request.max.bytes", "queued.max.request.bytes") }
        try validateListeners()
        try validateAdvertisedListeners()
        try requireOrder("group.min.session.timeout.ms", "group.max.session.timeout.ms")
        for setting in ["session.timeout.ms", "heartbeat.interval.ms"] {
            try requireOrder("group.consumer.min.\(setting)", "group.consumer.\(setting)")
            try requireOrder("group.consumer.\(setting)", "group.consumer.max.\(setting)")
        }
        for setting in ["session.timeout.ms", "heartbeat.interval.ms", "record.lock.duration.ms"] {
            try requireOrder("group.share.min.\(setting)", "group.share.\(setting)")
            try requireOrder("group.share.\(setting)", "group.share.max.\(setting)")
        }
        // A fetch that waits its time is neither lost nor late.
        try requireOrder("replica.fetch.wait.max.ms", "replica.socket.timeout.ms")
        try requireOrder("replica.fetch.wait.max.ms", "replica.lag.time.max.ms")
        try validateInterBrokerListener()
        guard !dataDirectory.trimmed.isEmpty else { throw ConfigurationError("log.dirs: a directory is needed") }
        guard !dataDirectory.contains(",") else {
            throw ConfigurationError("log.dirs: '\(dataDirectory)' names several directories; one is served")
        }
    }

    private func requireOrder(_ least: String, _ most: String) throws(ConfigurationError) {
        guard integer(least) > integer(most) else { return }
        throw ConfigurationError("\(least) is \(integer(least)), more than \(most), \(integer(most))")
    }

    private func validateInterBrokerListener() throws(ConfigurationError) {
        let (name, security) = ("inter.broker.listener.name", "security.inter.broker.protocol")
        guard values[name] == nil || values[security] == nil else {
            throw ConfigurationError("\(name) and \(security) both say which listener is meant: set one of them")
        }
        let isThere = listeners.contains { $0.name == interBrokerListener }
        if let wanted = values[security] {
            // What was meant to be encrypted must not be said in the clear.
            guard isThere, try securityProtocol(of: interBrokerListener).rawValue == wanted.uppercased() else {
                throw ConfigurationError("\(security): no listener is of \(wanted)")
            }
        }
        guard isThere else { throw ConfigurationError("\(name): no listener has the name \(interBrokerListener)") }
    }

    private func validateListeners() throws(ConfigurationError) {
        for listener in listeners {
            let name = listener.name.uppercased()
            guard listeners.count(where: { $0.name.uppercased() == name }) == 1 else {
                throw ConfigurationError("listeners: the name \(listener.name) is there twice")
            }
            guard try tls(of: listener.name) != nil else { continue }
            let key = "ssl.client.auth"
            let wish = tlsSettings(of: listener.name)[key] ?? "none"
            guard wish == "none" else {
                throw ConfigurationError(
                    "\(key) is \(wish) for the listener \(listener.name): a client's certificate says nothing of who it is"
                        + " here yet, so none can be asked for; set \(key)=none")
            }
        }
    }

    private func validateAdvertisedListeners() throws(ConfigurationError) {
        for advertised in advertisedListeners {
            guard listeners.contains(where: { $0.name == advertised.name }) else {
                throw ConfigurationError("advertised.listeners: no listener has the name \(advertised.name)")
            }
            guard !advertised.host.isEmpty, !Self.unspecifiedHosts.contains(advertised.host), advertised.port > 0 else {
                throw ConfigurationError(
                    "advertised.listeners: no client can connect to \(advertised.host):\(advertised.port)")
            }
        }
        for listener in listeners where Self.unspecifiedHosts.contains(listener.host) {
            guard advertisedListeners.contains(where: { $0.name == listener.name }) else {
                throw ConfigurationError(
                    "listeners: \(listener.host) is every address of this machine and none that a client can connect "
                        + "to; set advertised.listeners to what clients are to be told, such as "
                        + "\(listener.name)://localhost:\(listener.port)")
            }
        }
    }
}

import NIOCore
import NIOSSL
import TransportSecurity

/// Which listeners are encrypted, and with what, and which of them the nodes use among themselves.
extension BrokerConfiguration {
    /// How the connections of a listener are secured (KIP-103).
    enum SecurityProtocol: String {
        case plaintext = "PLAINTEXT"
        case ssl = "SSL"
    }

    /// The security protocol of a listener: what the map says, or without a map its own name.
    ///
    /// - Throws: ``ConfigurationError`` for a protocol that is not served, and for a listener that has none.
    func securityProtocol(of listener: String) throws(ConfigurationError) -> SecurityProtocol {
        let plaintext = SecurityProtocol.plaintext.rawValue
        guard let name = try securityProtocols()[listener.uppercased()] else {
            throw ConfigurationError(
                "listeners: \(listener) has no security protocol; add \(listener):\(plaintext) to "
                    + "listener.security.protocol.map, or name the listener \(plaintext)")
        }
        guard let security = SecurityProtocol(rawValue: name) else {
            throw ConfigurationError(
                "listeners: \(listener) asks for \(name), which is not served yet: only \(plaintext) and "
                    + "\(SecurityProtocol.ssl.rawValue) are")
        }
        return security
    }

    /// The security protocol of each listener name, in upper case; without a map, the four protocols' own names.
    private func securityProtocols() throws(ConfigurationError) -> [String: String] {
        var result: [String: String] = [:]
        for name in ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] { result[name] = name }
        guard let map = values["listener.security.protocol.map"] else { return result }
        for entry in map.split(separator: ",") {
            let parts = entry.split(separator: ":", omittingEmptySubsequences: false).map { $0.trimmed.uppercased() }
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ConfigurationError("listener.security.protocol.map: '\(entry.trimmed)' is not NAME:PROTOCOL")
            }
            result[parts[0]] = parts[1]
        }
        return result
    }

    /// The listener by which nodes reach each other: the one that is named, or the first of a security protocol, or the first.
    var interBrokerListener: String {
        if let name = values["inter.broker.listener.name"] { return name }
        guard let wanted = values["security.inter.broker.protocol"] else { return listeners[0].name }
        // Where none fits, the settings are refused.
        let fitting = listeners.first { (try? securityProtocol(of: $0.name))?.rawValue == wanted.uppercased() }
        return fitting?.name ?? wanted
    }

    /// The settings for TLS of a listener: its own, and for what it has none of, those of all (KIP-226).
    ///
    /// A key store is one thing, however it is named, and so is a trust store: with one of its own, a listener has nothing of
    /// those of all.
    func tlsSettings(of listener: String) -> [String: String] {
        var settings: [String: String] = [:]
        for name in TLSSettings.names { settings[name] = values[BrokerKeys.name(name, ofListener: listener)] }
        let own = Set(settings.keys.map(Self.store))
        for name in TLSSettings.names where settings[name] == nil && !own.contains(Self.store(of: name)) {
            settings[name] = values[name]
        }
        return settings
    }

    /// What a setting is part of: a store, or nothing but itself.
    private static func store(of name: String) -> String {
        if name.hasPrefix("ssl.keystore.") || name == "ssl.key.password" { return "ssl.keystore" }
        return name.hasPrefix("ssl.truststore.") ? "ssl.truststore" : name
    }

    /// What the connections of a listener are encrypted with; `nil` for one without TLS.
    ///
    /// - Throws: ``ConfigurationError`` for keys and certificates that cannot be used.
    func tlsContext(of listener: String) throws(ConfigurationError) -> NIOSSLContext? {
        guard let tls = try tls(of: listener) else { return nil }
        do {
            var configuration = try tls.serverConfiguration()
            // How long a connection that is closed waits for its client to take leave, with all that it holds.
            configuration.shutdownTimeout = .seconds(1)
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ConfigurationError("listeners: \(listener) cannot be encrypted: \(error)")
        }
    }

    /// What the ends of a listener's connections show and trust; `nil` for one without TLS.
    ///
    /// - Throws: ``ConfigurationError`` where there is nothing to show.
    func tls(of listener: String) throws(ConfigurationError) -> TLSSettings? {
        guard try securityProtocol(of: listener) == .ssl else { return nil }
        guard let tls = TLSSettings(tlsSettings(of: listener), prefix: ""), tls.namesCertificate else {
            throw ConfigurationError(
                "listeners: \(listener) needs a certificate and its key; set ssl.keystore.location")
        }
        return tls
    }
}

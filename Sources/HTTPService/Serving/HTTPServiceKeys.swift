import TransportSecurity

/// The keys of a configuration that every HTTP API has, with the names of rest-utils where it has one.
///
/// | key | default | |
/// | --- | --- | --- |
/// | `compression.enable` | true | gzip for clients that accept it |
/// | `http2.enabled` | true | HTTP/2 beside HTTP/1.1 |
/// | `idle.timeout.ms` | 60000 | ``HTTPTimeouts/idle`` |
/// | `request.header.timeout.ms` | 10000 | ``HTTPTimeouts/head`` |
/// | `request.body.timeout.ms` | 30000 | ``HTTPTimeouts/body`` |
/// | `response.write.timeout.ms` | 30000 | ``HTTPTimeouts/write`` |
/// | `max.request.header.size` | 32768 | ``HTTPLimits/headerSize`` |
/// | `max.request.body.size` | 8388608 | ``HTTPService/Configuration/maximumBodySize`` |
/// | `connector.connection.limit` | 0 | ``HTTPLimits/connections``; 0 for none |
public enum HTTPServiceKeys {
    /// All of them.
    public static let names = [
        "compression.enable", "http2.enabled", "idle.timeout.ms", "request.header.timeout.ms",
        "request.body.timeout.ms",
        "response.write.timeout.ms", "max.request.header.size", "max.request.body.size", "connector.connection.limit",
    ]

    /// What else the APIs read under these names: who may ask, from where, and what answers carry.
    private static let accessNames: Set<String> = [
        "access.control.allow.methods", "access.control.allow.origin", "authentication.method", "authentication.realm",
        "authentication.roles", "java.security.auth.login.config", "response.http.headers.config",
    ]

    /// Whether a key is one that the registry and the proxy have for their HTTP side.
    public static func knows(_ name: String) -> Bool {
        let https = "listeners.https."
        return name == "listeners" || names.contains(name) || accessNames.contains(name)
            || TLSSettings.names.contains(name.hasPrefix(https) ? String(name.dropFirst(https.count)) : name)
    }
}

extension HTTPService.Configuration {
    /// Takes the keys that every HTTP API has; others are left alone.
    ///
    /// - Throws: ``HTTPServiceError`` for a value that is none.
    public mutating func apply(_ properties: [String: String]) throws {
        let reader = KeyReader(properties: properties)
        try reader.flag("compression.enable") { compression.isEnabled = $0 }
        try reader.flag("http2.enabled") { isHTTP2Enabled = $0 }
        try reader.milliseconds("idle.timeout.ms") { timeouts.idle = $0 }
        try reader.milliseconds("request.header.timeout.ms") { timeouts.head = $0 }
        try reader.milliseconds("request.body.timeout.ms") { timeouts.body = $0 }
        try reader.milliseconds("response.write.timeout.ms") { timeouts.write = $0 }
        try reader.number("max.request.header.size", 512...16_777_216) {
            limits.headerSize = $0
            limits.targetSize = min(limits.targetSize, $0)
        }
        try reader.number("max.request.body.size", 1...Int(Int32.max)) { maximumBodySize = $0 }
        try reader.number("connector.connection.limit", 0...1_000_000) { limits.connections = $0 == 0 ? nil : $0 }
    }
}

/// Reads values that are set.
private struct KeyReader {
    let properties: [String: String]

    func flag(_ key: String, _ take: (Bool) -> Void) throws {
        guard let text = properties[key] else { return }
        switch text.lowercased() {
        case "true": take(true)
        case "false": take(false)
        default: throw HTTPServiceError("\(key) is \(text); it has to be true or false")
        }
    }

    func milliseconds(_ key: String, _ take: (Duration) -> Void) throws {
        try number(key, 1...86_400_000) { take(.milliseconds($0)) }
    }

    func number(_ key: String, _ range: ClosedRange<Int>, _ take: (Int) -> Void) throws {
        guard let text = properties[key] else { return }
        guard let number = Int(text), range.contains(number) else {
            throw HTTPServiceError(
                "\(key) is \(text); it has to be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        take(number)
    }
}

/// An address that an HTTP service listens on, such as `http://127.0.0.1:8083`.
public struct HTTPListener: Sendable, Hashable, CustomStringConvertible {
    /// What is spoken on a listener's connections.
    public enum Scheme: String, Sendable, Hashable, CaseIterable {
        case http
        /// HTTP over TLS.
        case https
    }

    /// What is spoken on its connections.
    public var scheme: Scheme
    /// The host name or address; every interface when it is empty.
    public var host: String
    /// The port; 0 lets the system choose a free one.
    public var port: Int

    /// Creates an address.
    public init(_ scheme: Scheme = .http, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Reads one element of a `listeners` list.
    ///
    /// - Throws: ``HTTPServiceError`` when it is not `http://host:port` or `https://host:port`; IPv6 addresses stand in
    ///   brackets.
    public init(parsing text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasPrefix("//") else {
            throw HTTPServiceError("\(text) is not a listener; write http://host:port")
        }
        guard let scheme = Scheme(rawValue: parts[0].lowercased()) else {
            throw HTTPServiceError("The listener \(text) has the protocol \(parts[0]); it has to be http or https")
        }
        let address = parts[1].dropFirst(2)
        guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]) else {
            throw HTTPServiceError("The listener \(text) has no port from 0 to 65535")
        }
        var host = address[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.init(scheme, host: String(host), port: Int(port))
    }

    /// Reads a `listeners` list, separated by commas.
    ///
    /// - Throws: ``HTTPServiceError`` for an empty list and as ``init(parsing:)`` does.
    public static func list(_ text: String) throws -> [HTTPListener] {
        let listeners = try text.split(separator: ",").map {
            try HTTPListener(parsing: String($0.filter { $0 != " " }))
        }
        guard !listeners.isEmpty else { throw HTTPServiceError("There has to be a listener; write http://host:port") }
        return listeners
    }

    /// The address as something on this machine connects to it: one that means every interface is none to connect to.
    public var local: HTTPListener {
        switch host {
        case "", "0.0.0.0": HTTPListener(scheme, host: "127.0.0.1", port: port)
        case "::": HTTPListener(scheme, host: "::1", port: port)
        default: self
        }
    }

    /// Host and port with a colon between them, an IPv6 address in brackets.
    public var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    /// The value as text, for logs and messages.
    public var description: String { "\(scheme.rawValue)://\(authority)" }
}

/// Why an HTTP service cannot serve.
public struct HTTPServiceError: Error, Sendable, CustomStringConvertible {
    /// What happened and what to do about it.
    public let message: String

    /// Creates an error.
    public init(_ message: String) { self.message = message }

    /// The value as text, for logs and messages.
    public var description: String { message }
}

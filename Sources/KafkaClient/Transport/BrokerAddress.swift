/// A host and a port as configuration names them.
package struct BrokerAddress: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, with an IPv6 host in brackets.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidConfiguration` for anything else.
    package init(parsing text: String) throws(KafkaClientError) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65535).contains(port)
        else {
            throw KafkaClientError(.invalidConfiguration, "'\(text)' is no broker address; write host:port")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else {
            throw KafkaClientError(.invalidConfiguration, "'\(text)' names no host; write host:port")
        }
        self.init(host: String(host), port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

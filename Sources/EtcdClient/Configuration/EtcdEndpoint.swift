/// Where one member of the etcd cluster takes requests of clients: one of its `--advertise-client-urls`.
package struct EtcdEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// Whether the connection is encrypted.
    package let usesTLS: Bool
    /// A host name, or an IP address; IPv6 without brackets.
    package let host: String
    /// The TCP port.
    package let port: UInt16

    /// The port that etcd listens on unless told otherwise.
    package static let defaultPort: UInt16 = 2379

    /// Reads `http://host:port` or `https://host:port`; the port may be left out.
    ///
    /// - Throws: ``EtcdError`` with code `.invalidConfiguration` for anything else, a path or a user name included.
    package init(_ text: String) throws {
        func invalid(_ reason: String) -> EtcdError {
            EtcdError(
                .invalidConfiguration, "etcd endpoint '\(text)' \(reason); it has to look like http://127.0.0.1:2379")
        }
        let rest: Substring
        if text.hasPrefix("https://") {
            (usesTLS, rest) = (true, text.dropFirst(8))
        } else if text.hasPrefix("http://") {
            (usesTLS, rest) = (false, text.dropFirst(7))
        } else {
            throw invalid("names neither http nor https")
        }
        let authority = rest.hasSuffix("/") ? rest.dropLast() : rest
        guard !authority.contains(where: { "/@?# \t".contains($0) }) else {
            throw invalid("holds more than a host and a port")
        }
        let portText: Substring?
        if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<close])
            let behind = authority[authority.index(after: close)...]
            guard behind.isEmpty || behind.hasPrefix(":") else { throw invalid("has text behind its address") }
            portText = behind.isEmpty ? nil : behind.dropFirst()
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { throw invalid("has more than one port, or an IPv6 address without brackets") }
            host = String(parts[0])
            portText = parts.count == 2 ? parts[1] : nil
        }
        guard !host.isEmpty else { throw invalid("names no host") }
        guard let portText else {
            port = Self.defaultPort
            return
        }
        guard let number = UInt16(portText), number > 0 else { throw invalid("has no port from 1 to 65535") }
        port = number
    }

    /// The endpoint as a URL without a path.
    package var description: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(usesTLS ? "https" : "http")://\(host):\(port)"
    }
}

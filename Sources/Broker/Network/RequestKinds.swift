import KafkaProtocol
import Logging
import RecordFormat

/// Logs each kind of request that a connection sends, once, with what the client says that it is.
///
/// For whoever has to know which clients still send what: before a version is given up, or after an upgrade. It is there
/// only where the level of the log is debug, so that other servers pay nothing for it.
struct RequestKinds {
    private struct Kind: Hashable {
        var api: APIKey
        var version: Int16
    }

    private var seen: Set<Kind> = []

    /// Creates one that has seen nothing; `nil` where the log would not show it.
    init?(_ logger: Logger) {
        guard logger.logLevel <= .debug else { return nil }
    }

    /// Notes a request that was served, with what is known of its client by now.
    mutating func note(_ request: RoutedRequest, from connection: ConnectionInfo, _ logger: Logger) {
        guard seen.insert(Kind(api: request.api, version: request.version)).inserted else { return }
        let software = connection.software
        // The client id comes last, for it alone may hold blanks.
        logger.debug(
            "first \(request.api.name) version \(request.version) of a connection, by \(software.name) \(software.version), client id \(request.clientID ?? "")"
        )
    }
}

import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore

/// A connection's handlers: HTTP by itself, or with TLS around it.
enum ListenerChannel: ServerChildChannel {
    case plain(HTTP1Channel)
    case encrypted(TLSChannel<HTTP1Channel>)

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        switch self {
        case .plain(let http): http.setup(channel: channel, logger: logger)
        case .encrypted(let tls): tls.setup(channel: channel, logger: logger)
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        switch self {
        case .plain(let http): await http.handle(value: value, logger: logger)
        case .encrypted(let tls): await tls.handle(value: value, logger: logger)
        }
    }
}

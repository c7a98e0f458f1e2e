import NIOCore
import NIOSSL
package import TransportSecurity

/// How connections to brokers are encrypted.
package struct ClientTLS: Sendable {
    private let context: NIOSSLContext

    /// Reads the keys and certificates.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidConfiguration` for those that cannot be used.
    package init(_ settings: TLSSettings) throws(KafkaClientError) {
        do {
            context = try NIOSSLContext(configuration: try settings.clientConfiguration())
        } catch let error as TLSSettingsError {
            throw KafkaClientError(.invalidConfiguration, error.message)
        } catch {
            throw KafkaClientError(
                .invalidConfiguration, "connections cannot be encrypted as the settings for TLS say", cause: error)
        }
    }

    /// What encrypts one connection.
    ///
    /// - Parameter host: The name that the broker's certificate has to have; or an address, which it has to have too.
    func makeHandler(for host: String) throws -> NIOSSLClientHandler {
        // A name is told to the server, which an address must not be (RFC 6066, section 3).
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
    }

    /// What stands for an error that another try would meet again: certificates and versions that do not go together. `nil`
    /// for others.
    static func failure(_ error: any Error, with address: BrokerAddress) -> KafkaClientError? {
        switch error {
        // The other end is gone.
        case NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])),
            NIOSSLError.handshakeFailed(.syscallError):
            nil
        case NIOSSLError.handshakeFailed, is NIOSSLExtraError:
            KafkaClientError(
                .tlsFailed,
                "\(address) and this client do not agree on TLS; is it a listener with TLS, is its certificate signed by one"
                    + " that is trusted (ssl.truststore.location), and is it for this host?", cause: error)
        default: nil
        }
    }
}

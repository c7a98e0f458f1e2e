import NIOHTTP2
import NIOSSL
import TransportSecurity

extension TLSSettings {
    /// What connections of https listeners are encrypted with.
    ///
    /// - Throws: ``HTTPServiceError`` for keys and certificates that cannot be used.
    func serverContext(isHTTP2Enabled: Bool) throws(HTTPServiceError) -> NIOSSLContext {
        do {
            var configuration = try serverConfiguration()
            configuration.applicationProtocols = isHTTP2Enabled ? NIOHTTP2SupportedALPNProtocols : ["http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch let error as TLSSettingsError {
            throw HTTPServiceError(error.message)
        } catch {
            throw HTTPServiceError("The certificate and the key of https listeners cannot be used: \(error)")
        }
    }
}

import HTTPService

extension RESTProxySettings {
    /// Under which address whoever sent a request reaches the proxy: an advertised listener, the host name that is set,
    /// the name that the request itself gives, or the first listener.
    func baseURL(for request: ServiceRequest) -> String {
        if let advertised = advertisedListeners.first {
            return "\(advertised.scheme.rawValue)://\(advertised.authority)"
        }
        guard let listener = listeners.first else { return "" }
        if !hostName.isEmpty { return "\(listener.scheme.rawValue)://\(hostName):\(listener.port)" }
        return "\(listener.scheme.rawValue)://\(request.authority ?? listener.local.authority)"
    }
}

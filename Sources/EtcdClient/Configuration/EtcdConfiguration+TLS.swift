import NIOSSL

extension EtcdConfiguration {
    /// What ``tls`` says, with the files read.
    ///
    /// - Returns: Nil where no endpoint is `https`.
    /// - Throws: ``EtcdError`` with code `.invalidConfiguration` that names the file which cannot be used.
    func makeTLSConfiguration() throws -> TLSConfiguration? {
        guard endpoints.contains(where: \.usesTLS) else { return nil }
        func reading<Value>(_ what: String, _ path: String, _ read: (String) throws -> Value) throws -> Value {
            do {
                return try read(path)
            } catch {
                throw EtcdError(.invalidConfiguration, "\(what) for etcd cannot be read from \(path)", cause: error)
            }
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let path = tls.authority {
            let authorities = try reading("the authority", path, NIOSSLCertificate.fromPEMFile)
            guard !authorities.isEmpty else {
                throw EtcdError(.invalidConfiguration, "\(path) holds no certificate of an authority for etcd")
            }
            configuration.trustRoots = .certificates(authorities)
        }
        if let path = tls.certificate, let keyPath = tls.key {
            let chain = try reading("the certificate", path, NIOSSLCertificate.fromPEMFile)
            guard !chain.isEmpty else {
                throw EtcdError(.invalidConfiguration, "\(path) holds no certificate for etcd")
            }
            configuration.certificateChain = chain.map { .certificate($0) }
            let key = try reading("the key", keyPath) { try NIOSSLPrivateKey(file: $0, format: .pem) }
            configuration.privateKey = .privateKey(key)
        }
        return configuration
    }
}

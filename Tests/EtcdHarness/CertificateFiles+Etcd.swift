package import EtcdClient
package import ServerHarness

extension CertificateFiles {
    /// What a client of the server needs.
    package var client: EtcdConfiguration.TLSFiles {
        .init(authority: path("authority.pem"), certificate: path("client.pem"), key: path("client.key"))
    }

    /// What etcd has to be told, to show one of the certificates.
    package func serverOptions(_ certificate: String) -> [String] {
        [
            "--cert-file", path("\(certificate).pem"), "--key-file", path("\(certificate).key"),
            "--trusted-ca-file", path("authority.pem"), "--client-cert-auth",
        ]
    }
}

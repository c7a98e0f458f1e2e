import EtcdClient
import EtcdHarness
import ServerHarness
import Testing

extension RealEtcd {
    /// Encrypted connections to a real etcd that wants to see its clients' certificates.
    struct EtcdTLSTests {
        @Test func bothSidesShowTheirCertificates() async throws {
            let files = try await CertificateFiles.make()
            try await EtcdCluster.with(tls: files) { cluster in
                try await TestClient.with(cluster.endpoints, { $0.tls = files.client }) { client in
                    let revision = try await client.put("k", [1])
                    #expect(try await client.read("k").keyValue?.modRevision == revision)
                    #expect(try await EtcdWatchTests.events(client.watch(.key("k"), from: revision), 1).count == 1)
                }
                // Without a certificate, etcd does not talk.
                let anonymous = EtcdConfiguration.TLSFiles(authority: files.path("authority.pem"))
                try await TestClient.with(cluster.endpoints, { $0.tls = anonymous }) { client in
                    let read = try await etcdError { try await client.read("k") }
                    #expect(read?.code == .unavailable)
                }
                // Whoever signed the server's certificate has to be known.
                let others = try await CertificateFiles.make()
                var stranger = files.client
                stranger.authority = others.path("authority.pem")
                try await TestClient.with(cluster.endpoints, { $0.tls = stranger }) { client in
                    let written = try await etcdError { try await client.put("k", [2]) }
                    // Nothing was sent before the certificate was looked at.
                    #expect(written?.code == .unavailable)
                }
                try await TestClient.with(cluster.endpoints, { $0.tls = files.client }) { client in
                    let version = try await client.read("k").keyValue?.version
                    #expect(version == 1)
                }
            }
        }

        @Test func aServerWithAnothersNameIsNotTalkedTo() async throws {
            let files = try await CertificateFiles.make()
            try await EtcdCluster.with(tls: files, certificate: "elsewhere") { cluster in
                let port = cluster.first.setup.clientPort
                try await wait(for: "etcd to serve whoever calls it by its name") {
                    try await Command.run(
                        "curl",
                        [
                            "-q", "--noproxy", "*", "--silent", "--fail", "--max-time", "10", "--data", "{}",
                            "--cacert", files.path("authority.pem"), "--cert", files.path("client.pem"),
                            "--key", files.path("client.key"), "--resolve", "elsewhere.example:\(port):127.0.0.1",
                            "https://elsewhere.example:\(port)/v3/maintenance/status",
                        ]
                    ).status == 0
                }
                try await TestClient.with(cluster.endpoints, { $0.tls = files.client }) { client in
                    let written = try await etcdError { try await client.put("k", [2]) }
                    #expect(written?.code == .unavailable)
                }
            }
        }

        @Test func filesThatCannotBeUsedAreNamed() async throws {
            let files = try await CertificateFiles.make()
            let broken: [(EtcdConfiguration.TLSFiles, String)] = [
                (.init(authority: "/nowhere/authority.pem"), "/nowhere/authority.pem"),
                (.init(authority: files.path("authority.key")), "authority.key"),
                (.init(certificate: files.path("client.pem"), key: files.path("client.pem")), "client.pem"),
                (.init(certificate: files.path("client.pem")), "key"),
            ]
            for (tls, word) in broken {
                let error = try await etcdError {
                    try await TestClient.with(["https://127.0.0.1:1"], { $0.tls = tls }) { _ in }
                }
                #expect(error?.code == .invalidConfiguration)
                #expect(error?.message.contains(word) == true, "\(error.map(String.init(describing:)) ?? "no error")")
            }
        }
    }
}

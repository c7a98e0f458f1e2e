import Foundation
import ServerHarness
import Testing

/// Clients of others on a listener with TLS.
@Suite(.timeLimit(.minutes(5))) struct EncryptedListenerTests {
    /// Runs `body` with a server whose first listener is encrypted and whose second is not.
    private func withServer(_ body: (ServerProcess, CertificateFiles) async throws -> Void) async throws {
        let files = try await CertificateFiles.make()
        let store = files.path("store.pem")
        try (files.text("server.pem") + files.text("server.key"))
            .write(toFile: store, atomically: true, encoding: .utf8)
        let settings = [
            "listeners": "SSL://127.0.0.1:0,PLAINTEXT://127.0.0.1:0", "ssl.keystore.location": store,
            "ssl.keystore.type": "PEM",
        ]
        try await ServerProcess.with(settings: settings) { try await body($0, files) }
    }

    @Test(arguments: ["confluent-kafka", "kafka-python", "aiokafka"])
    func awkwardRecordsComeBackAndATooLargeOneIsRefused(client: String) async throws {
        let seed = UInt32.random(in: 0 ... .max)
        try await withServer { server, files in
            let result = try await Command.python(
                "round_trip.py",
                [
                    "--client", client, "--codec", "none", "--bootstrap", server.bootstrap, "--topic", "awkward",
                    "--seed", "\(seed)", "--authority", files.path("authority.pem"),
                ]
            ).json()
            #expect(result["differences"]?.array?.compactMap(\.string) == [], "seed \(seed)")
            #expect(result["records"]?.int == (client == "confluent-kafka" ? 13 : 12))
        }
    }

    /// Many answers that go out from their files, to a client that fetches ahead.
    @Test func kcatReadsTensOfMegabytesAsTheyWereWritten() async throws {
        try await withServer { server, files in
            let text = try await RealText.write(to: server.directory.path("text"))
            let tls = ["-X", "security.protocol=ssl", "-X", "ssl.ca.location=\(files.path("authority.pem"))"]
            let topic = ["-b", server.bootstrap, "-t", "packages"]
            _ = try await Command.kcat(["-P"] + tls + topic + ["-l", text.path], within: .seconds(180))
            let output = server.directory.path("text.kcat")
            _ = try await Command.kcat(
                ["-C", "-e", "-q"] + tls + topic + ["-X", "check.crcs=true"], output: output, within: .seconds(180))
            #expect(try await RealText.digest(of: output) == text.sha256)
        }
    }

    @Test func whoDoesNotTrustTheServerOrSpeaksNoTLSIsTurnedAway() async throws {
        try await withServer { server, files in
            let other = try await CertificateFiles.make()
            for options in [
                ["-X", "security.protocol=ssl", "-X", "ssl.ca.location=\(other.path("authority.pem"))"], [],
            ] {
                let result = try await Command.run(
                    "env", ["KCAT_CONFIG=/dev/null", "kcat", "-L", "-m", "3", "-b", server.bootstrap] + options)
                #expect(result.status != 0, "\(options)")
            }
            let trust = ["-X", "security.protocol=ssl", "-X", "ssl.ca.location=\(files.path("authority.pem"))"]
            _ = try await Command.kcat(["-L", "-b", server.bootstrap] + trust)
        }
    }
}

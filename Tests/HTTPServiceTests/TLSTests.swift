import Foundation
import HTTPService
import HTTPTestSupport
import HTTPTypes
import JSON
import Logging
import ServerHarness
import Testing
import TransportSecurity

/// https listeners, asked by curl.
@Suite struct TLSTests {
    private static func pem(_ files: CertificateFiles, _ name: String = "server") throws -> [String: String] {
        [
            "ssl.keystore.key": try files.text("\(name).key"),
            "ssl.keystore.certificate.chain": try files.text("\(name).pem"),
        ]
    }

    /// Serves one route on an http and an https listener.
    private func serving(
        _ properties: [String: String], _ body: (_ http: HTTPListener, _ https: HTTPListener) async throws -> Void
    ) async throws {
        var routes = RouteTable()
        routes.add(.get, "/who") { ServiceResponse(json: .string("\($0.principal)")) }
        var configuration = HTTPService.Configuration(listeners: [
            HTTPListener(host: "127.0.0.1", port: 0), HTTPListener(.https, host: "127.0.0.1", port: 0),
        ])
        configuration.tls = TLSSettings(properties, prefix: "listeners.https.")
        let service = HTTPService(configuration: configuration, routes: routes, logger: Logger(label: "test"))
        let running = Task { try await service.run() }
        do {
            let addresses = try await service.addresses()
            try await body(addresses[0], addresses[1])
            await service.shutdown()
        } catch {
            await service.shutdown()
            _ = try? await running.value
            throw error
        }
        try await running.value
    }

    private func expectServes(_ properties: [String: String], _ files: CertificateFiles) async throws {
        try await serving(properties) { _, https in
            let answer = try await Curl.request(
                nil, "\(https)/who", options: ["--cacert", files.path("authority.pem")])
            #expect(answer.status == 200 && answer.body == #""User:ANONYMOUS""#)
        }
    }

    @Test func plainAndEncryptedListenersServeTheSame() async throws {
        let files = try await CertificateFiles.make()
        try await serving(try Self.pem(files)) { http, https in
            #expect(https.description.hasPrefix("https://127.0.0.1:"))
            #expect(try await Curl.request(nil, "\(http)/who").body == #""User:ANONYMOUS""#)
            let answer = try await Curl.request(
                nil, "\(https)/who", options: ["--cacert", files.path("authority.pem")])
            #expect(answer.body == #""User:ANONYMOUS""#)
            // Who does not speak TLS gets no answer, and the listener lives.
            let plain = try await Command.run("curl", ["-q", "--noproxy", "*", "-s", "http://\(https.authority)/who"])
            #expect(plain.status != 0)
            let strange = try await Command.run("curl", ["-q", "--noproxy", "*", "-s", "\(https)/who"])
            #expect(strange.status == 60, "an authority that the client does not know")
            #expect(
                try await Curl.request(nil, "\(https)/who", options: ["--cacert", files.path("authority.pem")]).status
                    == 200)
        }
    }

    @Test func keysComeFromFilesOfEachKind() async throws {
        let files = try await CertificateFiles.make()
        let joined = files.path("joined.pem")
        try (files.text("server.key") + files.text("server.pem")).write(
            toFile: joined, atomically: true, encoding: .utf8)
        try await expectServes(["ssl.keystore.location": joined], files)
        try await expectServes(["listeners.https.ssl.keystore.location": joined, "ssl.keystore.type": "JKS"], files)
        let bundle = try await files.bundle("server", password: "sesame")
        try await expectServes(
            ["ssl.keystore.location": bundle, "ssl.keystore.password": "sesame", "ssl.keystore.type": "PKCS12"], files)
        var encrypted = try Self.pem(files)
        encrypted["ssl.keystore.key"] = try String(
            contentsOfFile: try await files.encryptedKey("server", password: "open"), encoding: .utf8)
        encrypted["ssl.key.password"] = "open"
        try await expectServes(encrypted, files)
    }

    @Test func clientsThatHaveToShowACertificateDo() async throws {
        let files = try await CertificateFiles.make(), others = try await CertificateFiles.make()
        let trusts = ["--cacert", files.path("authority.pem")]
        let shows = ["--cert", files.path("client.pem"), "--key", files.path("client.key")]
        let showsAnother = ["--cert", others.path("client.pem"), "--key", others.path("client.key")]
        for (auth, without) in [("required", false), ("requested", true)] {
            var properties = try Self.pem(files)
            properties["ssl.client.auth"] = auth
            properties["ssl.truststore.location"] = files.path("authority.pem")
            try await serving(properties) { _, https in
                func status(_ options: [String]) async throws -> Int32 {
                    let quiet = ["-q", "--noproxy", "*", "-s"]
                    return try await Command.run("curl", quiet + trusts + options + ["\(https)/who"]).status
                }
                let own = try await status(shows), none = try await status([]), another = try await status(showsAnother)
                #expect(own == 0)
                #expect((none == 0) == without, "\(auth) and none shown")
                #expect(another != 0, "\(auth) and one of another authority")
            }
        }
    }

    @Test func onlyTheVersionsThatAreEnabledAreSpoken() async throws {
        let files = try await CertificateFiles.make()
        var properties = try Self.pem(files)
        properties["ssl.enabled.protocols"] = "TLSv1.3"
        try await serving(properties) { _, https in
            let options = ["-q", "--noproxy", "*", "-s", "--cacert", files.path("authority.pem"), "\(https)/who"]
            let newest = try await Command.run("curl", options)
            let older = try await Command.run("curl", ["--tls-max", "1.2"] + options)
            #expect(newest.status == 0 && older.status != 0)
        }
    }

    @Test func whatCannotBeUsedIsSaid() async throws {
        let files = try await CertificateFiles.make()
        let java = files.path("keystore.jks")
        try Data([0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2]).write(to: URL(filePath: java))
        let bundle = try await files.bundle("server", password: "sesame")
        let trust = files.path("trust.p12")
        _ = try await Command.check(
            "openssl",
            [
                "pkcs12", "-export", "-nokeys", "-in", files.path("authority.pem"), "-out", trust, "-passout",
                "pass:sesame",
            ])
        var locked = try Self.pem(files)
        locked["ssl.keystore.key"] = try String(
            contentsOfFile: try await files.encryptedKey("server", password: "open"), encoding: .utf8)
        let good = try Self.pem(files)
        let cases: [([String: String], String)] = [
            ([:], "set ssl.keystore.location"),
            (["ssl.keystore.location": "/nothing"], "Cannot read /nothing: No such file or directory"),
            (["ssl.keystore.location": java], "keytool -importkeystore"),
            (["ssl.keystore.location": bundle, "ssl.keystore.password": "wrong"], "is ssl.keystore.password right?"),
            (["ssl.keystore.location": trust, "ssl.keystore.password": "sesame"], "has no private key"),
            (["ssl.keystore.location": bundle, "ssl.keystore.type": "BKS"], "it has to be PEM or PKCS12"),
            (["ssl.keystore.location": files.path("authority.pem")], "no private key"),
            (["ssl.keystore.key": "x"], "set both"),
            (locked, "an encrypted one needs ssl.key.password"),
            (locked.merging(["ssl.key.password": "wrong"]) { $1 }, "is ssl.key.password right?"),
            (good.merging(["ssl.client.auth": "maybe"]) { $1 }, "none, requested or required"),
            (good.merging(["ssl.enabled.protocols": "TLSv1.3,SSLv3"]) { $1 }, "ssl.enabled.protocols"),
            (good.merging(["ssl.enabled.protocols": "TLSv1.1,TLSv1.3"]) { $1 }, "none left out"),
            (good.merging(["ssl.truststore.location": bundle]) { $1 }, "has to be PEM"),
        ]
        for (properties, text) in cases {
            let error = await #expect(throws: HTTPServiceError.self, "\(text)") {
                try await serving(properties) { _, _ in }
            }
            #expect(error?.message.contains(text) == true, "\(error?.message ?? "") for \(text)")
            #expect(error?.message.contains("wrong") != true, "no password in an error")
        }
    }
}

import ConnectREST
import ConnectRuntime
import Foundation
import HTTPService
import HTTPTestSupport
import JSON
import KafkaClient
import Logging
import ServerHarness
import Testing
import TransportSecurity

/// Where the API listens, and who may ask there.
@Suite(.serialized) struct ConnectListenersTests {
    private static let loginModule = "org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule"
    private static let extensionClass =
        "org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension"

    @Test func httpAndHttpsSideBySide() async throws {
        let files = try await CertificateFiles.make()
        let properties = [
            "listeners": "http://127.0.0.1:0,https://127.0.0.1:0",
            "listeners.https.ssl.keystore.key": try files.text("server.key"),
            "listeners.https.ssl.keystore.certificate.chain": try files.text("server.pem"),
            // With one key that has the prefix, those without it do not count.
            "ssl.keystore.location": "/nothing",
        ]
        try await ConnectFixture.with { fixture in
            try await fixture.serving(properties) { server in
                #expect(server.addresses.map(\.scheme) == [.http, .https])
                let trust = ["--cacert", files.path("authority.pem")]
                let config = #"{"connector.class":"FileStreamSource","file":"/none","topic":"t"}"#
                let created = try await Curl.request(
                    "PUT", "\(server.addresses[1])/connectors/c/config", json: config, options: trust)
                #expect(created.status == 201)
                #expect(try await Curl.request(nil, "\(server.addresses[0])/connectors").body == #"["c"]"#)
            }
        }
    }

    @Test func adminEndpointsHaveListenersOfTheirOwn() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(["admin.listeners": "http://127.0.0.1:0"]) { server in
                let admin = try #require(server.adminAddresses.first)
                #expect(server.adminAddresses.count == 1 && admin != server.address)
                #expect(try await RawHTTP.send(admin, "GET", "/admin/loggers").status == 200)
                #expect(try await RawHTTP.send(admin, "GET", "/connectors").status == 404)
                #expect(try await server.send("GET", "/admin/loggers").status == 404)
                #expect(try await server.send("GET", "/connectors").status == 200)
                // Each documents what it serves.
                var documents: [JSONValue] = []
                for address in [server.address, admin] {
                    let answer = try await RawHTTP.send(address, "GET", "/openapi.json")
                    documents.append(try JSONValue(parsing: answer.body))
                }
                #expect(documents[0]["paths"]?["/admin/loggers"] == nil && documents[0]["paths"]?["/connectors"] != nil)
                #expect(documents[1]["paths"]?["/admin/loggers"] != nil && documents[1]["paths"]?["/connectors"] == nil)
            }
            try await fixture.serving(["admin.listeners": " "]) { server in
                #expect(server.adminAddresses == [])
                let answer = try await server.send("GET", "/admin/loggers")
                #expect(answer.status == 404)
            }
        }
    }

    @Test func aPortInUseForAdminListenersEndsTheService() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                let admin = ["admin.listeners": server.address.description]
                await #expect(throws: (any Error).self) { try await fixture.serving(admin) { _ in } }
                let answer = try await server.send("GET", "/connectors")
                #expect(answer.status == 200)
            }
        }
    }

    @Test func passwordsAreAskedForOnEveryListener() async throws {
        try await ConnectFixture.with { fixture in
            let users = fixture.file("users.properties"), login = fixture.file("jaas.conf")
            fixture.append("ada: sesame\nbob=x y \n", to: users)
            fixture.append("KafkaConnect { \(Self.loginModule) required file=\"\(users)\"; };\n", to: login)
            try await fixture.serving([
                "rest.extension.classes": Self.extensionClass, "java.security.auth.login.config": login,
                "admin.listeners": "http://127.0.0.1:0",
            ]) { server in
                for address in [server.address, server.adminAddresses[0]] {
                    let answer = try await Curl.request(nil, "\(address)/openapi.json")
                    #expect(answer.status == 401)
                    #expect(answer.headers["www-authenticate"]?.hasPrefix(#"Basic realm="#) == true)
                    #expect(answer.json == ["error_code": 401, "message": "User cannot access the resource."])
                    #expect(!answer.body.contains("sesame"))
                    for user in ["ada:sesame", "bob:x y "] {
                        #expect(
                            try await Curl.request(nil, "\(address)/openapi.json", options: ["-u", user]).status == 200)
                    }
                }
                // What workers send each other is signed instead, by a key that no one else has.
                #expect(try await Curl.request("PUT", "\(server.address)/connectors/c/fence").status != 401)
                #expect(try await Curl.request("POST", "\(server.address)/connectors/c/tasks").status != 401)
                #expect(try await Curl.request("GET", "\(server.address)/connectors/c/tasks").status == 401)
            }
        }
    }

    @Test func pagesOfOtherSitesAndHeadersAreAsTheSettingsSay() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving([
                "access.control.allow.origin": "http://ui.example", "access.control.allow.methods": "GET,PUT",
                "response.http.headers.config": "set X-Content-Type-Options:nosniff",
            ]) { server in
                let answer = try await server.send("GET", "/connectors", fields: ["Origin: http://ui.example"])
                #expect(answer.headers["access-control-allow-origin"] == "http://ui.example")
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                let asked = try await server.send(
                    "OPTIONS", "/connectors/c/config",
                    fields: ["Origin: http://ui.example", "Access-Control-Request-Method: PUT"])
                #expect(asked.headers["access-control-allow-methods"] == "GET,PUT")
            }
        }
    }

    @Test(arguments: [
        (["listeners": "ftp://h:1"], "it has to be http or https"), (["listeners": "http://h"], "no port"),
        (["admin.listeners": "8083"], "is not a listener"), (["rest.advertised.listener": "ftp"], "http, https"),
        (["response.http.headers.config": "set"], "Invalid format of header config"),
        (["rest.extension.classes": "com.example.Mine"], "names com.example.Mine"),
        (["rest.extension.classes": extensionClass], "java.security.auth.login.config has to name"),
        (
            ["rest.extension.classes": extensionClass, "java.security.auth.login.config": "/nothing"],
            "Cannot read /nothing"
        ),
        (["ssl.client.auth": "maybe"], "none, requested, required"),
    ])
    func settingsThatCannotBeUsedAreSaid(properties: [String: String], text: String) throws {
        let client = try KafkaClient(bootstrapServers: ["127.0.0.1:1"])
        let error = #expect(throws: (any Error).self) {
            try ConnectService(
                configuration: try WorkerConfiguration(properties), client: client,
                plugins: PluginCatalog(version: "1"),
                version: ServerVersion(version: "1", commit: "x"), logger: Self.quiet)
        }
        #expect(error.map { "\($0)" }?.contains(text) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test(arguments: [
        ("Other { x required; };", "", "section KafkaConnect"), ("KafkaConnect { };", "", "section KafkaConnect"),
        ("KafkaConnect { com.example.Ldap required file=\"x\"; };", "", "has to be org.apache"),
        ("KafkaConnect { \(loginModule) required; };", "", "with file="),
        ("KafkaConnect { \(loginModule) required file=\"USERS\"; };", "# nobody\n", "names no user"),
        ("KafkaConnect { \(loginModule) required file=\"USERS\"; };", "ada=\\u12\n", "four hexadecimal digits"),
        ("KafkaConnect {", "", "jaas.conf: line 1"),
    ])
    func loginFilesThatCannotBeUsedAreSaid(login: String, users: String, text: String) async throws {
        let directory = try TemporaryDirectory()
        try login.replacing("USERS", with: directory.path("users")).write(
            toFile: directory.path("jaas.conf"), atomically: true, encoding: .utf8)
        try users.write(toFile: directory.path("users"), atomically: true, encoding: .utf8)
        let client = try KafkaClient(bootstrapServers: ["127.0.0.1:1"])
        let properties = [
            "rest.extension.classes": Self.extensionClass,
            "java.security.auth.login.config": directory.path("jaas.conf"),
        ]
        let error = #expect(throws: HTTPServiceError.self) {
            try ConnectService(
                configuration: try WorkerConfiguration(properties), client: client,
                plugins: PluginCatalog(version: "1"),
                version: ServerVersion(version: "1", commit: "x"), logger: Self.quiet)
        }
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
    }

    /// A worker knows the keys of TLS under the names that listeners read them by.
    @Test func everyKeyOfTLSIsAWorkersKey() {
        for name in TLSSettings.names {
            for prefix in ["", "listeners.https.", "admin.listeners.https."] {
                #expect(WorkerConfiguration.knows(prefix + name), "\(prefix + name)")
            }
        }
        #expect(!WorkerConfiguration.knows("listeners.https.ssl.typo"))
        #expect(!WorkerConfiguration.knows("listeners.https.group.id"))
    }

    private static var quiet: Logger {
        var logger = Logger(label: "connect")
        logger.logLevel = .critical
        return logger
    }
}

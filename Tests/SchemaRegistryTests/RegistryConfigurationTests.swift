import Foundation
import HTTPService
import HTTPTestSupport
import SchemaFormat
import ServerHarness
import Testing

@testable import SchemaRegistry

@Suite(.timeLimit(.minutes(1))) struct RegistryConfigurationTests {
    @Test func whatIsNotSaidIsAsWithOthers() throws {
        let configuration = try RegistryConfiguration()
        #expect(configuration.listeners.map(\.description) == ["http://0.0.0.0:8081"])
        #expect(configuration.log.topic == "_schemas" && configuration.log.replicationFactor == 3)
        #expect(configuration.log.timeout == .milliseconds(500) && configuration.log.initTimeout == .seconds(60))
        #expect(configuration.election.groupID == "schema-registry" && configuration.isEligible)
        #expect(configuration.rules.level == .backward && configuration.rules.allowsModeChanges)
        #expect(configuration.cacheSize == 1000 && configuration.peerScheme == .http)
    }

    @Test func namesMeanWhatTheyMeanElsewhere() throws {
        let configuration = try RegistryConfiguration([
            "listeners": "http://a:1,https://b:2", "host.name": "registry", "host.port": "99",
            "inter.instance.protocol": "https", "kafkastore.topic": "t", "kafkastore.timeout.ms": "700",
            "schema.compatibility.level": "full_transitive", "mode.mutability": "FALSE", "master.eligibility": "false",
            "schema.registry.group.id": "g", "kafkastore.topic.config.segment.bytes": "1000", "unknown": "left alone",
            "inter.instance.headers.whitelist": "A, B", "leader.election.sticky": "true",
        ])
        #expect(
            configuration.listeners.count == 2 && configuration.hostName == "registry" && configuration.hostPort == 99)
        #expect(configuration.peerScheme == .https && configuration.log.topic == "t")
        #expect(configuration.log.timeout == .milliseconds(700))
        #expect(configuration.log.topicSettings == ["segment.bytes": "1000"])
        #expect(configuration.rules.level == .fullTransitive && !configuration.rules.allowsModeChanges)
        #expect(!configuration.isEligible && configuration.election.groupID == "g" && configuration.election.isSticky)
        #expect(configuration.client.headers == ["A", "B"])
        #expect(try RegistryConfiguration(["avro.compatibility.level": "none"]).rules.level == CompatibilityLevel.none)
    }

    @Test(arguments: [
        ("listeners", "nonsense"), ("kafkastore.timeout.ms", "soon"), ("kafkastore.timeout.ms", "0"),
        ("schema.compatibility.level", "SOME"), ("mode.mutability", "perhaps"), ("host.port", "70000"),
        ("inter.instance.protocol", "ftp"), ("kafkagroup.heartbeat.interval.ms", "10000"), ("schema.cache.size", "1"),
    ])
    func whatCannotBeMeantIsRefusedByItsName(_ name: String, _ value: String) {
        do {
            _ = try RegistryConfiguration([name: value])
            #expect(Bool(false), "\(name)=\(value)")
        } catch {
            let message = "\(error)"
            #expect(message.contains(name == "listeners" ? value : name), "\(message)")
        }
    }

    @Test func usersHaveTheirRoles() throws {
        let text = "# comment\n\nalice: secret,admin,user\r\nbob=pass word\n carol: x , other\n"
        #expect(try RegistryUsers.users(text, in: "f", with: ["*"]).keys.sorted() == ["alice", "bob", "carol"])
        #expect(try RegistryUsers.users(text, in: "f", with: ["admin"]) == ["alice": "secret"])
        for line in ["alice", "alice: MD5:0123", "alice: OBF:x"] {
            #expect(throws: HTTPServiceError.self) { try RegistryUsers.users(line, in: "f", with: ["*"]) }
        }
        for settings in [
            ["authentication.method": "BEARER"], ["authentication.method": "BASIC"],
            ["authentication.method": "BASIC", "authentication.realm": "r"],
        ] {
            #expect(throws: HTTPServiceError.self) { try RegistryUsers.authentication(RegistryProperties(settings)) }
        }
        #expect(try RegistryUsers.authentication(RegistryProperties([:])) == nil)
    }

    @Test func whoIsNotKnownIsNotServed() async throws {
        let directory = try TemporaryDirectory()
        let users = directory.path("users"), jaas = directory.path("jaas.conf")
        try "alice: secret,admin\nbob: other,guest\n".write(toFile: users, atomically: true, encoding: .utf8)
        try "Registry {\n org.eclipse.jetty.jaas.spi.PropertyFileLoginModule required file=\"\(users)\";\n};\n"
            .write(toFile: jaas, atomically: true, encoding: .utf8)
        let settings = [
            "authentication.method": "BASIC", "authentication.realm": "Registry", "authentication.roles": "admin",
            "java.security.auth.login.config": jaas, "authentication.skip.paths": "/v1/metadata/version",
            "access.control.allow.origin": "https://pages.example", "access.control.allow.methods": "GET,PUT",
        ]
        try await RegistryFixture.with { fixture async throws in
            try await fixture.serving(settings) { server async throws in
                #expect(try await server.send("GET", "/subjects").status == 401)
                // alice:secret and bob:other.
                let alice = try await server.send("GET", "/subjects", fields: ["Authorization: Basic YWxpY2U6c2VjcmV0"])
                #expect(alice.status == 200)
                let bob = try await server.send("GET", "/subjects", fields: ["Authorization: Basic Ym9iOm90aGVy"])
                #expect(bob.status == 401)
                #expect(try await server.send("GET", "/v1/metadata/version").status == 200)
                let page = try await server.send(
                    "GET", "/v1/metadata/version", fields: ["Origin: https://pages.example"])
                #expect(page.headers["access-control-allow-origin"] == "https://pages.example")
            }
        }
    }
}

import ConnectAPI
import HTTPService
import SchemaClient
import Testing
import TransportSecurity

@testable import RegistryConverters

@Suite struct RegistrySettingsTests {
    private static let url = ["schema.registry.url": "http://one:8081, http://two:8081/"]

    private func settings(_ configuration: [String: String]) throws -> RegistrySettings {
        try RegistrySettings(Self.url.merging(configuration) { $1 })
    }

    @Test func theDefaultsAreConfluents() throws {
        let settings = try settings([:])
        #expect(settings.choice == .register)
        #expect(!settings.normalizes)
        #expect(settings.keySubject == .topicName && settings.valueSubject == .topicName)
        #expect(
            settings.client
                == SchemaClientSettings(
                    cacheSize: 1000, latestLifetime: nil, retryLimit: 3, retryWait: .seconds(1),
                    longestRetryWait: .seconds(20)))
        let transport = try settings.transport()
        #expect(transport.urls == ["http://one:8081", "http://two:8081/"])
        #expect(transport.credentials == nil && transport.token == nil && transport.tls == nil)
        #expect(transport.connectTimeout == .seconds(60) && transport.requestTimeout == .seconds(60))
    }

    @Test func registrationGoesBeforeEveryOtherChoice() throws {
        #expect(try settings(["use.latest.version": "true"]).choice == .register)
        let off = ["auto.register.schemas": "false"]
        #expect(try settings(off).choice == .lookUp)
        #expect(
            try settings(off.merging(["use.latest.version": "true"]) { $1 }).choice == .latest(isStrict: true))
        #expect(
            try settings(off.merging(["use.schema.id": "7", "id.compatibility.strict": "false"]) { $1 }).choice
                == .id(7, isStrict: false))
    }

    @Test func credentials() async throws {
        let basic = try settings([
            "basic.auth.credentials.source": "USER_INFO", "basic.auth.user.info": "fred:letmein",
        ])
        #expect(try basic.transport().credentials == "fred:letmein")
        // The source is the URL unless it says otherwise.
        #expect(try settings(["basic.auth.user.info": "fred:letmein"]).transport().credentials == nil)
        let older = try settings([
            "basic.auth.credentials.source": "USER_INFO", "schema.registry.basic.auth.user.info": "a:b",
        ])
        #expect(try older.transport().credentials == "a:b")
        let bearer = try settings(["bearer.auth.credentials.source": "STATIC_TOKEN", "bearer.auth.token": "t"])
        #expect(try bearer.transport().token == "t")
        let both = try settings([
            "basic.auth.credentials.source": "USER_INFO", "bearer.auth.credentials.source": "STATIC_TOKEN",
        ])
        #expect(try await connectError { _ = try both.transport() }.code == .invalidConfiguration)
        let none = try settings(["basic.auth.credentials.source": "USER_INFO"])
        #expect(try await connectError { _ = try none.transport() }.message.contains("set basic.auth.user.info"))
    }

    @Test func headersTimesAndTLS() throws {
        let transport = try settings([
            "request.header.X-Tenant": "acme", "http.connect.timeout.ms": "5", "http.read.timeout.ms": "7",
            "schema.registry.ssl.truststore.certificates": "PEM", "ssl.keystore.location": "/not/this",
        ]).transport()
        #expect(transport.headers.map(\.name) == ["X-Tenant"] && transport.headers.map(\.value) == ["acme"])
        #expect(transport.connectTimeout == .milliseconds(5) && transport.requestTimeout == .milliseconds(7))
        #expect(transport.tls?.description == "TLS by ssl.truststore.certificates")
    }

    @Test func whatIsNotThereIsRefusedAndNotPassedOver() async throws {
        for (key, value) in [
            "value.subject.name.strategy": "com.acme.Mine", "use.latest.with.metadata": "a=b",
            "rule.executors": "encrypt", "generate.struct.for.nulls": "true",
            "bearer.auth.credentials.source": "OAUTHBEARER", "max.retries": "-1",
        ] {
            let error = try await connectError { _ = try settings([key: value]) }
            #expect(error.code == .invalidConfiguration)
            #expect(error.message.contains(key), "\(error.message)")
        }
    }

    @Test func whatIsSwitchedOffNeedNotBeThere() throws {
        #expect(try settings(["generate.struct.for.nulls": "false", "proxy.host": ""]).choice == .register)
    }

    @Test func secretsArePasswords() {
        let definition = RegistrySettings.definition(requiresURL: true)
        let secrets = [
            "basic.auth.user.info", "schema.registry.basic.auth.user.info", "bearer.auth.token",
            "schema.registry.ssl.keystore.password", "schema.registry.ssl.keystore.key",
            "schema.registry.ssl.key.password", "schema.registry.ssl.truststore.password",
        ]
        for name in secrets { #expect(definition[name]?.kind == .password, "\(name)") }
        #expect(definition.keys.filter { $0.documentation.isEmpty }.isEmpty)
    }

    @Test func theAddressIsRequiredUnlessTheRegistryIsGiven() async throws {
        let remote = try #require(RegistryConverters.all().first)
        let error = try await connectError { _ = try remote.make([:], false) }
        #expect(
            error.message == #"Missing required configuration "schema.registry.url" which has no default value."#)
        let local = try #require(RegistryConverters.all(makeClient: MemoryRegistry().makeClient).first)
        _ = try local.make([:], false)
    }
}

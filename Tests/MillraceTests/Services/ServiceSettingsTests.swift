import Broker
import Testing
import TransportSecurity

@testable import millrace

@Suite struct ServiceSettingsTests {
    private func error(_ kind: ServiceSettings.Kind, _ properties: [String: String]) -> String? {
        do {
            _ = try ServiceSettings(properties, kind: kind)
            return nil
        } catch { return (error as? ConfigurationError)?.message }
    }

    @Test func brokersAreNamedAsWithOthers() throws {
        let proxy = try ServiceSettings(["bootstrap.servers": "a:1, b:2,"], kind: .restProxy)
        #expect(proxy.bootstrapServers == ["a:1", "b:2"])
        #expect(proxy.clientID == "kafka-rest" && proxy.warnings.isEmpty)
        let registry = try ServiceSettings(
            ["kafkastore.bootstrap.servers": "PLAINTEXT://a:1,b:2", "client.id": "x"], kind: .schemaRegistry)
        #expect(registry.bootstrapServers == ["a:1", "b:2"])
        #expect(registry.clientID == "x" && registry.warnings.isEmpty)
    }

    @Test func connectionsAreEncryptedBySettingsWithTheServicesPrefix() throws {
        let proxy = try ServiceSettings(
            [
                "bootstrap.servers": "SSL://a:1,b:2", "client.security.protocol": "ssl",
                "client.ssl.truststore.location": "trusted.pem", "ssl.keystore.location": "of the proxy's listeners",
            ], kind: .restProxy)
        #expect(proxy.bootstrapServers == ["a:1", "b:2"] && proxy.warnings.isEmpty)
        #expect(proxy.security.tls?.description == "TLS by ssl.truststore.location")
        let registry = try ServiceSettings(
            ["kafkastore.bootstrap.servers": "a:1", "kafkastore.security.protocol": "SSL"], kind: .schemaRegistry)
        #expect(registry.security.tls != nil && registry.warnings.isEmpty)
        #expect(try ServiceSettings(["bootstrap.servers": "a:1"], kind: .restProxy).security.tls == nil)
    }

    @Test func whatIsMissingOrNotThereIsSaid() {
        #expect(
            error(.schemaRegistry, ["bootstrap.servers": "a:1"])
                == #"Missing required configuration "kafkastore.bootstrap.servers" which has no default value."#)
        #expect(
            error(.schemaRegistry, ["kafkastore.bootstrap.servers": "SSL://a:1"])
                == "kafkastore.bootstrap.servers names SSL://a:1, and kafkastore.security.protocol is PLAINTEXT:"
                + " they have to be the same, PLAINTEXT or SSL")
        #expect(
            error(.restProxy, ["bootstrap.servers": "a:1", "client.security.protocol": "SASL_SSL"])
                == "client.security.protocol=SASL_SSL: only PLAINTEXT and SSL are supported on the way to Kafka")
    }

    @Test(arguments: [
        (
            ServiceSettings.Kind.restProxy, "bootstrap.servers", "consumer.instance.timeout.m",
            "consumer.instance.timeout.ms"
        ),
        (.schemaRegistry, "kafkastore.bootstrap.servers", "kafkastore.topics", "kafkastore.topic"),
    ])
    func anUnknownKeyIsWarnedOf(kind: ServiceSettings.Kind, brokers: String, key: String, nearest: String) throws {
        #expect(
            try ServiceSettings([brokers: "a:1", key: "1", "http2.enabled": "true"], kind: kind).warnings
                == ["unknown setting \(key) has no effect; is \(nearest) meant?"])
    }
}

import Broker
import Testing

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

    @Test func whatIsMissingOrNotThereIsSaid() {
        #expect(
            error(.schemaRegistry, ["bootstrap.servers": "a:1"])
                == #"Missing required configuration "kafkastore.bootstrap.servers" which has no default value."#)
        #expect(
            error(.schemaRegistry, ["kafkastore.bootstrap.servers": "SSL://a:1"])
                == "kafkastore.bootstrap.servers names SSL://a:1: only PLAINTEXT is supported on the way to Kafka")
        #expect(
            error(.restProxy, ["bootstrap.servers": "a:1", "client.security.protocol": "SASL_SSL"])
                == "client.security.protocol=SASL_SSL: only PLAINTEXT is supported on the way to Kafka")
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

import HTTPService
import KafkaClient
import RecordFormat
import Testing

@testable import RESTProxy

@Suite struct RESTProxySettingsTests {
    @Test func defaultsAreThoseOfTheOriginal() throws {
        let settings = try RESTProxySettings()
        #expect(settings.listeners.map(\.description) == ["http://127.0.0.1:8082"])
        #expect(settings.isV2Enabled && settings.isV3Enabled)
        #expect(settings.consumers.requestTimeout == .seconds(1))
        #expect(settings.consumers.requestMaximumBytes == 64 << 20)
        #expect(settings.consumers.instanceTimeout == .seconds(300))
        #expect(settings.consumers.fetchMinimumBytes == -1)
        #expect(settings.consumers.maximumPollRecords == 30)
    }

    @Test func keysOfProducersAndConsumersComeBeforeThoseOfClients() throws {
        let settings = try RESTProxySettings([
            "producer.compression.type": "lz4", "client.request.timeout.ms": "1000", "producer.linger.ms": "5",
            "producer.acks": "0", "consumer.isolation.level": "read_committed",
            "consumer.auto.offset.reset": "earliest",
            "consumer.enable.auto.commit": "false", "client.session.timeout.ms": "7000",
        ])
        #expect(settings.producer.compression == .lz4)
        #expect(settings.producer.requestTimeout == .seconds(1))
        #expect(settings.producer.linger == .milliseconds(5))
        #expect(settings.producer.acknowledgement == .all)
        #expect(settings.consumers.base.isolationLevel == .readCommitted)
        #expect(settings.consumers.base.autoOffsetReset == .earliest)
        #expect(settings.consumers.base.sessionTimeout == .seconds(7))
        #expect(!settings.consumers.base.isAutoCommitEnabled)
    }

    @Test(arguments: [
        ("api.v2.enable", "yes"), ("request.max.bytes", "0"), ("request.max.bytes", "many"), ("fetch.min.bytes", "-2"),
        ("fetch.min.bytes", "10000001"), ("producer.compression.type", "rar"), ("consumer.auto.offset.reset", "middle"),
        ("consumer.instance.timeout.ms", "-1"), ("consumer.isolation.level", "none"), ("memory.max.bytes", "1"),
    ])
    func whatCannotBeMeantNamesItsKey(key: String, value: String) {
        let error = #expect(throws: RESTProxySettingsError.self) { try RESTProxySettings([key: value]) }
        #expect(error?.message.contains(key) == true)
        #expect(error?.message.contains(value) == true)
    }

    @Test func whatInstancesFetchAheadFitsIntoMemory() throws {
        let settings = try RESTProxySettings(["memory.max.bytes": "268435456", "consumer.instances.max": "1000"])
        #expect(Int(settings.consumers.base.fetchMaximumBytes) * 1000 <= 268_435_456)
    }

    @Test func ownersAreReachedWhereTheSettingsSay() throws {
        let bound = try #require(try RESTProxySettings(["listeners": "http://0.0.0.0:1234"]).listeners.first)
        #expect(try RESTProxySettings().owner(boundTo: bound) == "http://127.0.0.1:1234")
        #expect(try RESTProxySettings(["host.name": "proxy"]).owner(boundTo: bound) == "http://proxy:1234")
        #expect(
            try RESTProxySettings(["advertised.listeners": "http://a:1,https://b:2"]).owner(boundTo: bound)
                == "http://a:1")
    }
}

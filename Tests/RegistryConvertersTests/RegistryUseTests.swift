import ConnectAPI
import RegistryConverters
import SchemaClient
import Synchronization
import Testing

/// How converters use the registry, whatever the format.
@Suite struct RegistryUseTests {
    private let registry = MemoryRegistry()

    private func avro(_ configuration: [String: String] = [:], isKey: Bool = false) throws -> any Converter {
        try converter("AvroConverter", registry, configuration, isKey: isKey)
    }

    @Test func aSchemaIsRegisteredOnceAndReadOnce() async throws {
        let avro = try avro()
        let first = try await avro.bytes(.int32(1), .int32)
        let asked = registry.requestCount
        // Another schema that says the same is the same.
        #expect(try await avro.bytes(.int32(1), ConnectSchema(.int32)) == first)
        #expect(registry.requestCount == asked)
        _ = try await avro.value(first)
        let read = registry.requestCount
        _ = try await avro.value(first)
        #expect(registry.requestCount == read)
        #expect(registry.subjects == ["orders-value": [1]])
    }

    @Test func keysAndValuesHaveSubjectsOfTheirOwn() async throws {
        _ = try await avro(isKey: true).bytes(.int32(1), .int32)
        _ = try await avro().bytes(.string("x"), .string)
        #expect(registry.subjects == ["orders-key": [1], "orders-value": [2]])
    }

    @Test func aRecordsNameMayBeTheSubject() async throws {
        let schema = ConnectSchema.record("com.acme.Order", ["a": .int32])
        let value = ConnectValue.structure(try Struct(schema, ["a": .int32(1)]))
        let prefix = "io.confluent.kafka.serializers.subject."
        let named = try avro(["value.subject.name.strategy": prefix + "RecordNameStrategy"])
        _ = try await named.bytes(value, schema)
        _ = try await avro(["value.subject.name.strategy": "TopicRecordNameStrategy"]).bytes(value, schema)
        #expect(Set(registry.subjects.keys) == ["com.acme.Order", "orders-com.acme.Order"])
        let error = try await connectError { _ = try await named.bytes(.int32(1), .int32) }
        #expect(error.code == .invalidData && !error.isRetriable)
        #expect(error.message.contains("use TopicNameStrategy"))
    }

    @Test func aRegistryThatIsDownIsTriedAgain() async throws {
        registry.setDown(true)
        let avro = try avro(["max.retries": "2"])
        let writing = try await connectError { _ = try await avro.bytes(.int32(1), .int32) }
        #expect(writing.code == .unavailable && writing.isRetriable)
        #expect(writing.message.contains("Error registering Avro schema under the subject 'orders-value'"))
        #expect(registry.requestCount == 3)
        let reading = try await connectError { _ = try await avro.value([0, 0, 0, 0, 1, 2]) }
        #expect(reading.code == .unavailable && reading.isRetriable)
        registry.setDown(false)
        #expect(try await avro.bytes(.int32(1), .int32) == [0, 0, 0, 0, 1, 2])
    }

    @Test func withoutRegistrationTheSchemaHasToBeThere() async throws {
        let avro = try avro(["auto.register.schemas": "false"])
        let error = try await connectError { _ = try await avro.bytes(.int32(1), .int32) }
        #expect(error.code == .invalidData && !error.isRetriable)
        #expect(error.message.contains("auto.register.schemas=false"))
        registry.add(#""int""#, under: "orders-value")
        #expect(try await avro.bytes(.int32(1), .int32) == [0, 0, 0, 0, 1, 2])
    }

    @Test func theLatestVersionTakesWhatItCan() async throws {
        let settings = ["auto.register.schemas": "false", "use.latest.version": "true", "latest.cache.ttl.sec": "0"]
        let schema = ConnectSchema.record("R", ["b": .int32, "a": .string])
        let value = ConnectValue.structure(try Struct(schema, ["a": .string("x"), "b": .int32(1)]))
        // The fields stand in another order, one is wider, one may be null, one is not there and has a default.
        registry.add(
            #"{"type":"record","name":"R","fields":[{"name":"a","type":["null","string"],"default":null},"#
                + #"{"name":"b","type":"long"},{"name":"c","type":{"type":"array","items":"int"},"default":[7]}]}"#,
            under: "orders-value")
        let avro = try avro(settings)
        #expect(try await avro.bytes(value, schema) == [0, 0, 0, 0, 1, 2, 2, 0x78, 2, 2, 14, 0])
        // A version that comes later is the latest then.
        registry.add(#"{"type":"record","name":"R","fields":[{"name":"a","type":"string"}]}"#, under: "orders-value")
        #expect(try await avro.bytes(value, schema) == [0, 0, 0, 0, 2, 2, 0x78])
        registry.add(#"{"type":"record","name":"R","fields":[{"name":"z","type":"int"}]}"#, under: "orders-value")
        let error = try await connectError { _ = try await avro.bytes(value, schema) }
        #expect(error.message.contains("Set latest.compatibility.strict=false"))
        let lax = try self.avro(settings.merging(["latest.compatibility.strict": "false"]) { $1 })
        let misfit = try await connectError { _ = try await lax.bytes(value, schema) }
        #expect(misfit.message.contains(#"no default for it, field: "z""#))
    }

    @Test func aSchemaOfAGivenNumber() async throws {
        registry.add(#""long""#, under: "elsewhere")
        let avro = try avro(["auto.register.schemas": "false", "use.schema.id": "1"])
        #expect(try await avro.bytes(.int32(1), .int32) == [0, 0, 0, 0, 1, 2])
        let error = try await connectError { _ = try await avro.bytes(.string("x"), .string) }
        #expect(error.message.contains("Set id.compatibility.strict=false"))
    }

    @Test func aTopicThatWasCopiedIsReadAllTheSame() async throws {
        let avro = try avro()
        let bytes = try await avro.bytes(.structure(Struct(.record("R", [:]))), .record("R", [:]), topic: "orders")
        #expect(try await avro.value(bytes, topic: "orders").schema?.version == 1)
        #expect(try await avro.value(bytes, topic: "copy").schema?.version == nil)
    }

    @Test func convertersOfOneRegistryShareAClient() async throws {
        let entry = try #require(
            RegistryConverters.all(makeClient: registry.makeClient).first { $0.className.hasSuffix("AvroConverter") })
        do {
            let key = try entry.make(["schema.registry.url": "http://a:1"], true)
            let value = try entry.make(["schema.registry.url": "http://a:1", "normalize.schemas": "true"], false)
            _ = try await key.bytes(.int32(1), .int32)
            let read = registry.requestCount
            // The other one knows the number by now.
            _ = try await value.value([0, 0, 0, 0, 1, 2], topic: "other")
            #expect(
                registry.state.withLock { $0.requests.dropFirst(read).contains { $0.path.first == "schemas" } } == false
            )
            #expect(registry.state.withLock { $0.closings } == 0)
        }
        while registry.state.withLock({ $0.closings }) < 1 { await Task.yield() }
        #expect(registry.state.withLock { $0.closings } == 1)
    }
}

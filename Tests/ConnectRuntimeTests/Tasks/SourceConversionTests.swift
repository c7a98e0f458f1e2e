import ConnectAPI
import KafkaClient
import RecordFormat
import Testing

@testable import ConnectRuntime

/// Records between a source task and the producer, through a chain that never waits and through one that may: what
/// becomes of them is the same.
@Suite(.timeLimit(.minutes(1))) struct SourceConversionTests {
    /// Passes everything on, after a while.
    private struct WaitingTransform: Transform {
        func apply<Record: ConnectRecord>(_ record: Record) async throws -> Record? {
            await Task.yield()
            return record
        }
    }

    private let letters = FakeDeadLetters()

    private func conversion(
        waits: Bool, _ more: [String: String] = [:], metrics: TaskMetrics = TaskMetrics()
    ) async throws -> SourceConversion {
        let fixture = try await TaskFixture()
        let plugins = PluginCatalog(version: "1")
        plugins.registerTransform("test.Waiting", version: "1", definition: ConfigDefinition()) { _ in
            WaitingTransform()
        }
        let clients = WorkerClients(
            makeProducer: { throw ConnectError(.failed, "there is no broker") },
            makeConsumer: { _ in throw ConnectError(.failed, "there is no broker") },
            makeDeadLetterOutlet: { [letters] _, _ in letters }, groupOffsets: NoGroupOffsets())
        var connector = [
            "transforms": waits ? "wait,drop,cast" : "drop,cast", "transforms.wait.type": "test.Waiting",
            "transforms.drop.type": "Filter", "transforms.drop.predicate": "tombstone",
            "predicates": "tombstone", "predicates.tombstone.type": "RecordIsTombstone",
            "transforms.cast.type": "Cast$Value", "transforms.cast.spec": "int32",
            "value.converter": "StringConverter", "key.converter": "StringConverter",
            "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "dlq",
        ]
        connector.merge(more) { $1 }
        let environment = TaskEnvironment(
            id: TaskFixture.id, configuration: [:], connectorConfiguration: connector, worker: fixture.worker,
            plugins: plugins, clients: clients, offsets: fixture.offsets, statuses: fixture.statuses,
            logger: fixture.logger, metrics: metrics)
        return try await SourceConversion(environment, control: TaskControl(.run))
    }

    private func record(_ value: ConnectValue, key: String? = nil) -> SourceRecord {
        SourceRecord(
            sourcePartition: ["f": .string("f")], sourceOffset: [:], topic: "t", key: key.map { .string($0) } ?? .null,
            value: value, headers: ConnectHeaders([.init("h", .int64(7))]))
    }

    @Test(arguments: [false, true]) func whatFailsIsSkippedAndItsNeighboursKeepTheirPlaces(waits: Bool) async throws {
        let metrics = TaskMetrics()
        let conversion = try await conversion(waits: waits, metrics: metrics)
        let values: [ConnectValue] = [
            .string("poison"), .string("1"), .null, .null, .string("2"), .string("bad"), .string("worse"), .string("3"),
        ]
        let converted = try await conversion.convert(values.map { record($0, key: "k") })
        #expect(converted.outgoing.map(\.value?.string) == ["1", "2", "3"])
        #expect(converted.outgoing.allSatisfy { $0.key?.string == "k" && $0.headers.map(\.value?.string) == ["7"] })
        #expect(converted.dropped == [0, 2, 3, 5, 6])
        #expect(letters.letters.map(\.value?.string) == ["poison", "bad", "worse"])
        #expect(metrics.measurements.errors.failures == 3 && metrics.measurements.errors.skipped == 3)
    }

    @Test(arguments: [false, true]) func theStepThatFailsIsNamed(waits: Bool) async throws {
        for (more, stage) in [
            ([:], "TRANSFORMATION"),
            (["transforms.cast.spec": "string", "value.converter": "IntegerConverter"], "VALUE_CONVERTER"),
            (["transforms.cast.spec": "string", "key.converter": "IntegerConverter"], "KEY_CONVERTER"),
            (["transforms.cast.spec": "string", "header.converter": "IntegerConverter"], "HEADER_CONVERTER"),
        ] {
            let settings = more.merging(["errors.deadletterqueue.context.headers.enable": "true"]) { $1 }
            let conversion = try await conversion(waits: waits, settings)
            var failing = record(.string("poison"), key: "k")
            failing.headers = ConnectHeaders([.init("h", .string("no number"))])
            #expect(try await conversion.convert([failing]).dropped == [0])
            let header = letters.letters.last?.headers.first { $0.key == "__connect.errors.stage" }
            #expect(header?.value?.string == stage)
        }
    }

    @Test(arguments: [false, true]) func whatIsNotToleratedIsThrown(waits: Bool) async throws {
        let conversion = try await conversion(waits: waits, ["errors.tolerance": "none"])
        await #expect(throws: ConnectError.self) {
            try await conversion.convert([record(.string("1")), record(.string("poison"))])
        }
        #expect(letters.letters.count == 1)
    }
}

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
            id: TaskFixture.id, configuration: [:], connectorConfiguration: connector,
            sharedWorker: Shared(fixture.worker),
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
        let converted = try await conversion.convert(.records(values.map { record($0, key: "k") }))
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
            #expect(try await conversion.convert(.records([failing])).dropped == [0])
            let header = letters.letters.last?.headers.first { $0.key == "__connect.errors.stage" }
            #expect(header?.value?.string == stage)
        }
    }

    @Test(arguments: [false, true]) func whatIsNotToleratedIsThrown(waits: Bool) async throws {
        let conversion = try await conversion(waits: waits, ["errors.tolerance": "none"])
        await #expect(throws: ConnectError.self) {
            try await conversion.convert(.records([record(.string("1")), record(.string("poison"))]))
        }
        #expect(letters.letters.count == 1)
    }

    // MARK: Lines

    private func lines(_ bytes: [UInt8]) -> SourceLines {
        var lines: [SourceLines.Line] = []
        var start: Int32 = 0
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            lines.append(SourceLines.Line(start: start, end: Int32(index), next: Int32(index) + 1))
            start = Int32(index) + 1
        }
        let common = SourceRecord(
            sourcePartition: ["f": .string("f")], sourceOffset: [:], topic: "t", partition: 3, valueSchema: .string,
            value: .null, timestamp: Timestamp(milliseconds: 5))
        return SourceLines(common, text: ByteSlice(bytes), lines: lines) { ["position": .int64(Int64($0.next))] }
    }

    /// Through whatever chain, with or without a record made of each.
    @Test(arguments: ["StringConverter", "JsonConverter", "ByteArrayConverter"], ["", "drop"])
    func linesBecomeWhatTheirRecordsBecome(converter: String, transforms: String) async throws {
        let settings = [
            "value.converter": converter, "value.converter.schemas.enable": "false", "transforms": transforms,
        ]
        for text in ["a\nb c\n\nlast\n", "ü€𝄞\n", "\u{0}\n", ""] {
            let lines = lines(Array(text.utf8))
            let conversion = try await conversion(waits: false, settings)
            let whole = try await conversion.convert(.lines(lines))
            let each = try await conversion.convert(.records(lines.records))
            #expect(whole.outgoing == each.outgoing && whole.dropped == each.dropped, "\(text)")
            #expect(whole.outgoing.count + whole.dropped.count == lines.count)
        }
    }

    @Test func aLineThatFailsHasALetterOfItsOwn() async throws {
        let conversion = try await conversion(
            waits: false, ["transforms": "cast", "errors.deadletterqueue.context.headers.enable": "true"])
        let converted = try await conversion.convert(.lines(lines(Array("1\nx\n3\ny\n".utf8))))
        #expect(converted.outgoing.map(\.value?.string) == ["1", "3"] && converted.dropped == [1, 3])
        #expect(letters.letters.map(\.value?.string) == ["x", "y"])
        let offsets = letters.letters.map { letter in
            letter.headers.first { $0.key == "__connect.errors.source.offset" }?.value?.string
        }
        #expect(offsets == [#"{"position":4}"#, #"{"position":8}"#])
    }

    @Test func whatIsNoTextInLinesIsReplaced() async throws {
        let conversion = try await conversion(waits: false, ["transforms": ""])
        let lines = lines([0x61, 0x0A, 0xC3, 0x28, 0x0A, 0xE2, 0x82, 0x0A])
        let converted = try await conversion.convert(.lines(lines))
        #expect(converted.outgoing.map(\.value?.string) == ["a", "\u{FFFD}(", "\u{FFFD}"])
        #expect(converted.outgoing.map { $0.value?.count } == [1, 4, 3])
        #expect(converted.outgoing.allSatisfy { $0.partition == 3 && $0.timestamp == Timestamp(milliseconds: 5) })
        #expect(lines.lastOffset == ["position": .int64(8)])
    }
}

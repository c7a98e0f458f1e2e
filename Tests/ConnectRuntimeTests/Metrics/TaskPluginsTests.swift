import ConnectAPI
import KafkaClient
import ServerHarness
import Testing

@testable import ConnectRuntime

/// What tasks tell of the plug-ins that they work with.
@Suite(.timeLimit(.minutes(1))) struct TaskPluginsTests {
    private typealias Values = [String: MetricSeries.Value]

    private static let id = TaskFixture.id

    private static let configuration = [
        "connector.class": "Source", "key.converter": "JsonConverter", "key.converter.plugin.version": "(,3.0)",
        "key.converter.schemas.enable": "false", "transforms": "first, second",
        "transforms.first.type": "test.Strict", "transforms.first.plugin.version": "[1.0,2.0)",
        "transforms.first.predicate": "dead", "transforms.second.type": "HoistField$Value",
        "transforms.second.field": "f", "transforms.second.predicate": "dead", "transforms.second.negate": "true",
        "predicates": "dead,unused", "predicates.dead.type": "RecordIsTombstone", "predicates.unused.type": "None",
    ]

    private func catalog() -> PluginCatalog {
        let plugins = PluginCatalog(version: "2.5")
        plugins.registerSource("test.Source", version: "3") { BareSource() }
        plugins.registerSink("test.Sink", version: nil) { BareSink() }
        let definition = ConfigDefinition()
        plugins.registerTransform("test.Strict", version: "1.5", definition: definition) { [plugins] _ in
            try plugins.makeTransform("HoistField$Key", configuration: ["field": "k"])
        }
        plugins.registerHeaderConverter("test.Headers", version: nil, definition: definition) { [plugins] _ in
            try plugins.makeHeaderConverter("SimpleHeaderConverter", configuration: [:])
        }
        return plugins
    }

    private func running(
        _ plugins: PluginCatalog, _ properties: [String: String] = [:], _ clients: WorkerClients? = nil,
        _ body: (Worker, WorkerObservation, TaskFixture) async throws -> Void
    ) async throws {
        let fixture = try await TaskFixture(properties)
        let observation = WorkerObservation(fixture.worker, logger: fixture.logger)
        let statuses = StatusReporter(
            store: fixture.statusStore, workerID: "me:1", logger: fixture.logger, listener: observation.note)
        let nothing = WorkerClients(
            makeProducer: { throw ConnectError(.failed, "there is no broker") },
            makeConsumer: { _ in throw ConnectError(.failed, "there is no broker") },
            makeDeadLetterOutlet: { _, _ in throw ConnectError(.failed, "there is no broker") },
            groupOffsets: NoGroupOffsets())
        let worker = Worker(
            fixture.worker, plugins: plugins, clients: clients ?? nothing, offsets: fixture.offsets,
            statuses: statuses, observation: observation,
            transformer: WorkerConfigTransformer(fixture.worker.properties, plugins: plugins))
        let life = Task { await worker.run() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(worker, observation, fixture))
        } catch {
            result = .failure(error)
        }
        worker.shutdown()
        await life.value
        try result.get()
    }

    /// Starts the task of a worker that has no broker, and waits until it has failed as often as it was started.
    private func fail(
        _ configuration: [String: String], on worker: Worker, _ observation: WorkerObservation, times: Int64 = 1
    ) async throws {
        worker.startTask(Self.id, [:], connector: configuration, isPaused: false)
        try await wait(for: "the failure") {
            observation.metrics.series()[0].entries.contains(.init("task-startup-failure-total", .total(times)))
        }
    }

    /// What the task's groups of this name have, with the tag of each.
    private func groups(
        _ name: String, _ observation: WorkerObservation
    ) -> [(tag: MetricSeries.Tag?, values: Values)] {
        observation.metrics.series(of: Self.id.connector).filter { $0.group.rawValue == name && $0.task == 0 }
            .map { ($0.tag, Dictionary(uniqueKeysWithValues: $0.entries.map { ($0.name, $0.value) })) }
    }

    private func words(_ observation: WorkerObservation) -> [String: String] {
        (groups("connector-task-metrics", observation).first?.values ?? [:]).compactMapValues { value in
            if case .text(let text) = value { text } else { nil }
        }
    }

    @Test func aSourceTaskTellsOfAllThatItWorksWith() async throws {
        try await LiveClient.with { client in
            let properties = [
                "value.converter": "ByteArrayConverter", "value.converter.plugin.version": "2.5",
                "header.converter": "test.Headers",
            ]
            try await running(catalog(), properties, WorkerClients(client: client)) { worker, observation, fixture in
                worker.startTask(Self.id, [:], connector: Self.configuration, isPaused: true)
                try await fixture.waitForState(.paused)
                #expect(words(observation) == ["status": "paused"], "it was not made yet")
                worker.setPaused(Self.id, false)
                try await fixture.waitForState(.running)
                let converters = "org.apache.kafka.connect."
                #expect(
                    words(observation) == [
                        "status": "running", "connector-class": "test.Source", "connector-version": "3",
                        "connector-type": "source", "task-class": "test.Task", "task-version": "1",
                        "key-converter-class": converters + "json.JsonConverter", "key-converter-version": "2.5",
                        "value-converter-class": converters + "converters.ByteArrayConverter",
                        "value-converter-version": "2.5", "header-converter-class": "test.Headers",
                        "header-converter-version": "undefined",
                    ])
                let transforms = groups("connector-transform-metrics", observation)
                #expect(
                    transforms.map(\.tag) == [
                        .init(name: "transform", value: "first"), .init(name: "transform", value: "second"),
                    ])
                #expect(
                    transforms.map(\.values) == [
                        ["transform-class": .text("test.Strict"), "transform-version": .text("1.5")],
                        [
                            "transform-class": .text("org.apache.kafka.connect.transforms.HoistField$Value"),
                            "transform-version": .text("2.5"),
                        ],
                    ])
                // It is one, though two transforms have it; one that none has is not made.
                let predicates = groups("connector-predicate-metrics", observation)
                #expect(predicates.map(\.tag) == [.init(name: "predicate", value: "dead")])
                #expect(
                    predicates.first?.values == [
                        "predicate-class": .text("org.apache.kafka.connect.transforms.predicates.RecordIsTombstone"),
                        "predicate-version": .text("2.5"),
                    ])
            }
        }
    }

    @Test func aSinkTaskWithoutVersionsSaysSo() async throws {
        try await running(catalog()) { worker, observation, _ in
            try await fail(["connector.class": "test.Sink", "topics": "t"], on: worker, observation)
            let words = words(observation)
            #expect(words["connector-type"] == "sink" && words["connector-class"] == "test.Sink")
            #expect(words["connector-version"] == "undefined")
            #expect(words["key-converter-class"] == "org.apache.kafka.connect.storage.StringConverter")
            for name in ["connector-transform-metrics", "connector-predicate-metrics"] {
                #expect(groups(name, observation).isEmpty)
            }
        }
    }

    @Test func aHostedConnectorTellsItsChosenVersion() async throws {
        let plugins = PluginCatalog(version: "2.5")
        for version in ["1.2", "1.10", "1.9"] { try await plugins.addHosted("test.LinesConnector", version) }
        try await running(plugins) { worker, observation, _ in
            var times: Int64 = 0
            for (pin, version) in [("[1.0,1.10)", "1.9"), ("1.2", "1.2"), ("latest", "1.10")] {
                times += 1
                // It cannot be run here; which one it is is known before.
                try await fail(
                    ["connector.class": "Lines", "connector.plugin.version": pin], on: worker, observation,
                    times: times)
                let words = words(observation)
                #expect(words["connector-class"] == "test.LinesConnector" && words["connector-version"] == version)
                #expect(words["task-class"] == "test.LinesTask" && words["task-version"] == version)
                #expect(words["value-converter-version"] == "2.5")
            }
        }
    }

    @Test(arguments: [
        ["connector.plugin.version": "4"], ["key.converter.plugin.version": "[3.0,)"], ["key.converter": "None"],
        ["transforms.first.plugin.version": "1.4"], ["predicates.dead.type": "None"],
        ["predicates.dead.plugin.version": "[2"],
    ])
    func aTaskThatCannotBeMadeTellsNothing(_ change: [String: String]) async throws {
        try await running(catalog()) { worker, observation, _ in
            try await fail(Self.configuration, on: worker, observation)
            #expect(words(observation)["connector-version"] == "3")
            #expect(groups("connector-transform-metrics", observation).count == 2)
            try await fail(Self.configuration.merging(change) { $1 }, on: worker, observation, times: 2)
            #expect(words(observation) == ["status": "failed"])
            for name in ["connector-transform-metrics", "connector-predicate-metrics"] {
                #expect(groups(name, observation).isEmpty)
            }
        }
    }
}

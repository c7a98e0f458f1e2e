import ConnectAPI
import Testing

@testable import ConnectRuntime

/// What connectors may set for their clients, and how that is checked.
@Suite struct ClientOverrideTests {
    private static let source = ["name": "c", "connector.class": "PlainSource"]
    private static let sink = ["name": "c", "connector.class": "PlainSink", "topics": "t"]

    private func validate(
        _ base: [String: String], _ overrides: [String: String], worker: [String: String] = [:]
    ) async throws -> ConfigInfos {
        let plugins = PluginCatalog(version: "1")
        plugins.registerSource("test.PlainSourceConnector", version: "1") { BareSource() }
        plugins.registerSink("test.PlainSinkConnector", version: "1") { BareSink() }
        let worker = try WorkerConfiguration(worker)
        return try await ConfigurationValidator(
            plugins: plugins, maximumTasks: 10, overridePolicy: worker.overridePolicy,
            workerProperties: worker.properties
        ).validate(base.merging(overrides) { $1 })
    }

    private func errors(
        _ base: [String: String], _ overrides: [String: String], worker: [String: String] = [:]
    ) async throws -> [String: [String]] {
        let infos = try await validate(base, overrides, worker: worker)
        let found = infos.configs.filter { !$0.value.errors.isEmpty }.map { ($0.value.name, $0.value.errors) }
        return Dictionary(uniqueKeysWithValues: found)
    }

    @Test func knownSettingsAreAccepted() async throws {
        let producer = [
            "producer.override.acks": "1", "producer.override.linger.ms": " 5 ", "producer.override.batch.size": "0",
            "producer.override.compression.type": "zstd", "producer.override.retries": "3",
            "producer.override.max.block.ms": "9223372036854775807", "producer.override.bootstrap.servers": "h:1,i:2",
            "producer.override.security.protocol": "PLAINTEXT", "consumer.override.max.poll.records": "none of its",
        ]
        #expect(try await errors(Self.source, producer).isEmpty)
        let consumer = [
            "consumer.override.auto.offset.reset": "LATEST", "consumer.override.max.poll.records": "7",
            "consumer.override.isolation.level": "read_committed", "consumer.override.group.id": "g",
            "consumer.override.partition.assignment.strategy":
                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor, RangeAssignor",
            "producer.override.acks": "none of its",
        ]
        #expect(try await errors(Self.sink, consumer).isEmpty)
        let letters = ["errors.deadletterqueue.topic.name": "dlq", "producer.override.acks": "2"]
        #expect(try await errors(Self.sink, letters).keys.sorted() == ["producer.override.acks"])
    }

    @Test(arguments: [
        ("producer.override.acks", "2", "String must be one of: all, -1, 0, 1"),
        ("producer.override.linger.ms", "x", "Not a number of type LONG"),
        ("producer.override.batch.size", "-1", "Value must be at least 0"),
        ("producer.override.enable.idempotence", "1", "Expected value to be either true or false"),
        (
            "producer.override.compression.type", "best",
            "String must be one of: none, gzip, snappy, lz4, zstd"
        ),
    ])
    func valuesOfTheWrongFormAreErrors(key: String, value: String, reason: String) async throws {
        let found = try await errors(Self.source, [key: value])
        #expect(found == [key: ["Invalid value \(value) for configuration \(key): \(reason)"]])
    }

    @Test func settingsHaveToGoTogether() async throws {
        let both = ["producer.override.acks": "1", "producer.override.enable.idempotence": "true"]
        #expect(try await errors(Self.source, both).keys.sorted() == ["producer.override.acks"])
        let inFlight = ["producer.override.max.in.flight.requests.per.connection": "6"]
        #expect(try await errors(Self.source, inFlight).count == 1)
        let unordered = inFlight.merging(["producer.override.enable.idempotence": "false"]) { $1 }
        #expect(try await errors(Self.source, unordered).isEmpty)
        // A worker's setting counts too.
        let deadline = ["producer.override.delivery.timeout.ms": "1000"]
        #expect(
            try await errors(Self.source, deadline)
                == [
                    "producer.override.delivery.timeout.ms": [
                        "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms"
                    ]
                ])
        let worker = ["producer.request.timeout.ms": "900"]
        #expect(try await errors(Self.source, deadline, worker: worker).isEmpty)
        #expect(
            try await errors(Self.sink, ["consumer.override.session.timeout.ms": "3000"])
                == [
                    "consumer.override.session.timeout.ms": ["Heartbeat must be set lower than the session timeout"]
                ])
    }

    @Test(arguments: ["9223372036854775807", "-9223372036854775808"])
    func aNumberThatNoSettingCanHaveIsAnErrorOfItsOwn(number: String) async throws {
        let timeout = "producer.override.request.timeout.ms"
        let sign = number.hasPrefix("-") ? "-" : ""
        let found = try await errors(Self.source, [timeout: number, "producer.override.linger.ms": sign + "9"])
        #expect(found[timeout]?.count == 1 && found["producer.override.delivery.timeout.ms"] == nil)
        let heartbeat = ["consumer.override.heartbeat.interval.ms": number]
        #expect(try await errors(Self.sink, heartbeat).keys.sorted() == ["consumer.override.heartbeat.interval.ms"])
    }

    @Test func settingsOfClientsThatAConnectorDoesNotHaveDoNotFailItsTasks() async throws {
        let fixture = try await TaskFixture([
            "connector.client.config.override.policy": "Allowlist",
            "connector.client.config.override.allowlist": "max.poll.records",
        ])
        let base = WorkerClients(
            makeProducer: { throw ConnectError(.failed, "there is no broker") },
            makeConsumer: { _ in throw ConnectError(.failed, "there is no broker") },
            makeDeadLetterOutlet: { _, _ in throw ConnectError(.failed, "there is no broker") },
            groupOffsets: NoGroupOffsets())
        var clients = base
        clients.forTask = { _, settings, _ in
            #expect(settings.consumer.values == ["max.poll.records": "7"])
            #expect(settings.producer.values.isEmpty && settings.admin.values.isEmpty)
            return base
        }
        let more = [
            "consumer.override.max.poll.records": "7", "producer.override.acks": "2",
            "admin.override.request.timeout.ms": "x", "producer.override.sasl.jaas.config": "x",
        ]
        func start(_ configuration: [String: String]) async throws {
            let environment = fixture.environment(clients, configuration)
            environment.plugins.registerSink("test.PlainSinkConnector", version: "1") { BareSink() }
            let transformer = WorkerConfigTransformer([:], plugins: environment.plugins)
            _ = try await environment.resolved(by: transformer, TaskClients())
        }
        let configuration = Self.sink.merging(more) { $1 }
        try await start(configuration)
        await #expect(throws: ConnectError.self) {
            try await start(configuration.merging(["errors.deadletterqueue.topic.name": "dlq"]) { $1 })
        }
    }

    @Test func whatTheClientsCannotDoIsRefusedWithoutItsValue() async throws {
        for (key, value) in [
            ("sasl.jaas.config", "canary"), ("ssl.keystore.password", "canary"), ("security.protocol", "SASL_SSL"),
        ] {
            let infos = try await validate(Self.source, ["producer.override." + key: value])
            let info = try #require(infos.configs.first { $0.value.name == "producer.override." + key })
            #expect(info.value.errors.count == 1 && info.value.errors[0].contains("PLAINTEXT only"))
            #expect(!infos.refusal.contains("canary"))
            #expect(info.value.value != "canary")
            #expect(throws: ConnectError.self) { try WorkerConfiguration(["producer." + key: value]) }
        }
        #expect(throws: ConnectError.self) { try WorkerConfiguration(["consumer.max.poll.records": "x"]) }
        #expect(throws: ConnectError.self) { try WorkerConfiguration(["consumer.group.id": "all"]) }
    }

    @Test(
        arguments: [
            ("All", [], [:]), ("None", ["acks", "linger.ms"], [:]), ("Principal", ["acks", "linger.ms"], [:]),
            ("Allowlist", ["acks"], ["connector.client.config.override.allowlist": "linger.ms, x"]),
            (
                "org.apache.kafka.connect.connector.policy.NoneConnectorClientConfigOverridePolicy",
                ["acks", "linger.ms"], [:]
            ),
        ] as [(String, [String], [String: String])])
    func aPolicySaysWhatMayBeSet(policy: String, refused: [String], more: [String: String]) async throws {
        let worker = ["connector.client.config.override.policy": policy].merging(more) { $1 }
        let overrides = ["producer.override.acks": "1", "producer.override.linger.ms": "5"]
        let found = try await errors(Self.source, overrides, worker: worker)
        #expect(found.keys.sorted() == refused.map { "producer.override." + $0 })
        let name = policy.contains(".") ? "None" : policy
        for key in refused {
            #expect(
                found["producer.override." + key] == [
                    "The '\(name)' policy does not allow '\(key)' to be overridden in the connector configuration."
                ])
        }
    }

    @Test func aPolicyThatThereIsNotIsAnError() {
        #expect(throws: ConnectError.self) {
            try WorkerConfiguration(["connector.client.config.override.policy": "Most"])
        }
    }

    @Test func unknownSettingsComeBackWithTheNearestOne() async throws {
        let infos = try await validate(
            Self.source, ["producer.override.lingr.ms": "5", "producer.override.retries": "1"])
        #expect(infos.errorCount == 0)
        let unknown = infos.configs.filter { $0.definition == nil }.map(\.value)
        #expect(
            unknown == [
                ConfigValue(
                    name: "producer.override.lingr.ms", value: nil, recommendedValues: ["producer.override.linger.ms"]),
                ConfigValue(name: "producer.override.retries", value: nil),
            ])
    }
}

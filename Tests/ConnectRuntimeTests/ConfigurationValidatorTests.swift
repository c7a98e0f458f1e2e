import ConnectAPI
import Testing

@testable import ConnectRuntime

@Suite struct ConfigurationValidatorTests {
    private static let source = ["name": "c", "connector.class": "PlainSource"]
    private static let sink = ["name": "c", "connector.class": "PlainSink", "topics": "t"]

    private func errors(_ base: [String: String], _ more: [String: String]) async throws -> [String: [String]] {
        let plugins = PluginCatalog(version: "1")
        plugins.registerSource("test.PlainSourceConnector", version: "1") { BareSource() }
        plugins.registerSink("test.PlainSinkConnector", version: "1") { BareSink() }
        plugins.registerTransform("test.Same", version: "1", definition: ConfigDefinition()) { _ in SameTransform() }
        let infos = try await ConfigurationValidator(plugins: plugins, maximumTasks: 10)
            .validate(base.merging(more) { $1 })
        let found = infos.configs.filter { !$0.value.errors.isEmpty }.map { ($0.value.name, $0.value.errors) }
        #expect(infos.errorCount == found.reduce(0) { $0 + $1.1.count })
        return Dictionary(uniqueKeysWithValues: found)
    }

    @Test func plainConfigurationsAreValid() async throws {
        #expect(try await errors(Self.source, [:]).isEmpty)
        #expect(try await errors(Self.sink, [:]).isEmpty)
    }

    @Test(arguments: ["1", "10"]) func tasksUpToTheLimitAreValid(count: String) async throws {
        #expect(try await errors(Self.sink, ["tasks.max": count]).isEmpty)
    }

    @Test(arguments: ["11", "2147483647"]) func moreTasksThanTheWorkerAllowsAreRefused(count: String) async throws {
        #expect(
            try await errors(Self.sink, ["tasks.max": count])
                == [
                    "tasks.max": [
                        "Invalid value \(count) for configuration tasks.max: Value must be no more than 10, this worker's"
                            + " tasks.max.limit"
                    ]
                ])
    }

    @Test(arguments: [
        ("consumer.override.max.poll.records", "0"), ("consumer.override.isolation.level", "maybe"),
        ("transforms.a.predicate", "p"),
    ])
    func whatASinkCannotHaveIsRefused(key: String, value: String) async throws {
        let transforms = ["transforms": "a", "transforms.a.type": "Same"]
        let errors = try await errors(Self.sink.merging(transforms) { $1 }, [key: value])
        #expect(Array(errors.keys) == [key])
        #expect(errors[key]?.first?.hasPrefix("Invalid value \(value) for configuration \(key): ") == true)
    }

    @Test(arguments: [
        ("offsets.storage.topic", "mine"), ("exactly.once.support", "required"), ("producer.override.acks", "2"),
    ])
    func whatASourceCannotHaveIsRefused(key: String, value: String) async throws {
        let errors = try await errors(Self.source, [key: value])
        #expect(Array(errors.keys) == [key])
    }

    @Test func transformsAndPredicatesAreCheckedWithTheirKeys() async throws {
        let chain = [
            "transforms": "cast, route", "transforms.cast.type": "Cast$Value", "transforms.cast.spec": "a:int8",
            "transforms.cast.predicate": "isOrder", "transforms.cast.negate": "true",
            "transforms.route.type": "org.apache.kafka.connect.transforms.RegexRouter", "transforms.route.regex": "a",
            "transforms.route.replacement": "b", "predicates": "isOrder",
            "predicates.isOrder.type": "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
            "predicates.isOrder.pattern": "order.*",
        ]
        #expect(try await errors(Self.sink, chain).isEmpty)
        for (key, value, reported) in [
            ("transforms.cast.type", "Nothing", "transforms.cast.type"),
            ("transforms.cast.spec", "a:int9", "transforms.cast.type"),
            ("transforms.route.regex", "(", "transforms.route.regex"),
            ("predicates.isOrder.type", "Filter", "predicates.isOrder.type"),
            ("predicates.isOrder.pattern", "(", "predicates.isOrder.pattern"),
            ("transforms.cast.predicate", "isOther", "transforms.cast.predicate"),
            ("transforms.cast.negate", "maybe", "transforms.cast.negate"),
            ("transforms.route.negate", "true", "transforms.route.negate"),
        ] {
            let found = try await errors(Self.sink, chain.merging([key: value]) { $1 })
            #expect(Array(found.keys) == [reported], "\(key) = \(value)")
        }
        var without = chain
        without["transforms.cast.spec"] = nil
        #expect(try await errors(Self.sink, without).keys.sorted() == ["transforms.cast.spec"])
    }

    @Test func keysThatNothingKnowsComeBackWithTheNearestOneThatIsKnown() async throws {
        let plugins = PluginCatalog(version: "1")
        plugins.registerSink("test.PlainSinkConnector", version: "1") { BareSink() }
        let odd = [
            "task.max": "2", "errors.tolerence": "all", "my.own.secret": "hidden", "transforms": "a",
            "transforms.a.type": "Filter", "transforms.a.regex": "x", "consumer.override.group.id": "g",
            "key.converter.schemas.enable": "false",
        ]
        let infos = try await ConfigurationValidator(plugins: plugins, maximumTasks: 10)
            .validate(Self.sink.merging(odd) { $1 })
        #expect(infos.errorCount == 0)
        let unknown = infos.configs.filter { $0.definition == nil }.map(\.value)
        #expect(
            unknown == [
                ConfigValue(name: "errors.tolerence", value: nil, recommendedValues: ["errors.tolerance"]),
                ConfigValue(name: "my.own.secret", value: nil),
                ConfigValue(name: "task.max", value: nil, recommendedValues: ["tasks.max"]),
                ConfigValue(name: "transforms.a.regex", value: nil, recommendedValues: ["transforms.a.negate"]),
            ])
    }

    @Test func whatAsksForNothingIsAccepted() async throws {
        let harmless = ["exactly.once.support": "requested", "topic.creation.groups": "", "predicates": ""]
        #expect(try await errors(Self.source, harmless).isEmpty)
        let group = ["consumer.override.group.id": "g", "errors.deadletterqueue.topic.name": "dlq"]
        #expect(try await errors(Self.sink, group).isEmpty)
    }
}

private struct SameTransform: Transform {
    func apply<Record: ConnectRecord>(_ record: Record) async throws -> Record? { record }
    func close() async {}
}

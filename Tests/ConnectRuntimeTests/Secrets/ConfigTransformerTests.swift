import ConnectAPI
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

@Suite(.timeLimit(.minutes(1))) struct ConfigTransformerTests {
    private static func placeholder(
        _ provider: String, _ path: String, _ key: String, _ text: String
    ) -> ConfigPlaceholder {
        ConfigPlaceholder(provider: provider, path: path, key: key, text: text)
    }

    @Test(arguments: [
        ("", []), ("plain", []), ("${topic}", []), ("$ {a:b}", []), ("${a:b", []), ("{a:b}", []),
        ("${a:b}", [placeholder("a", "", "b", "${a:b}")]),
        ("x${a:/p/q:b}y", [placeholder("a", "/p/q", "b", "${a:/p/q:b}")]),
        ("${a::b}", [placeholder("a", "", "b", "${a::b}")]),
        ("${a:p:b:c}", [placeholder("a", "p", "b:c", "${a:p:b:c}")]),
        ("${topic}-${a:b}${a:c}", [placeholder("a", "", "b", "${a:b}"), placeholder("a", "", "c", "${a:c}")]),
        ("${a${b:c}", [placeholder("a${b", "", "c", "${a${b:c}")]),
    ])
    func placeholdersAreFoundAsKafkaFindsThem(text: String, expected: [ConfigPlaceholder]) {
        #expect(ConfigPlaceholder.all(in: text) == expected)
        let whole = ConfigPlaceholder.parts(of: text).map { part in
            switch part {
            case .text(let text): String(text)
            case .placeholder(let placeholder): placeholder.text
            }
        }
        #expect(whole.joined() == text)
    }

    @Test func aValueFullOfBeginningsIsReadOnce() {
        let beginnings = String(repeating: "${", count: 100_000)
        #expect(ConfigPlaceholder.all(in: beginnings).isEmpty)
        #expect(ConfigPlaceholder.all(in: beginnings + "}${a:b}").map(\.text) == ["${a:b}"])
    }

    private func transformer(_ provider: FakeConfigProvider, _ name: String = "p") -> ConfigTransformer {
        ConfigTransformer { $0 == name ? provider : nil }
    }

    @Test func valuesTakeThePlaceOfPlaceholders() async throws {
        let provider = FakeConfigProvider(["/x": ["user": "me", "password": "s$cr${p:/x:user}t"], "": ["port": "99"]])
        let resolved = try await transformer(provider).resolve([
            "url": "db://${p:/x:user}:${p:/x:password}@h:${p:port}/${topic}", "same": "${p:/x:user}",
            "other": "${q:/x:user}", "plain": "1",
        ])
        // What a provider answers is not looked at again.
        #expect(
            resolved.values == [
                "url": "db://me:s$cr${p:/x:user}t@h:99/${topic}", "same": "me", "other": "${q:/x:user}", "plain": "1",
            ])
        #expect(resolved.written["same"] == "${p:/x:user}")
        #expect(Set(resolved.secrets.values) == ["me", "s$cr${p:/x:user}t", "99"])
        #expect(provider.calls.sorted() == ["/x password,user", " port"].sorted(), "each place is asked once")
        #expect(resolved.timeToLive == nil)
    }

    @Test func aValueThatThereIsNotIsAnError() async throws {
        let provider = FakeConfigProvider(["/x": ["user": "me"]])
        let error = await #expect(throws: ConnectError.self) {
            try await transformer(provider).resolve(["a": "${p:/x:user}", "b": "${p:/x:pass}"])
        }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message == "The config provider 'p' has no value for ${p:/x:pass}")
    }

    @Test func placeholdersComeBackIntoWhatAConnectorMakesOfTheirValues() async throws {
        let provider = FakeConfigProvider(["": ["user": "root", "password": "canary-1", "n": "7"]])
        let resolved = try await transformer(provider).resolve([
            "user": "${p:user}", "password": "x${p:password}", "tasks": "${p:n}", "plain": "canary",
        ])
        let task = [
            "user": "root", "password": "xcanary-1", "copied": "canary-1", "url": "db://root:canary-1@h:7777",
            "tasks": "7", "plain": "canary", "count": "7",
        ]
        #expect(
            resolved.withPlaceholders(task) == [
                "user": "${p:user}", "password": "x${p:password}", "copied": "${p:password}",
                "url": "db://${p:user}:${p:password}@h:7777", "tasks": "${p:n}", "plain": "canary",
                "count": "${p:n}",
            ])
        let again = try await transformer(provider).resolve(resolved.withPlaceholders(task))
        #expect(again.values == task, "a task gets what its connector gave it")
        #expect(ResolvedConfiguration(["a": "b"]).withPlaceholders(task) == task)
    }

    @Test func aPlaceholderThatWasPutInIsNotLookedAtForSecrets() async throws {
        let provider = FakeConfigProvider(["/run/secrets": ["a": "canary-long"], "": ["b": "secrets", "c": "cana"]])
        let resolved = try await transformer(provider).resolve([
            "x": "${p:/run/secrets:a}", "y": "${p:b}", "z": "${p:c}",
        ])
        let task = ["url": "db://canary-long@secrets/canary"]
        let written = ["url": "db://${p:/run/secrets:a}@${p:b}/${p:c}ry"]
        #expect(resolved.withPlaceholders(task) == written)
        #expect(try await transformer(provider).resolve(written).values == task)
    }

    // MARK: Workers

    private func worker(
        _ provider: FakeConfigProvider, _ more: [String: String] = [:], reloads: ReloadSchedule = ReloadSchedule()
    ) -> WorkerConfigTransformer {
        let plugins = PluginCatalog(version: "1")
        plugins.registerConfigProvider("test.FakeConfigProvider") { settings in
            if settings["broken"] != nil { throw ConnectError(.invalidConfiguration, "it is broken") }
            return provider
        }
        let properties = ["config.providers": "p", "config.providers.p.class": "test.FakeConfigProvider"]
        return WorkerConfigTransformer(properties.merging(more) { $1 }, plugins: plugins, reloads: reloads)
    }

    @Test func aWorkersProvidersAreMadeFromItsProperties() async throws {
        let provider = FakeConfigProvider(["": ["k": "v"]])
        try worker(provider).check()
        #expect(try await worker(provider).resolve(["a": "${p:k}"]).values == ["a": "v"])
        #expect(
            try await worker(provider, ["config.providers.p.class": "FakeConfigProvider"]).resolve(["a": "${p:k}"])
                .values == ["a": "v"])
        for (properties, message) in [
            (
                ["config.providers": "p, q"], "The config provider 'q' has no class: set config.providers.q.class"
            ),
            (["config.providers.p.param.broken": "1"], "The config provider 'p' cannot be made: it is broken"),
            (
                ["config.providers.p.class": "Nothing"],
                "The config provider 'p' cannot be made: Class Nothing could not be found; the config providers are"
            ),
        ] {
            let error = #expect(throws: ConnectError.self) { try worker(provider, properties).check() }
            #expect(error?.message.hasPrefix(message) == true, "\(properties)")
        }
    }

    @Test func aWorkersOwnPropertiesMayHavePlaceholders() async throws {
        let plugins = PluginCatalog(version: "1")
        plugins.registerConfigProvider("test.P") { _ in FakeConfigProvider(["": ["g": "canary", "n": "canary"]]) }
        var properties = [
            "config.providers": "p", "config.providers.p.class": "test.P", "group.id": "a-${p:g}",
        ]
        #expect(try await WorkerConfiguration.resolving(properties, plugins: plugins).groupID == "a-canary")
        properties["offset.storage.partitions"] = "${p:n}"
        let error = await #expect(throws: ConnectError.self) {
            try await WorkerConfiguration.resolving(properties, plugins: plugins)
        }
        #expect(
            error?.message
                == "Invalid value [hidden] for configuration offset.storage.partitions: Not a number of type INT")
    }

    @Test func whatUsesAValueIsRestartedWhenItIsNoLongerGood() async throws {
        let provider = FakeConfigProvider(["": ["k": "v"]], timeToLive: .milliseconds(1))
        let due = Mutex<[ReloadSchedule.Target]>([])
        let reloads = ReloadSchedule(shortest: .zero)
        reloads.onDue { target in due.withLock { $0.append(target) } }
        let transformer = worker(provider, reloads: reloads)
        let configuration = ["a": "${p:k}"]
        for action in ["none", "NONE"] {
            let configuration = configuration.merging(["config.action.reload": action]) { $1 }
            _ = try await transformer.resolve([configuration], for: .connector("c"))
        }
        #expect(reloads.targets.isEmpty)
        let id = ConnectorTaskID(connector: "c", task: 1)
        _ = try await transformer.resolve([configuration], for: .connector("c"))
        _ = try await transformer.resolve([[:], configuration], for: .task(id))
        try await wait(for: "both restarts") { due.withLock { $0.count == 2 } }
        #expect(Set(due.withLock { $0 }) == [.connector("c"), .task(id)])
        #expect(reloads.targets.isEmpty)
    }

    @Test func aDeletedConnectorIsNotRestarted() async throws {
        let reloads = ReloadSchedule(shortest: .seconds(3600))
        for name in ["a", "b"] {
            reloads.schedule(.connector(name), after: .zero)
            reloads.schedule(.task(ConnectorTaskID(connector: name, task: 0)), after: .zero)
        }
        reloads.cancel("a")
        #expect(reloads.targets == [.connector("b"), .task(ConnectorTaskID(connector: "b", task: 0))])
        reloads.cancel()
        #expect(reloads.targets.isEmpty)
    }
}

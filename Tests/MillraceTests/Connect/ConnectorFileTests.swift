import Broker
import ConnectRuntime
import Testing

@testable import millrace

@Suite struct ConnectorFileTests {
    private static let configuration = ["name": "c", "connector.class": "FileStreamSource", "tasks.max": "1"]

    @Test(arguments: [
        ("name=c\nconnector.class=FileStreamSource\ntasks.max=1\n", false),
        (#"{"name":"c","connector.class":"FileStreamSource","tasks.max":1}"#, true),
        (#"{"name":"c","config":{"connector.class":"FileStreamSource","tasks.max":"1"}}"#, true),
        (
            #"{"name":"c","config":{"name":"c","connector.class":"FileStreamSource","tasks.max":"1"},"tasks":[],"type":"source"}"#,
            true
        ),
        ("\n {\"name\":\"c\",\"connector.class\":\"FileStreamSource\",\"tasks.max\":\"1\"}", false),
    ])
    func everyShapeIsTheSameConnector(_ text: String, _ isJSON: Bool) throws {
        let file = try ConnectorFile(text: text, isJSON: isJSON)
        #expect(file.name == "c" && file.configuration == Self.configuration && file.initialState == nil)
    }

    @Test func theInitialStateIsRead() throws {
        let file = try ConnectorFile(
            text: #"{"name":"c","config":{"connector.class":"x"},"initial_state":"paused"}"#, isJSON: true)
        #expect(file.initialState == .paused)
    }

    @Test(arguments: [
        ("connector.class=x", "it has no 'name'"), ("name=c", "it has no 'connector.class'"),
        (#"{"name":"c","config":{"name":"d","connector.class":"x"}}"#, "it has the name c, and d in its configuration"),
        (#"{"config":{"connector.class":"x"}}"#, "it has a 'config' and no 'name'"),
        (
            #"{"name":"c","config":{"connector.class":"x"},"state":"y"}"#,
            "it has 'state' beside 'config', which nothing knows"
        ),
        (
            #"{"name":"c","connector.class":"x","topics":["a"]}"#,
            "the value of 'topics' has to be text, a number or a boolean"
        ),
        (
            #"{"name":"c","config":{"connector.class":"x"},"initial_state":"ASLEEP"}"#,
            "its 'initial_state' is none of RUNNING, PAUSED and STOPPED"
        ),
    ])
    func whatIsWrongIsSaid(_ text: String, _ message: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ConnectorFile(text: text, isJSON: text.hasPrefix("{"))
        }
        #expect(error?.message == message)
    }

    @Test func aFileIsNamed() {
        let error = #expect(throws: ConfigurationError.self) { try ConnectorFile(path: "/none/c.json") }
        #expect(error?.message == "Cannot read /none/c.json: No such file or directory")
    }
}

@Suite struct ConnectWorkerSettingsTests {
    private let plugins = BuiltInPlugins.catalog()

    @Test func keysThatAreNeededAreNamed() async throws {
        for (properties, key) in [
            ([:], "bootstrap.servers"), (["bootstrap.servers": "b:1"], "offset.storage.file.filename"),
        ] {
            let error = await #expect(throws: ConfigurationError.self) {
                try await ConnectWorkerSettings(properties, mode: .standalone, plugins: plugins)
            }
            #expect(error?.message == "Missing required configuration \"\(key)\" which has no default value.")
        }
        await #expect(throws: ConfigurationError.self) {
            try await ConnectWorkerSettings(["bootstrap.servers": "b:1"], mode: .distributed, plugins: plugins)
        }
        await #expect(throws: ConfigurationError.self) {
            try await ConnectWorkerSettings(
                ["bootstrap.servers": "b:1", "group.id": "g", "producer.security.protocol": "SSL"], mode: .distributed,
                plugins: plugins)
        }
    }

    @Test func serversAndUnknownKeysAreRead() async throws {
        let settings = try await ConnectWorkerSettings(
            ["bootstrap.servers": "a:1, b:2", "group.id": "g", "grup.id": "x"], mode: .distributed, plugins: plugins)
        #expect(settings.bootstrapServers == ["a:1", "b:2"] && settings.worker.groupID == "g")
        #expect(settings.warnings == ["unknown setting grup.id has no effect; is group.id meant?"])
    }
}

@Suite struct ConfigurationDifferenceTests {
    @Test func whatComesGoesAndChangesIsTold() {
        let difference = ConfigurationDifference(
            from: ["a": "1", "b": "2", "c": "3"], to: ["b": "2", "c": "4", "d": "5"])
        #expect(difference.lines == ["- a=1", "- c=3", "+ c=4", "+ d=5"])
        #expect(ConfigurationDifference(from: ["a": "1"], to: ["a": "1"]).isEmpty)
    }

    @Test func aPasswordThatTheWorkerHidesIsNoChangeByItself() {
        let shown = ["a": "1", "token": "[hidden]"]
        #expect(ConfigurationDifference(from: shown, to: ["a": "1", "token": "x"]).isEmpty)
        #expect(ConfigurationDifference(from: shown, to: ["a": "2", "token": "x"]).lines == ["- a=1", "+ a=2"])
        #expect(
            ConfigurationDifference(from: shown, to: ["a": "1", "token": "${file:/etc/s:t}"]).lines
                == ["- token=[hidden]", "+ token=${file:/etc/s:t}"])
        #expect(ConfigurationDifference(from: shown, to: ["a": "1"]).lines == ["- token=[hidden]"])
    }

    @Test func secretsAreHiddenAndReferencesShown() {
        let difference = ConfigurationDifference(
            from: ["connection.password": "x", "key": "y", "sasl.jaas.Token": "t"],
            to: ["connection.password": "${file:/etc/s:p}", "key": "z", "sasl.jaas.Token": "${a}${b}"],
            passwords: ["key"])
        #expect(
            difference.lines == [
                "- connection.password=[hidden]", "+ connection.password=${file:/etc/s:p}", "- key=[hidden]",
                "+ key=[hidden]", "- sasl.jaas.Token=[hidden]", "+ sasl.jaas.Token=[hidden]",
            ])
    }
}

import ConnectAPI
import Testing

@testable import ConnectPluginHost

@Suite struct PluginManifestTests {
    @Test func aManifestHasWhatIsWritten() throws {
        let manifests = try PluginManifest.parse(
            Array(
                #"""
                [{"class": "a.B", "type": "sink", "version": "2", "executable": "run", "arguments": ["-x"],
                  "environment": {"A": "b"}, "timeout.ms": 5, "definition": {"keys": [{"name": "k"}]}},
                 {"class": "a.C", "type": "source", "executable": "/bin/run"}]
                """#.utf8))
        let first = try #require(manifests.first)
        #expect(manifests.map(\.className) == ["a.B", "a.C"])
        #expect(first.kind == .sink)
        #expect(first.version == "2")
        #expect(first.arguments == ["-x"])
        #expect(first.environment == ["A": "b"])
        #expect(first.timeout == .milliseconds(5))
        #expect(manifests[1].version == nil)
        #expect(manifests[1].timeout == .seconds(60))
    }

    @Test(arguments: [
        ("{", "it is not JSON"), ("[]", "it describes 0 connectors"), ("7", "an object or an array"),
        (#"{"type": "sink", "executable": "x"}"#, "'class' is missing"),
        (#"{"class": "a b", "type": "sink", "executable": "x"}"#, "'class' has up to 255 letters"),
        (#"{"class": "a", "type": "converter", "executable": "x"}"#, "'source' or 'sink'"),
        (#"{"class": "a", "type": "sink"}"#, "'executable' is missing"),
        (#"{"class": "a", "type": "sink", "executable": ""}"#, "'executable' has to be a text"),
        (#"{"class": "a", "type": "sink", "executable": "x", "argument": []}"#, "is 'arguments' meant?"),
        (#"{"class": "a", "type": "sink", "executable": "x", "arguments": [1]}"#, "array of 64 texts"),
        (#"{"class": "a", "type": "sink", "executable": "x", "environment": {"A=": "b"}}"#, "without '='"),
        (#"{"class": "a", "type": "sink", "executable": "x", "timeout.ms": 0}"#, "from 1 to 3600000"),
        (
            #"[{"class": "a", "type": "sink", "executable": "x"}, {"class": "a", "type": "source", "executable": "x"}]"#,
            "describes a twice"
        ),
        (
            #"{"class": "a", "type": "sink", "executable": "x", "definition": {"keys": [{"name": "k"}, {"name": "k"}]}}"#,
            "'k' is defined twice"
        ),
        (
            #"{"class": "a", "type": "sink", "executable": "x", "definition": {"keys": [{"name": "k", "type": "INT", "default_value": "x"}]}}"#,
            "the default of the key 'k' is wrong"
        ),
        (
            #"{"class": "a", "type": "sink", "executable": "x", "definition": {"keys": [{"name": "k", "type": "TEXT"}]}}"#,
            "a 'type' that there is not"
        ),
    ])
    func whatIsWrongIsSaid(_ text: String, _ expected: String) {
        let error = #expect(throws: ConnectError.self) { try PluginManifest.parse(Array(text.utf8)) }
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }

    @Test func aManifestIsBounded() {
        let long = [UInt8](repeating: UInt8(ascii: " "), count: PluginManifest.lengthLimit + 1)
        let error = #expect(throws: ConnectError.self) { try PluginManifest.parse(long) }
        #expect(error?.message == "it is longer than 262144 bytes")
    }
}

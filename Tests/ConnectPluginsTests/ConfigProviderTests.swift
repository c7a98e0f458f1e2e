import ConnectAPI
import Foundation
import ServerHarness
import Testing

@testable import ConnectPlugins

@Suite struct ConfigProviderTests {
    private let directory: TemporaryDirectory
    /// The folder under the name that it has without symbolic links.
    private let root: String

    init() throws {
        directory = try TemporaryDirectory()
        root =
            directory.url.resolvingSymlinksInPath().path(percentEncoded: false)
            .trimmingCharacters(in: ["/"]).withSlash
        for folder in ["allowed", "allowed/inner", "allowed-too", "secret"] {
            try FileManager.default.createDirectory(
                at: directory.url.appending(path: folder), withIntermediateDirectories: true)
        }
        try write("secret/other.properties", "password=other")
        try write("allowed/db.properties", "user = me\npassword = pass word \\u00fc  \n")
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: directory.url.appending(path: name))
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(root)/\(name)", withDestinationPath: target)
    }

    private func make(_ name: String, _ configuration: [String: String] = [:]) throws -> any ConfigProvider {
        let className = "org.apache.kafka.common.config.provider.\(name)ConfigProvider"
        let entry = try #require(StandardPlugins.configProviders.first { $0.className == className })
        return try entry.make(configuration)
    }

    @Test func aFileHasValuesByKey() async throws {
        let provider = try make("File")
        let data = try await provider.data(at: "\(root)/allowed/db.properties", keys: ["user", "password", "none"])
        #expect(data.values == ["user": "me", "password": "pass word ü  "])
        #expect(data.timeToLive == nil)
        #expect(try await provider.data(at: "", keys: ["user"]).values.isEmpty)
    }

    @Test func aFileThatCannotBeReadSaysWhyWithoutItsContents() async throws {
        let provider = try make("File")
        try write("broken", "a=canary\\u12")
        try write("large", String(repeating: "x", count: SecretFile.limit + 1))
        try Data([0x61, 0x3D, 0xFF]).write(to: directory.url.appending(path: "binary"))
        for (path, reason) in [
            ("nothing", "there is no such file"), ("allowed", "there is no such file"),
            ("broken", "it is not in Java's properties format"), ("large", "it is larger than 1048576 bytes"),
            ("binary", "it is not text in UTF-8"),
        ] {
            let error = await #expect(throws: ConnectError.self) {
                try await provider.data(at: "\(root)/\(path)", keys: ["a"])
            }
            #expect(error?.message == "Could not read properties from file \(root)/\(path): \(reason)")
        }
    }

    @Test(arguments: ["File", "Directory"]) func onlyAllowedPathsAreRead(kind: String) async throws {
        let provider = try make(kind, ["allowed.paths": "\(root)/allowed"])
        try link("allowed/link", to: "\(root)/secret")
        try link("allowed/password", to: "\(root)/secret/other.properties")
        for path in [
            "\(root)/secret/other.properties", "\(root)/secret", "\(root)/allowed/../secret/other.properties",
            "\(root)/allowed/link/other.properties", "\(root)/allowed/link", "\(root)/allowed-too", "\(root)/nowhere",
            "\(root)/allowed/nothing", "relative", "/etc/passwd",
        ] {
            let error = await #expect(throws: ConnectError.self, "\(path)") {
                try await provider.data(at: path, keys: ["password"])
            }
            #expect(error?.message.contains("is not allowed to be accessed") == true)
        }
        // A file of the folder that leads out of it.
        await #expect(throws: ConnectError.self) {
            try await provider.data(
                at: kind == "File" ? "\(root)/allowed/password" : "\(root)/allowed", keys: ["password"])
        }
    }

    @Test func whatIsAllowedMayBeALinkItself() async throws {
        try link("current", to: "\(root)/allowed")
        let provider = try make("File", ["allowed.paths": "\(root)/current, \(root)/allowed-too"])
        let path = "\(root)/current/db.properties"
        #expect(try await provider.data(at: path, keys: ["user"]).values == ["user": "me"])
        // As secrets are mounted anew: the link then leads elsewhere.
        try FileManager.default.removeItem(atPath: "\(root)/current")
        try link("current", to: "\(root)/allowed-too")
        try write("allowed-too/db.properties", "user=you")
        #expect(try await provider.data(at: path, keys: ["user"]).values == ["user": "you"])
    }

    @Test(arguments: [
        ("allowed", "Path allowed is not absolute"), ("/no/such/path", "Path /no/such/path does not exist"),
    ])
    func allowedPathsHaveToBeThere(path: String, message: String) throws {
        for kind in ["File", "Directory"] {
            let error = #expect(throws: ConnectError.self) { try make(kind, ["allowed.paths": path]) }
            #expect(error?.message == message)
        }
    }

    @Test func aFolderHasAValueInEachFile() async throws {
        try write("allowed/token", "abc\n")
        let provider = try make("Directory", ["allowed.paths": root])
        let keys: Set<String> = ["token", "inner", "none", "../secret/other.properties", "..", "inner/x"]
        let data = try await provider.data(at: "\(root)/allowed", keys: keys)
        #expect(data.values == ["token": "abc\n"])
    }

    @Test func theEnvironmentIsLimitedByAPattern() async throws {
        let variables = ["DB_PASSWORD": "p", "DB_USER": "u", "HOME": "h"]
        let provider = try EnvVarConfigProvider(["allowlist.pattern": "DB_.*"]) { variables[$0] }
        let data = try await provider.data(at: "", keys: ["DB_PASSWORD", "HOME", "DB_NONE"])
        #expect(data.values == ["DB_PASSWORD": "p"])
        #expect(
            try await EnvVarConfigProvider([:]) { variables[$0] }.data(at: "", keys: ["HOME"]).values == ["HOME": "h"])
        let error = await #expect(throws: ConnectError.self) { try await provider.data(at: "x", keys: ["HOME"]) }
        #expect(error?.message == "Path is not supported for EnvVarConfigProvider, invalid value 'x'")
        #expect(throws: ConnectError.self) { try make("EnvVar", ["allowlist.pattern": "("]) }
    }

    @Test func theProcessHasAnEnvironment() async throws {
        let data = try await make("EnvVar").data(at: "", keys: ["PATH", "MILLRACE_NO_SUCH_VARIABLE"])
        #expect(data.values.keys.sorted() == ["PATH"])
    }
}

extension String {
    fileprivate var withSlash: String { "/" + self }
}

import ConnectAPI
import Foundation
import ServerHarness
import Testing

@testable import ConnectPluginHost

@Suite struct PluginDirectoryTests {
    private func problem(_ sighting: PluginSighting?) -> String {
        if case .problem(let text)? = sighting?.content { text } else { "" }
    }

    private func manifest(_ executable: String) -> String {
        "{\"class\": \"a\", \"type\": \"sink\", \"executable\": \"\(executable)\", \"arguments\": [\"script\"]}"
    }

    @Test func aPathIsAPluginOrHoldsPlugins() throws {
        let fixture = try PluginFixture()
        try fixture.write(manifest("run"), to: "b/connector.json")
        try fixture.write("", to: "b/run", isExecutable: true)
        try fixture.write(manifest("/bin/sh"), to: "a/connector.json")
        try fixture.write(manifest("/bin/sh"), to: ".hidden/connector.json")
        try fixture.write("", to: "other/readme")
        #expect(
            PluginDirectory.look(at: [fixture.path]).map(\.directory) == [fixture.path + "/a", fixture.path + "/b"])
        let own = PluginDirectory.look(at: [fixture.path + "/b"])
        #expect(own.map(\.directory) == [fixture.path + "/b"])
        #expect(own.first?.files.count == 2)
        try fixture.write("new", to: "b/script")
        let changed = PluginDirectory.look(at: [fixture.path + "/b"])
        #expect(changed.first?.files.count == 3)
        #expect(changed != own, "a script that an argument names is part of the plug-in")
        #expect(changed == PluginDirectory.look(at: [fixture.path + "/b"]))
    }

    @Test func whatCannotBeRunIsSaid() throws {
        let fixture = try PluginFixture()
        try fixture.write("", to: "outside", isExecutable: true)
        for (name, executable, expected) in [
            ("missing", "run", "the executable 'run' cannot be found: No such file"),
            ("escape", "../outside", "is outside of the plug-in's directory"),
            ("plain", "connector.json", "cannot be run: Permission denied"),
            ("folder", "folder", "is no file"), ("link", "link", "is outside of the plug-in's directory"),
            ("absolute", "/no/such/program", "cannot be found"),
        ] {
            try fixture.write(manifest(executable), to: "\(name)/connector.json")
            if name == "folder" { try fixture.write("", to: "folder/folder/x") }
            if name == "link" {
                try FileManager.default.createSymbolicLink(
                    atPath: fixture.path + "/link/link", withDestinationPath: "../outside")
            }
            let found = problem(PluginDirectory.look(at: [fixture.path + "/" + name]).first)
            #expect(found.contains(expected), "\(name): \(found)")
        }
        #expect(problem(PluginDirectory.look(at: ["/no/such/path"]).first).contains("cannot be read: No such file"))
        try fixture.write(String(repeating: " ", count: 300_000), to: "long/connector.json")
        #expect(problem(PluginDirectory.look(at: [fixture.path + "/long"]).first).contains("longer than 262144 bytes"))
    }
}

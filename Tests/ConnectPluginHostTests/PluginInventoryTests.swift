import ConnectAPI
import Testing

@testable import ConnectPluginHost

@Suite struct PluginInventoryTests {
    /// A connector of a class, or of one with a version behind it.
    private func manifest(_ name: String) throws -> PluginManifest {
        let parts = name.split(separator: " ")
        let version = parts.count == 2 ? "\"version\": \"\(parts[1])\", " : ""
        let text = "{\"class\": \"\(parts[0])\", \(version)\"type\": \"source\", \"executable\": \"/bin/x\"}"
        return try #require(try PluginManifest.parse(Array(text.utf8)).first)
    }

    private func sighting(_ directory: String, _ classNames: [String], inode: UInt64 = 1) throws -> PluginSighting {
        PluginSighting(
            directory: directory,
            files: [
                .init(
                    path: directory, device: 1, inode: inode, size: 1, modifiedSeconds: 1, modifiedNanoseconds: 1)
            ], content: .plugins(try classNames.map(manifest)))
    }

    private func broken(_ directory: String, _ problem: String) -> PluginSighting {
        PluginSighting(directory: directory, files: [], content: .problem(problem))
    }

    /// Actions in few words.
    private func words(_ actions: [PluginInventory.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .load(let entry):
                "load \(entry.key) of \(entry.directory)/\(entry.files.first?.inode ?? 0)"
            case .replace(let key, let entry): "replace \(key) by \(entry.key) of \(entry.directory)"
            case .remove(let key): "remove \(key)"
            case .report(let directory, let problem): "\(directory): \(problem)"
            }
        }
    }

    @Test func whatTwoLooksSawCounts() throws {
        var inventory = PluginInventory()
        #expect(inventory.observe([]) == [])
        #expect(inventory.observe([try sighting("p", ["A"])]) == [])
        #expect(words(inventory.observe([try sighting("p", ["A"])])) == ["load A of p/1"])
        #expect(inventory.observe([try sighting("p", ["A"])]) == [])
        // It is being written: other bytes in each look.
        #expect(inventory.observe([try sighting("p", ["A"], inode: 2)]) == [])
        #expect(inventory.observe([try sighting("p", ["A"], inode: 3)]) == [])
        #expect(words(inventory.observe([try sighting("p", ["A"], inode: 3)])) == ["load A of p/3"])
        // Away for a moment, as when one directory takes another's place.
        #expect(inventory.observe([]) == [])
        #expect(inventory.observe([try sighting("p", ["A"], inode: 3)]) == [])
        #expect(inventory.observe([]) == [])
        #expect(words(inventory.observe([])) == ["remove A"])
        #expect(inventory.current.isEmpty)
    }

    @Test func theFirstLookCountsByItself() throws {
        var inventory = PluginInventory()
        #expect(
            words(inventory.observe([try sighting("p", ["B", "A"])], isFirst: true)) == [
                "load A of p/1", "load B of p/1",
            ])
    }

    @Test func oneConnectorOfSeveralMayGo() throws {
        var inventory = PluginInventory()
        _ = inventory.observe([try sighting("p", ["A", "B"])], isFirst: true)
        let next = try sighting("p", ["B", "C"])
        _ = inventory.observe([next])
        // B is described anew, so it may be another one.
        #expect(words(inventory.observe([next])) == ["remove A", "load C of p/1"])
    }

    @Test func aMistakeTakesNothingAwayAndIsSaidOnce() throws {
        var inventory = PluginInventory()
        _ = inventory.observe([try sighting("p", ["A"])], isFirst: true)
        _ = inventory.observe([broken("p", "no JSON")])
        #expect(words(inventory.observe([broken("p", "no JSON")])) == ["p: no JSON"])
        #expect(inventory.observe([broken("p", "no JSON")]) == [])
        #expect(inventory.current.keys.map(\.description) == ["A"])
        _ = inventory.observe([broken("p", "no class")])
        #expect(words(inventory.observe([broken("p", "no class")])) == ["p: no class"])
        _ = inventory.observe([])
        #expect(words(inventory.observe([])) == ["remove A"])
    }

    @Test func theFirstDirectoryOfAClassIsUsed() throws {
        var inventory = PluginInventory()
        let (first, second) = (try sighting("a", ["A"]), try sighting("b", ["A", "B"]))
        let actions = words(inventory.observe([first, second], isFirst: true))
        #expect(actions.count == 3)
        #expect(actions[0].hasPrefix("b: A is not used: a comes first"))
        #expect(actions[1...] == ["load A of a/1", "load B of b/1"])
        #expect(inventory.observe([first, second]) == [])
        _ = inventory.observe([second])
        #expect(words(inventory.observe([second])) == ["load A of b/1"])
    }

    @Test func versionsStandSideBySide() throws {
        var inventory = PluginInventory()
        let (first, second) = (try sighting("a", ["A 1"]), try sighting("b", ["A 2"]))
        #expect(words(inventory.observe([first, second], isFirst: true)) == ["load A 1 of a/1", "load A 2 of b/1"])
        let third = try sighting("c", ["A 2"])
        _ = inventory.observe([first, second, third])
        let report = words(inventory.observe([first, second, third]))
        #expect(report.count == 1 && report[0].hasPrefix("c: A 2 is not used: b comes first"))
        _ = inventory.observe([second, third])
        #expect(words(inventory.observe([second, third])) == ["remove A 1"])
        // The same version from elsewhere is no removal.
        _ = inventory.observe([third])
        #expect(words(inventory.observe([third])) == ["load A 2 of c/1"])
    }

    @Test func aVersionInThePlaceOfAnotherReplacesIt() throws {
        var inventory = PluginInventory()
        _ = inventory.observe([try sighting("a", ["A 1", "B"])], isFirst: true)
        let next = try sighting("a", ["A 2", "B"], inode: 2)
        _ = inventory.observe([next])
        #expect(words(inventory.observe([next])) == ["replace A 1 by A 2 of a", "load B of a/2"])
        // Where it is there already, it takes no other's place.
        let other = try sighting("b", ["A 3"])
        _ = inventory.observe([next, other])
        #expect(words(inventory.observe([next, other])) == ["load A 3 of b/1"])
        let last = try sighting("a", ["A 3", "B"], inode: 2)
        _ = inventory.observe([last, other])
        let actions = words(inventory.observe([last, other]))
        #expect(actions.count == 3)
        #expect(actions[0].hasPrefix("b: A 3 is not used: a comes first"))
        #expect(actions[1...] == ["remove A 2", "load A 3 of a/2"])
    }
}

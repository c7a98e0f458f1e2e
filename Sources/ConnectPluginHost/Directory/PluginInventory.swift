/// What is in `plugin.path` according to looks at it, and what each look changes. A value without I/O.
///
/// Only what two looks in a row saw counts: a directory that is being copied or replaced is not taken for what it
/// will be, nor for gone. A `connector.json` that became wrong takes nothing away: the plug-ins that were there
/// stay until it is right again or gone.
struct PluginInventory {
    /// One version of a class.
    struct Key: Sendable, Hashable, Comparable, CustomStringConvertible {
        var className: String
        var version: String?

        static func < (left: Key, right: Key) -> Bool {
            (left.className, left.version ?? "") < (right.className, right.version ?? "")
        }

        var description: String { className + (version.map { " " + $0 } ?? "") }
    }

    /// One connector of one directory.
    struct Entry: Sendable, Hashable {
        var manifest: PluginManifest
        var directory: String
        var files: [PluginSighting.FileStamp]

        var key: Key { Key(className: manifest.className, version: manifest.version) }
    }

    /// What is to be done.
    enum Action: Sendable, Hashable {
        /// A version is new, or another program than before.
        case load(Entry)
        /// A version has a new one in its place: the directory is the same.
        case replace(Key, by: Entry)
        /// A version is gone.
        case remove(Key)
        /// Something is wrong; said once.
        case report(directory: String, problem: String)
    }

    private var lastLook: [String: PluginSighting] = [:]
    private var settled: [String: PluginSighting] = [:]
    private var entries: [String: [Entry]] = [:]
    /// The directories in the order of `plugin.path`.
    private var order: [String] = []
    private var shadows: Set<Entry> = []

    /// What is in use.
    private(set) var current: [Key: Entry] = [:]

    /// Takes note of a look.
    ///
    /// - Parameters:
    ///   - sightings: What was seen, in the order of `plugin.path`.
    ///   - isFirst: Whether it counts by itself, since nobody is copying while the server starts.
    mutating func observe(_ sightings: [PluginSighting], isFirst: Bool = false) -> [Action] {
        var actions: [Action] = []
        for sighting in sightings
        where settled[sighting.directory] != sighting && (isFirst || lastLook[sighting.directory] == sighting) {
            settled[sighting.directory] = sighting
            switch sighting.content {
            case .plugins(let manifests):
                entries[sighting.directory] = manifests.map {
                    Entry(manifest: $0, directory: sighting.directory, files: sighting.files)
                }
            case .problem(let problem): actions.append(.report(directory: sighting.directory, problem: problem))
            }
        }
        let seen = sightings.map(\.directory)
        for directory in settled.keys.sorted() where lastLook[directory] == nil && !seen.contains(directory) {
            settled[directory] = nil
            entries[directory] = nil
        }
        order = inOrder(seen)
        lastLook = Dictionary(sightings.map { ($0.directory, $0) }) { first, _ in first }
        return actions + update()
    }

    /// The directories that were seen, and those that may be back with the next look at the places that they had.
    private func inOrder(_ seen: [String]) -> [String] {
        var next = seen
        for (index, directory) in order.enumerated() where settled[directory] != nil && !seen.contains(directory) {
            let before = order[..<index].last { next.contains($0) }
            next.insert(directory, at: before.flatMap { next.firstIndex(of: $0) }.map { $0 + 1 } ?? 0)
        }
        return next
    }

    /// Works out what is in use, and what is other than before. Of two directories with one version of a class the
    /// first in `plugin.path` counts.
    private mutating func update() -> [Action] {
        var next: [Key: Entry] = [:]
        var shadows: Set<Entry> = []
        var actions: [Action] = []
        for entry in order.flatMap({ entries[$0] ?? [] }) {
            guard let first = next[entry.key] else {
                next[entry.key] = entry
                continue
            }
            shadows.insert(entry)
            if !self.shadows.contains(entry) {
                actions.append(
                    .report(
                        directory: entry.directory,
                        problem:
                            "\(entry.key) is not used: \(first.directory) comes first in plugin.path and has it"
                            + " too"))
            }
        }
        var replacements: Set<Key> = []
        for (key, gone) in current.sorted(by: { $0.key < $1.key }) where next[key] == nil {
            let successor = next.values.first { entry in
                entry.directory == gone.directory && entry.key.className == key.className && current[entry.key] == nil
            }
            guard let successor else {
                actions.append(.remove(key))
                continue
            }
            replacements.insert(successor.key)
            actions.append(.replace(key, by: successor))
        }
        for (key, entry) in next.sorted(by: { $0.key < $1.key })
        where current[key] != entry && !replacements.contains(key) {
            actions.append(.load(entry))
        }
        (current, self.shadows) = (next, shadows)
        return actions
    }
}

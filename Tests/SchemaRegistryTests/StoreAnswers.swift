import HashTreeCollections
import SchemaFormat

@testable import SchemaRegistry

/// Everything that a store answers, to compare stores by.
struct StoreAnswers: Hashable {
    struct Version: Hashable {
        var subject: String
        var version: Int
        var id: Int
        var text: String
        var isDeleted: Bool
    }

    var versions: Set<Version>
    var ids: [String: [Int: Set<SubjectVersion>]]
    var guids: [String: [SchemaGUID: Set<SubjectVersion>]]
    var contexts: [String]
    var configs: [String?: SubjectConfig]
    var modes: [String?: RegistryMode]
    var referrers: [SubjectVersion: Set<SubjectVersion>]
    var highestIDs: [String: Int]

    init(_ store: SubjectStore) {
        versions = Set(
            store.subjects.flatMap { subject, versions in
                versions.map {
                    Version(subject: subject, version: $0.version, id: $0.id, text: $0.text, isDeleted: $0.isDeleted)
                }
            })
        ids = [:]
        guids = [:]
        for (context, index) in store.contexts where !index.isEmpty {
            ids[context] = Dictionary(uniqueKeysWithValues: index.ids.map { ($0.key, $0.value) })
            guids[context] = Dictionary(uniqueKeysWithValues: index.guids.map { ($0.key, $0.value) })
        }
        contexts = store.contextNames
        configs = Dictionary(uniqueKeysWithValues: store.configs.map { ($0.key, $0.value) })
        modes = Dictionary(uniqueKeysWithValues: store.modes.map { ($0.key, $0.value) })
        referrers = Dictionary(uniqueKeysWithValues: store.referrers.map { ($0.key, $0.value) })
        highestIDs = store.highestIDs
    }
}

extension StoreAnswers {
    /// The answers but for the highest ids: one that nobody was told of may be given again.
    var withoutHighestIDs: StoreAnswers {
        var answers = self
        answers.highestIDs = [:]
        return answers
    }
}

/// Records in their order, as the topic has them.
struct History {
    struct Entry {
        var entry: RegistryEntry
        var writer: WriterClaim?
    }

    var entries: [Entry] = []

    /// The store that comes of it, through the bytes of each record.
    ///
    /// - Parameter heedsClaims: Whether claims count, which others do not know.
    func store(heedsClaims: Bool = true) throws -> SubjectStore {
        var store = SubjectStore()
        for entry in entries {
            let read = try RegistryEntry(key: entry.entry.key.utf8, value: entry.entry.valueUTF8)
            let writer = entry.writer.flatMap { WriterClaim(parsing: $0.description) }
            _ = store.apply(read, writer: heedsClaims ? writer : nil)
        }
        return store
    }

    /// What compaction leaves of the first records: the last one of each key.
    ///
    /// - Parameter dropsTombstones: Whether tombstones go too, as they do after a while.
    func compacted(first count: Int, dropsTombstones: Bool) -> History {
        var last: [RegistryKey: Int] = [:]
        for (index, entry) in entries.prefix(count).enumerated() { last[entry.entry.key] = index }
        let kept = entries.prefix(count).enumerated().filter { index, entry in
            last[entry.entry.key] == index && (!dropsTombstones || entry.entry.value != nil)
        }
        return History(entries: kept.map(\.element) + entries.dropFirst(count))
    }
}

/// Numbers that a seed gives again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

import HashTreeCollections

/// Where the schemas of a context are, by id and by fingerprint.
struct ContextIndex: Sendable {
    /// Which versions have an id; those that are deleted softly too.
    private(set) var ids: TreeDictionary<Int, Set<SubjectVersion>> = [:]
    /// Which versions have a fingerprint.
    private(set) var guids: TreeDictionary<SchemaGUID, Set<SubjectVersion>> = [:]
    /// The highest id that was ever given; 0 before the first.
    private(set) var highestID = 0

    /// Whether no version is left.
    var isEmpty: Bool { ids.isEmpty }

    /// Takes a version in.
    mutating func insert(_ schema: RegisteredSchema) {
        ids[schema.id, default: []].insert(schema.key)
        guids[schema.guid, default: []].insert(schema.key)
        noteID(schema.id)
    }

    /// Forgets a version; its id stays given.
    mutating func remove(_ schema: RegisteredSchema) {
        ids[schema.id]?.remove(schema.key)
        if ids[schema.id]?.isEmpty == true { ids[schema.id] = nil }
        guids[schema.guid]?.remove(schema.key)
        if guids[schema.guid]?.isEmpty == true { guids[schema.guid] = nil }
    }

    /// Takes note that an id was given.
    mutating func noteID(_ id: Int) { highestID = max(highestID, id) }
}

import HashTreeCollections

/// What has to be written so that versions, subjects and contexts are deleted, or why they may not be.
enum SubjectDeletion {
    /// Deletes a version; softly first, and for good then.
    ///
    /// - Throws: ``RegistryError`` 40401, 40402, 40406, 40407, 42205, 42206.
    static func version(
        _ version: VersionID, of subject: String, permanently: Bool, in store: SubjectStore
    ) throws(RegistryError) -> RegistryChange<Int> {
        let live = store.schema(subject, version, includingDeleted: false)
        guard let schema = live ?? store.schema(subject, version, includingDeleted: true) else {
            throw store.hasSubjects(subject, includingDeleted: true)
                ? .versionNotFound(version.number) : .subjectNotFound(subject)
        }
        if !permanently, live == nil { throw .versionSoftDeleted(subject, schema.version) }
        try checkWritable(subject, in: store)
        // What is deleted softly can be read on; for good it has to be without anything that refers to it.
        if !store.versions(referringTo: schema.key, includingDeleted: permanently).isEmpty {
            throw .referenceExists(schema.key)
        }
        if permanently, !schema.isDeleted { throw .versionNotSoftDeleted(subject, schema.version) }
        guard permanently else {
            var deleted = schema
            deleted.isDeleted = true
            return RegistryChange(entries: [RegistryEntry(deleted)], result: schema.version)
        }
        let isLast = store.versions(of: subject, .all).count == 1
        return RegistryChange(
            entries: tombstones([schema], in: store) + (isLast ? settings(of: subject, in: store) : []),
            result: schema.version)
    }

    /// Deletes all versions of a subject; softly first, and for good then.
    ///
    /// - Throws: ``RegistryError`` 40401, 40404, 40405, 42205, 42206.
    static func subject(
        _ subject: String, permanently: Bool, in store: SubjectStore
    ) throws(RegistryError) -> RegistryChange<[Int]> {
        guard !store.versions(of: subject, .all).isEmpty else { throw .subjectNotFound(subject) }
        let versions = store.versions(of: subject, permanently ? .all : .live)
        guard !versions.isEmpty else { throw .subjectSoftDeleted(subject) }
        try checkWritable(subject, in: store)
        for schema in versions {
            let referrers = store.versions(referringTo: schema.key, includingDeleted: permanently)
            if referrers.contains(where: { $0.subject != subject }) { throw .referenceExists(schema.key) }
            if permanently, !schema.isDeleted { throw .subjectNotSoftDeleted(subject) }
        }
        let numbers = versions.map(\.version)
        guard permanently else {
            return RegistryChange(
                entries: [RegistryEntry(.deleteSubject(subject), .deleteSubject(through: numbers.last ?? 0))],
                result: numbers)
        }
        // The last version first, as a later one may refer to one before it.
        return RegistryChange(
            entries: tombstones(versions.reversed(), in: store) + settings(of: subject, in: store), result: numbers)
    }

    /// Deletes a context that has no subjects.
    ///
    /// - Throws: ``RegistryError`` 42211.
    static func context(_ qualifier: String, in store: SubjectStore) throws(RegistryError) -> RegistryChange<Bool> {
        let context = QualifiedSubject(qualifier).context
        guard !store.hasSubjects(qualifier, includingDeleted: true) else { throw .contextNotEmpty(qualifier) }
        guard store.declaredContexts.contains(context) else { return RegistryChange(entries: [], result: false) }
        return RegistryChange(entries: [RegistryEntry(.context(context), nil)], result: true)
    }

    /// Refuses what is not to be changed.
    ///
    /// - Throws: ``RegistryError`` 42205.
    static func checkWritable(_ subject: String?, in store: SubjectStore) throws(RegistryError) {
        guard store.effectiveMode(of: subject).isReadOnly else { return }
        let qualifier = subject.map { QualifiedSubject($0).qualifier } ?? ""
        throw .notPermitted("Subject \(subject ?? "null") in context \(qualifier) is in read-only mode")
    }

    /// Tombstones of versions, with the highest ids before them if that is needed.
    static func tombstones(_ schemas: [RegisteredSchema], in store: SubjectStore) -> [RegistryEntry] {
        highestIDs(without: schemas, in: store) + schemas.map { RegistryEntry(.schema($0.key), nil) }
    }

    /// The highest ids, if one of the versions that are to go has such a one: compaction would else let it be given again.
    static func highestIDs(without schemas: [RegisteredSchema], in store: SubjectStore) -> [RegistryEntry] {
        let holdsHighest = schemas.contains { $0.id == store.highestID(in: QualifiedSubject($0.subject).context) }
        return holdsHighest ? [RegistryEntry(.noop, .noop(highestIDs: store.highestIDs))] : []
    }

    private static func settings(of subject: String, in store: SubjectStore) -> [RegistryEntry] {
        (store.modes[subject] == nil ? [] : [RegistryEntry(.mode(subject: subject), nil)])
            + (store.configs[subject] == nil ? [] : [RegistryEntry(.config(subject: subject), nil)])
    }
}

extension SubjectStore {
    /// The highest id that was given in each context.
    var highestIDs: [String: Int] {
        Dictionary(
            uniqueKeysWithValues: contexts.filter { $0.value.highestID > 0 }.map { ($0.key, $0.value.highestID) })
    }
}

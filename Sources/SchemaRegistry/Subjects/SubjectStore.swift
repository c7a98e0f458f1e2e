import HashTreeCollections

/// What the records of the schemas topic say, taken in order: every question is answered from it.
///
/// A value without I/O. A copy costs nothing, because everything is kept in trees that copies share, so that a request works
/// on the state that it found while further records come.
struct SubjectStore: Sendable {
    /// What came of a record.
    enum Outcome: Sendable, Hashable {
        /// It counts.
        case applied
        /// It counts for nothing: whoever wrote it is not the writer any more.
        case superseded
        /// It counts for nothing, for this reason.
        case refused(String)
    }

    /// The versions of each subject that has any, in order.
    private(set) var subjects: TreeDictionary<String, [RegisteredSchema]> = [:]
    /// Where schemas are, by context; contexts stay, because their ids stay given.
    private(set) var contexts: TreeDictionary<String, ContextIndex> = [:]
    /// The contexts that have a record.
    private(set) var declaredContexts: TreeSet<String> = []
    /// What is set, by subject or context; `nil` is the default context.
    private(set) var configs: TreeDictionary<String?, SubjectConfig> = [:]
    /// Modes, by subject or context; `nil` is the default context.
    private(set) var modes: TreeDictionary<String?, RegistryMode> = [:]
    /// Which versions refer to one, those that are deleted softly too.
    private(set) var referrers: TreeDictionary<SubjectVersion, Set<SubjectVersion>> = [:]
    /// Who writes.
    private(set) var claim: WriterClaim?
    /// The keys whose last record counted for nothing: others may have taken it, and compaction keeps it alone.
    private(set) var disputed: TreeSet<RegistryKey> = []

    /// Nothing was read yet.
    init() {}

    /// Takes a record.
    ///
    /// - Parameters:
    ///   - writer: The claim that it was written under; `nil` for others'.
    ///   - timestamp: When it was written.
    mutating func apply(_ entry: RegistryEntry, writer: WriterClaim? = nil, timestamp: Int64? = nil) -> Outcome {
        // Ids count as given whether the record counts or not.
        noteIDs(entry)
        if let writer {
            if let claim, writer < claim {
                if entry.key != .noop { disputed.insert(entry.key) }
                return .superseded
            }
            claim = writer
        }
        if case .schema(let schema) = entry.value, let reason = obstacle(to: schema) {
            disputed.insert(entry.key)
            return .refused(reason)
        }
        disputed.remove(entry.key)
        take(entry, timestamp)
        return .applied
    }

    private mutating func noteIDs(_ entry: RegistryEntry) {
        switch entry.value {
        case .schema(let schema): contexts[QualifiedSubject(schema.subject).context, default: .init()].noteID(schema.id)
        case .noop(let highestIDs):
            for (context, id) in highestIDs { contexts[context, default: .init()].noteID(id) }
        default: break
        }
    }

    /// Why a schema cannot have its id.
    private func obstacle(to schema: RegisteredSchema) -> String? {
        let holders = contexts[QualifiedSubject(schema.subject).context]?.ids[schema.id] ?? []
        guard
            let other = holders.first(where: { $0 != schema.key && self.schema($0)?.text != schema.text })
        else { return nil }
        return "the id \(schema.id) is that of version \(other.version) of '\(other.subject)', which is another schema"
    }

    private mutating func take(_ entry: RegistryEntry, _ timestamp: Int64?) {
        switch (entry.key, entry.value) {
        case (.schema, .schema(var schema)):
            schema.timestamp = timestamp
            insert(schema)
        case (.schema(let key), nil): remove(key)
        case (.config(let subject), .config(let config)): configs[Self.scope(subject)] = config
        case (.config(let subject), nil): configs[Self.scope(subject)] = nil
        case (.mode(let subject), .mode(let mode)): modes[Self.scope(subject)] = mode
        case (.mode(let subject), nil): modes[Self.scope(subject)] = nil
        case (.context(let context), .context): declaredContexts.insert(context)
        case (.context(let context), nil): declaredContexts.remove(context)
        case (.deleteSubject(let subject), .deleteSubject(let version)): delete(subject, through: version)
        case (.clearSubject(let scope), .clearSubject): clear(scope)
        default: break
        }
    }

    /// Others have written the default context as no subject, and as one without a name.
    private static func scope(_ subject: String?) -> String? { subject?.isEmpty == true ? nil : subject }

    // MARK: Versions

    private mutating func insert(_ schema: RegisteredSchema) {
        remove(schema.key)
        let place = subjects[schema.subject]?.firstIndex { $0.version > schema.version }
        if let place {
            subjects[schema.subject]?.insert(schema, at: place)
        } else {
            subjects[schema.subject, default: []].append(schema)
        }
        contexts[QualifiedSubject(schema.subject).context, default: .init()].insert(schema)
        for target in references(of: schema) { referrers[target, default: []].insert(schema.key) }
    }

    private mutating func remove(_ key: SubjectVersion) {
        guard let versions = subjects[key.subject],
            let place = versions.firstIndex(where: { $0.version == key.version })
        else { return }
        let schema = versions[place]
        if versions.count == 1 {
            subjects[key.subject] = nil
        } else {
            subjects[key.subject]?.remove(at: place)
        }
        contexts[QualifiedSubject(key.subject).context]?.remove(schema)
        for target in references(of: schema) {
            referrers[target]?.remove(key)
            if referrers[target]?.isEmpty == true { referrers[target] = nil }
        }
    }

    /// The versions that a schema refers to.
    func references(of schema: RegisteredSchema) -> [SubjectVersion] {
        let subject = QualifiedSubject(schema.subject)
        return schema.references.map { SubjectVersion(subject: subject.resolve($0.subject), version: $0.version) }
    }

    private mutating func delete(_ subject: String, through version: Int) {
        guard let versions = subjects[subject] else { return }
        subjects[subject] = versions.map { schema in
            guard schema.version <= version else { return schema }
            var schema = schema
            schema.isDeleted = true
            return schema
        }
    }

    private mutating func clear(_ scope: String?) {
        for (subject, versions) in subjects where QualifiedSubject.scope(scope, covers: subject) {
            for schema in versions where schema.isDeleted { remove(schema.key) }
        }
    }
}

import HashTreeCollections

/// Answers of the store.
extension SubjectStore {
    // MARK: Versions

    /// The versions of a subject, in order.
    func versions(of subject: String, _ filter: DeletionFilter = .live) -> [RegisteredSchema] {
        (subjects[subject] ?? []).filter { filter.includes($0.isDeleted) }
    }

    /// A version, also one that is deleted softly.
    func schema(_ key: SubjectVersion) -> RegisteredSchema? {
        subjects[key.subject]?.first { $0.version == key.version }
    }

    /// The last version that is not deleted.
    func latest(of subject: String) -> RegisteredSchema? { subjects[subject]?.last { !$0.isDeleted } }

    /// A version by what a request calls it.
    func schema(_ subject: String, _ version: VersionID, includingDeleted: Bool) -> RegisteredSchema? {
        switch version {
        case .latest: latest(of: subject)
        case .number(let number):
            schema(SubjectVersion(subject: subject, version: number)).flatMap {
                includingDeleted || !$0.isDeleted ? $0 : nil
            }
        }
    }

    /// The same in whatever context has it, if the name does not say one.
    func schemaInAnyContext(_ subject: String, _ version: VersionID, includingDeleted: Bool) -> RegisteredSchema? {
        for name in candidates(subject) {
            if let schema = schema(name, version, includingDeleted: includingDeleted) { return schema }
        }
        return nil
    }

    /// The names that a subject may have been meant by: itself, and itself in every other context.
    func candidates(_ subject: String) -> [String] {
        let parts = QualifiedSubject(subject)
        guard parts.context == QualifiedSubject.defaultContext else { return [subject] }
        return [subject] + contextNames.dropFirst().map { QualifiedSubject(context: $0, subject: parts.subject).name }
    }

    // MARK: Subjects

    /// Whether a subject, a context or everything has a version.
    func hasSubjects(_ scope: String?, includingDeleted: Bool) -> Bool {
        if let scope, let versions = subjects[scope] {
            return includingDeleted || versions.contains { !$0.isDeleted }
        }
        return subjects.contains { subject, versions in
            QualifiedSubject.scope(scope, covers: subject)
                && (includingDeleted || versions.contains { !$0.isDeleted })
        }
    }

    /// The subjects that begin with something, by name; a prefix means the default context, unless it says another or
    /// `:*:` for all.
    func subjects(withPrefix prefix: String, _ filter: DeletionFilter = .live) -> [String] {
        let matches = Self.matcher(prefix)
        // A subject is deleted when all of its versions are.
        return subjects.filter { matches($0.key) && filter.includes($0.value.allSatisfy(\.isDeleted)) }
            .map(\.key).sorted { $0.precedes($1) }
    }

    /// The versions of subjects that begin with something, by name and version.
    ///
    /// - Parameter latestOnly: Whether the last one of each subject alone is meant.
    func schemas(withPrefix prefix: String, _ filter: DeletionFilter, latestOnly: Bool) -> [RegisteredSchema] {
        let matches = Self.matcher(prefix)
        return subjects.filter { matches($0.key) }.sorted { $0.key.precedes($1.key) }.flatMap { _, versions in
            let found = versions.filter { filter.includes($0.isDeleted) }
            return latestOnly ? found.suffix(1) : found[...]
        }
    }

    /// Whether a subject begins with something.
    static func matcher(_ prefix: String) -> (String) -> Bool {
        if prefix.hasPrefix(QualifiedSubject.wildcard) {
            let start = String(prefix.dropFirst(QualifiedSubject.wildcard.count))
            return { QualifiedSubject($0).subject.hasPrefix(start) }
        }
        let wanted = QualifiedSubject(prefix)
        return {
            let subject = QualifiedSubject($0)
            return subject.context == wanted.context && subject.subject.hasPrefix(wanted.subject)
        }
    }

    // MARK: Contexts

    /// The contexts: the default one, and those that have a record or schemas, by name.
    var contextNames: [String] {
        let named = Set(declaredContexts).union(contexts.filter { !$0.value.isEmpty }.map(\.key))
        return [QualifiedSubject.defaultContext]
            + named.subtracting([QualifiedSubject.defaultContext]).sorted { $0.precedes($1) }
    }

    // MARK: Ids

    /// A schema with an id: of the subject that is named, if one is, in whatever context has that; else of the context.
    func schema(id: Int, subject: String?) -> RegisteredSchema? {
        let parts = QualifiedSubject(subject ?? "")
        if parts.subject.isEmpty { return schema(id: id, in: parts.context) }
        for name in candidates(parts.name) {
            let holders = contexts[QualifiedSubject(name).context]?.ids[id] ?? []
            if let found = holders.filter({ $0.subject == name }).max(by: { $0.version < $1.version }) {
                return schema(found)
            }
        }
        return parts.context == QualifiedSubject.defaultContext ? schema(id: id, in: parts.context) : nil
    }

    private func schema(id: Int, in context: String) -> RegisteredSchema? {
        versions(of: contexts[context]?.ids[id] ?? []).first
    }

    /// The versions that have an id, by subject and version; `nil` where nobody has it.
    func versions(id: Int, subject: String?, includingDeleted: Bool) -> [RegisteredSchema]? {
        guard let schema = schema(id: id, subject: subject) else { return nil }
        let holders = contexts[QualifiedSubject(schema.subject).context]?.ids[id] ?? []
        return versions(of: holders).filter { includingDeleted || !$0.isDeleted }
    }

    /// The ids of a fingerprint by context, in the order of the contexts' names.
    func ids(guid: SchemaGUID) -> [(context: String, id: Int)] {
        contexts.compactMap { context, index in
            index.guids[guid].flatMap { versions(of: $0).map(\.id).min() }.map { (context, $0) }
        }.sorted { $0.context.precedes($1.context) }
    }

    /// The versions in a context with a fingerprint.
    func versions(guid: SchemaGUID, in context: String) -> [RegisteredSchema] {
        versions(of: contexts[context]?.guids[guid] ?? [])
    }

    private func versions(of keys: Set<SubjectVersion>) -> [RegisteredSchema] {
        keys.compactMap { schema($0) }.sorted {
            $0.subject == $1.subject ? $0.version < $1.version : $0.subject.precedes($1.subject)
        }
    }

    /// The highest id that was given in a context.
    func highestID(in context: String) -> Int { contexts[context]?.highestID ?? 0 }

    // MARK: References

    /// The versions that refer to one.
    func versions(referringTo key: SubjectVersion, includingDeleted: Bool) -> [RegisteredSchema] {
        versions(of: referrers[key] ?? []).filter { includingDeleted || !$0.isDeleted }
    }

    // MARK: Configurations and modes

    /// What counts for a subject: its own configuration, completed by what stands above it.
    func effectiveConfig(of subject: String?, default level: SubjectConfig) -> SubjectConfig {
        var config: SubjectConfig?
        for scope in Self.scopes(of: subject) {
            guard let found = configs[scope] else { continue }
            config = config?.inheriting(from: found) ?? found
        }
        return config?.inheriting(from: level) ?? level
    }

    /// The mode that counts for a subject.
    func effectiveMode(of subject: String?) -> RegistryMode {
        for scope in [nil, Self.globalScope] where modes[scope] == .readOnlyOverride { return .readOnlyOverride }
        for scope in Self.scopes(of: subject) {
            if let mode = modes[scope] { return mode }
        }
        return .readWrite
    }

    /// A subject, what stands above it, and so on.
    private static func scopes(of subject: String?) -> [String?] {
        guard let subject else { return [nil, globalScope] }
        let qualifier = QualifiedSubject(subject).qualifier
        let context: String? = qualifier.isEmpty ? nil : qualifier
        return (subject == context ? [] : [subject]) + (subject == globalScope ? [] : [context]) + [globalScope]
    }

    /// The key of what counts for all contexts.
    static let globalScope: String? = QualifiedSubject(context: QualifiedSubject.globalContext).qualifier

    /// The subject that an alias stands for; the name itself if it is none.
    func resolvingAlias(_ subject: String) -> String {
        guard !subject.isEmpty else { return subject }
        let name = QualifiedSubject.normalized(subject)
        guard let alias = configs[name]?.alias, !alias.isEmpty else { return subject }
        return QualifiedSubject(name).resolve(alias)
    }

    /// The subjects that are an alias, by what they stand for.
    var aliases: [String: [String]] {
        var aliases: [String: [String]] = [:]
        for case (let subject?, let config) in configs {
            guard let alias = config.alias, !alias.isEmpty else { continue }
            aliases[QualifiedSubject(subject).resolve(alias), default: []].append(subject)
        }
        return aliases.mapValues { $0.sorted { $0.precedes($1) } }
    }
}

import HashTreeCollections

/// What has to be written so that configurations and modes are others, or why they may not be.
enum SettingChange {
    /// Changes a configuration.
    ///
    /// - Throws: ``RegistryError`` 42205, 42210.
    static func update(
        _ scope: String?, _ update: ConfigUpdate, in store: SubjectStore
    ) throws(RegistryError) -> RegistryChange<SubjectConfig> {
        for ruleSet in update.ruleSets {
            if let problem = ruleSet.problem { throw .invalidRuleSet(problem) }
        }
        try SubjectDeletion.checkWritable(scope, in: store)
        let config = update.applied(to: store.configs[scope] ?? SubjectConfig())
        return RegistryChange(entries: [RegistryEntry(.config(subject: scope), .config(config))], result: config)
    }

    /// Deletes a configuration.
    ///
    /// - Returns: What it was.
    /// - Throws: ``RegistryError`` 40401, 42205.
    static func deleteConfig(
        _ scope: String?, rules: RegistryRules, in store: SubjectStore
    ) throws(RegistryError) -> RegistryChange<SubjectConfig> {
        guard let config = store.configs[scope] else {
            if let scope { throw .subjectNotFound(scope) }
            return RegistryChange(entries: [], result: rules.defaults)
        }
        try SubjectDeletion.checkWritable(scope, in: store)
        return RegistryChange(
            entries: [RegistryEntry(.config(subject: scope), nil)], result: config.inheriting(from: rules.defaults))
    }

    /// Sets a mode, or unsets it.
    ///
    /// Subjects that are to be imported must not have any version; what was deleted softly goes for good.
    ///
    /// - Parameter force: Whether they may have versions.
    /// - Throws: ``RegistryError`` 42205, 42206.
    static func setMode(
        _ scope: String?, _ mode: RegistryMode?, force: Bool, rules: RegistryRules, in store: SubjectStore
    ) throws(RegistryError) -> RegistryChange<RegistryMode?> {
        guard rules.allowsModeChanges else { throw .notPermitted("Mode changes are not allowed") }
        var entries: [RegistryEntry] = []
        if mode == .import, store.effectiveMode(of: scope) != .import, !force {
            if store.hasSubjects(scope, includingDeleted: false) {
                throw .notPermitted("Cannot import since found existing subjects")
            }
            var gone: [RegisteredSchema] = []
            for (subject, versions) in store.subjects.sorted(by: { $0.key.precedes($1.key) })
            where QualifiedSubject.scope(scope, covers: subject) {
                gone += versions.reversed()
            }
            let keys = Set(gone.map(\.key))
            for schema in gone {
                let referrers = store.versions(referringTo: schema.key, includingDeleted: true)
                if referrers.contains(where: { !keys.contains($0.key) }) { throw .referenceExists(schema.key) }
            }
            entries += SubjectDeletion.tombstones(gone, in: store)
            entries.append(RegistryEntry(.clearSubject(scope), .clearSubject))
        }
        entries.append(RegistryEntry(.mode(subject: scope), mode.map { .mode($0) }))
        return RegistryChange(entries: entries, result: mode)
    }

    /// Deletes a mode.
    ///
    /// - Parameter recursive: Whether the modes of a context's subjects go with it.
    /// - Returns: What it was.
    /// - Throws: ``RegistryError`` 40401, 42205.
    static func deleteMode(
        _ scope: String?, recursive: Bool, rules: RegistryRules, in store: SubjectStore
    ) throws(RegistryError) -> RegistryChange<RegistryMode?> {
        let mode = store.modes[scope]
        if let scope, mode == nil, !recursive { throw .subjectNotFound(scope) }
        guard rules.allowsModeChanges else { throw .notPermitted("Mode changes are not allowed") }
        var scopes: [String?] = mode == nil ? [] : [scope]
        if recursive {
            let covered = store.modes.map(\.key).compactMap { $0 }
                .filter { $0 != scope && isContext(scope, of: $0) }
            scopes += covered.sorted { $0.precedes($1) }
        }
        let wasUsual = scope == nil && mode == nil
        return RegistryChange(
            entries: scopes.map { RegistryEntry(.mode(subject: $0), nil) }, result: wasUsual ? .readWrite : mode)
    }

    /// Whether something is a context and a subject is in it; nothing is the default context.
    private static func isContext(_ scope: String?, of subject: String) -> Bool {
        guard let scope else { return QualifiedSubject(subject).context == QualifiedSubject.defaultContext }
        return scope != subject && QualifiedSubject.scope(scope, covers: subject)
    }
}

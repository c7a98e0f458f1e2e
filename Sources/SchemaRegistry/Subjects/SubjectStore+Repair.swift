import HashTreeCollections

/// Putting right what counts for nothing here and may count elsewhere.
extension SubjectStore {
    /// What has to be written so that everyone who reads the topic, and whatever compaction leaves of it, has what this
    /// store has: the values of the keys whose last record does not count.
    var repairs: [RegistryEntry] { disputed.flatMap { repairs(of: $0) } }

    private func repairs(of key: RegistryKey) -> [RegistryEntry] {
        switch key {
        case .schema(let version): [schema(version).map { RegistryEntry($0) } ?? RegistryEntry(key, nil)]
        case .config(let scope): [RegistryEntry(key, configs[scope].map { .config($0) })]
        case .mode(let scope): [RegistryEntry(key, modes[scope].map { .mode($0) })]
        case .context(let context): [RegistryEntry(key, declaredContexts.contains(context) ? .context : nil)]
        // The versions say for themselves what they are; the record that would delete them goes.
        case .deleteSubject(let subject):
            [RegistryEntry(key, nil)] + versions(of: subject, .all).map { RegistryEntry($0) }
        case .clearSubject(let scope):
            [RegistryEntry(key, nil)]
                + subjects.filter { QualifiedSubject.scope(scope, covers: $0.key) }
                .flatMap { $0.value.map { RegistryEntry($0) } }
        case .noop: []
        }
    }
}

import HashTreeCollections
import SchemaFormat

/// The rules of a registration: which version and id a schema gets, or why it gets none.
///
/// Pure but for reading schemas, which the library remembers: the same request on the same store has the same outcome.
struct Registration: Sendable {
    let library: SchemaLibrary
    let rules: RegistryRules

    /// A schema in its canonical form.
    struct Canonical {
        var parsed: any ParsedSchema
        var draft: SchemaDraft

        var guid: SchemaGUID {
            SchemaGUID(
                text: draft.text, references: draft.references, metadata: draft.metadata, ruleSet: draft.ruleSet)
        }
    }

    /// What counts for a subject.
    func config(of subject: String, in store: SubjectStore) -> SubjectConfig {
        store.effectiveConfig(of: subject, default: rules.defaults)
    }

    // MARK: Registering

    /// What has to be written so that a schema is a version of a subject.
    ///
    /// - Parameters:
    ///   - normalize: Whether the request asks for the normal form.
    ///   - force: Whether it is not compared with earlier versions.
    /// - Throws: ``RegistryError`` 40901, 42201, 42205.
    func register(
        _ draft: SchemaDraft, as subject: String, normalize: Bool, force: Bool, in store: SubjectStore
    ) throws(RegistryError) -> RegistryChange<SubjectVersion> {
        let mode = store.effectiveMode(of: subject)
        try check(mode, draft, subject)
        let config = config(of: subject, in: store)
        let all = store.versions(of: subject, .all)
        let live = all.filter { !$0.isDeleted }
        let nextVersion = (all.last?.version ?? 0) + 1
        var draft = draft
        if !mode.isForImports {
            if draft.isEmpty { try populateText(of: &draft, from: live.last) }
            populate(&draft, config, previous: live.last, nextVersion: nextVersion)
        }
        let isNew = draft.id == nil && (config.validateNewSchemas ?? rules.validatesNewSchemas)
        guard
            let canonical = try canonical(
                draft, subject, store, isNew: isNew, normalize: normalize || config.normalize ?? false)
        else { throw .emptySchema }
        draft = canonical.draft

        // A fingerprint does not say the language.
        let twins = store.versions(guid: canonical.guid, in: QualifiedSubject(subject).context)
            .filter { $0.type == draft.type && (draft.id == nil || $0.id == draft.id) }
        if draft.version == nil {
            if let twin = twins.last(where: { $0.subject == subject && !$0.isDeleted }) {
                return RegistryChange(entries: [], result: twin.key)
            }
            let fits = { (schema: RegisteredSchema) in
                (draft.id == nil || schema.id == draft.id) && Self.matches(draft, schema)
            }
            if twins.isEmpty, let match = live.last(where: fits) {
                return RegistryChange(entries: [], result: match.key)
            }
        }
        if !mode.isForImports, !force {
            let obstacles = try obstacles(to: canonical, after: live, config, store)
            if !obstacles.isEmpty { throw .incompatible(subject, obstacles) }
        }
        let schema = try version(of: draft, subject, id: twins.map(\.id).min(), nextVersion, mode, store)
        return RegistryChange(entries: entries(for: schema, replacing: all, in: store), result: schema.key)
    }

    private func check(_ mode: RegistryMode, _ draft: SchemaDraft, _ subject: String) throws(RegistryError) {
        let place = "Subject \(subject) in context \(QualifiedSubject(subject).qualifier)"
        if mode.isReadOnly { throw .notPermitted(place + " is in read-only mode") }
        if draft.id != nil {
            guard mode.isForImports else { throw .notPermitted(place + " is not in import mode") }
        } else if mode != .readWrite {
            throw .notPermitted(place + " is not in read-write mode")
        }
    }

    private func populateText(of draft: inout SchemaDraft, from previous: RegisteredSchema?) throws(RegistryError) {
        guard let previous else { throw .emptySchema }
        draft.text = previous.text
        draft.type = previous.type
        draft.references = previous.references
    }

    /// Completes metadata and rules from the version before and from the configuration.
    private func populate(
        _ draft: inout SchemaDraft, _ config: SubjectConfig, previous: RegisteredSchema?, nextVersion: Int?
    ) {
        draft.metadata = config.defaultMetadata
            .overridden(by: draft.metadata ?? previous?.metadata).overridden(by: config.overrideMetadata)
        draft.ruleSet = config.defaultRuleSet
            .overridden(by: draft.ruleSet ?? previous?.ruleSet).overridden(by: config.overrideRuleSet)
        let name = SchemaMetadata.versionProperty
        if let nextVersion, draft.version != nil || draft.metadata?.properties[name] != nil {
            var metadata = draft.metadata ?? SchemaMetadata()
            metadata.properties[name] = String(nextVersion)
            draft.metadata = metadata
        }
    }

    /// The version that a schema becomes.
    private func version(
        of draft: SchemaDraft, _ subject: String, id: Int?, _ nextVersion: Int, _ mode: RegistryMode,
        _ store: SubjectStore
    ) throws(RegistryError) -> RegisteredSchema {
        var number = nextVersion
        if let wanted = draft.version, wanted > 0 {
            if wanted != nextVersion, !mode.isForImports {
                throw .invalidSchema("Version is not one more than previous version")
            }
            number = wanted
        }
        let context = QualifiedSubject(subject).context
        let nextID = store.highestID(in: context) + 1
        guard number <= Int(Int32.max), nextID <= Int(Int32.max) else {
            throw .store("There are no versions or ids left for subject '\(subject)'")
        }
        let schema = RegisteredSchema(
            subject: subject, version: number, id: draft.id ?? id ?? nextID, type: draft.type,
            references: draft.references, metadata: draft.metadata, ruleSet: draft.ruleSet, text: draft.text)
        let holders = store.contexts[context]?.ids[schema.id] ?? []
        let isTaken = holders.contains { key in
            store.schema(key).map { !$0.hasSameContent(as: schema) } ?? false
        }
        if isTaken {
            throw .notPermitted(
                "Overwrite new schema with id \(schema.id) in context \(QualifiedSubject(subject).qualifier) is not"
                    + " permitted.")
        }
        return schema
    }

    private func entries(
        for schema: RegisteredSchema, replacing versions: [RegisteredSchema], in store: SubjectStore
    ) -> [RegistryEntry] {
        let context = QualifiedSubject(schema.subject).context
        let isNewContext =
            context != QualifiedSubject.defaultContext && !store.declaredContexts.contains(context)
        // A deleted version with the same id makes way, unless something still refers to it by its number.
        let replaced = versions.filter {
            $0.isDeleted && $0.id == schema.id && $0.version < schema.version
                && store.versions(referringTo: $0.key, includingDeleted: true).isEmpty
        }
        let overwritten = versions.filter { $0.version == schema.version && $0.id != schema.id }
        return (isNewContext ? [RegistryEntry(.context(context), .context)] : [])
            + SubjectDeletion.highestIDs(without: overwritten, in: store)
            + replaced.map { RegistryEntry(.schema($0.key), nil) } + [RegistryEntry(schema)]
    }

    // MARK: Comparing

    /// Why a schema may not follow earlier ones, as the messages have it; empty if it may.
    func obstacles(
        to canonical: Canonical, after earlier: [RegisteredSchema], _ config: SubjectConfig, _ store: SubjectStore
    ) throws(RegistryError) -> [String] {
        let level = config.level ?? rules.level
        let validatesFields = config.validateFields ?? rules.validatesFields
        var obstacles = validatesFields ? reservedFieldProblems(canonical, after: earlier.last) : []
        var compared = earlier
        if let group = config.group {
            let value = canonical.draft.metadata?.properties[group]
            compared = earlier.filter { $0.metadata?.properties[group] == value }
        }
        if level == .none { compared = [] }
        // The others are not even read.
        if !level.isTransitive { compared = compared.suffix(1) }
        var versions: [EarlierSchema] = []
        for schema in compared {
            let reading = try library.read(SchemaDraft(schema), subject: schema.subject, in: store)
            versions.append(EarlierSchema(version: schema.version, reading.schema))
        }
        obstacles += level.obstacles(to: canonical.parsed, after: versions)
        guard !obstacles.isEmpty else { return [] }
        return obstacles + ["{validateFields: '\(validatesFields)', compatibility: '\(level.rawValue)'}"]
    }

    private func reservedFieldProblems(_ canonical: Canonical, after previous: RegisteredSchema?) -> [String] {
        let reserved = canonical.draft.metadata?.reservedFields ?? []
        let removed = (previous?.metadata?.reservedFields ?? []).filter { !reserved.contains($0) }
        return removed.map {
            "The new schema has reserved field \($0) removed from its metadata which is present in the old schema's"
                + " metadata."
        }
            + reserved.filter(canonical.parsed.hasTopLevelField).map {
                "The new schema has field that conflicts with the reserved field \($0)."
            }
    }

    /// Reads a schema and writes it in its canonical form, or its normal one.
    ///
    /// - Returns: `nil` for no text.
    func canonical(
        _ draft: SchemaDraft, _ subject: String, _ store: SubjectStore, isNew: Bool, normalize: Bool
    ) throws(RegistryError) -> Canonical? {
        if draft.isEmpty { return nil }
        let reading = try library.read(draft, subject: subject, in: store, isNew: isNew)
        var parsed = reading.schema
        if normalize, !store.effectiveMode(of: subject).isForImports {
            do {
                parsed = try parsed.normalized()
            } catch {
                throw .invalidSchema("Invalid schema \(draft.description(of: subject)), details: \(error.message)")
            }
        }
        var draft = draft
        draft.text = parsed.canonicalText
        draft.references = reading.references
        return Canonical(parsed: parsed, draft: draft)
    }

    /// Whether a schema is one that is registered, but for the version in the metadata if only one of them has it.
    static func matches(_ draft: SchemaDraft, _ schema: RegisteredSchema) -> Bool {
        guard draft.type == schema.type, draft.text == schema.text, draft.references == schema.references,
            draft.ruleSet == schema.ruleSet
        else { return false }
        let name = SchemaMetadata.versionProperty
        switch (draft.metadata?.properties[name], schema.metadata?.properties[name]) {
        case (nil, .some):
            return (draft.metadata ?? SchemaMetadata()) == schema.metadata?.withoutVersion
        case (let version?, nil):
            return version == String(schema.version)
                && draft.metadata?.withoutVersion == (schema.metadata ?? SchemaMetadata())
        default: return draft.metadata == schema.metadata
        }
    }

    // MARK: Looking up

    /// The version of a subject that a schema is, if it is one.
    ///
    /// - Parameter latestOnly: Whether only the latest version counts.
    /// - Throws: ``RegistryError`` 42201.
    func lookUp(
        _ draft: SchemaDraft, in subject: String, normalize: Bool, includingDeleted: Bool, latestOnly: Bool = false,
        _ store: SubjectStore
    ) throws(RegistryError) -> RegisteredSchema? {
        let config = config(of: subject, in: store)
        let normalize = normalize || config.normalize ?? false
        guard let canonical = try canonical(draft, subject, store, isNew: false, normalize: normalize) else {
            return nil
        }
        let versions =
            latestOnly
            ? store.latest(of: subject).map { [$0] } ?? []
            : store.versions(of: subject, includingDeleted ? .all : .live)
        func find(_ draft: SchemaDraft) -> RegisteredSchema? {
            let guid = SchemaGUID(
                text: draft.text, references: draft.references, metadata: draft.metadata, ruleSet: draft.ruleSet)
            return versions.last { $0.guid == guid && $0.type == draft.type }
                ?? versions.last { Self.matches(draft, $0) }
        }
        if let found = find(canonical.draft) { return found }
        // What a registration would add to the schema is added, and it is looked for once more.
        guard let latest = store.latest(of: subject) else { return nil }
        var completed = canonical.draft
        completed.version = nil
        populate(&completed, config, previous: latest, nextVersion: nil)
        return find(completed)
    }
}

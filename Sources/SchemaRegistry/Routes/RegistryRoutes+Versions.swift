import HTTPService
import HTTPTypes
import JSON

/// The versions of a subject.
extension RegistryRoutes {
    func addVersions(to table: inout RouteTable) {
        add(.get, "/subjects/{subject}/versions", to: &table) { call in
            let store = try await registry.store()
            let subject = call.subject(in: store), isNegative = call.flag("deletedAsNegative")
            let filter = DeletionFilter(deleted: call.flag("deleted"), deletedOnly: call.flag("deletedOnly"))
            guard store.hasSubjects(subject, includingDeleted: filter != .live) else {
                throw RegistryError.subjectNotFound(subject)
            }
            let versions = store.versions(of: subject, isNegative ? .all : filter)
                .map { isNegative && $0.isDeleted ? -$0.version : $0.version }
            return RegistryAnswer.json(.array(try call.page(of: versions).map { .integer($0) }))
        }
        add(.post, "/subjects/{subject}/versions", to: &table) { call in try await register(call) }
        add(.get, "/subjects/{subject}/versions/{version}", to: &table) { call in
            let store = try await registry.store()
            let found = try version(call, in: store)
            return RegistryAnswer.json(
                RegistryJSON.version(
                    qualified(found, call), text: try text(of: found, call, in: store),
                    isExtended: call.takesUnknownMembers))
        }
        add(.get, "/subjects/{subject}/versions/{version}/schema", to: &table) { call in
            let store = try await registry.store()
            let found = try version(call, in: store)
            return RegistryAnswer.text(try text(of: found, call, in: store) ?? found.text)
        }
        add(.get, "/subjects/{subject}/versions/{version}/referencedby", to: &table) { call in
            let store = try await registry.store()
            let found = try version(call, in: store, includingDeleted: true)
            let referrers = store.versions(referringTo: found.key, includingDeleted: call.flag("deleted"))
            let ids = Set(referrers.map(\.id)).sorted()
            return RegistryAnswer.json(.array(try call.page(of: ids).map { .integer($0) }))
        }
        add(.delete, "/subjects/{subject}/versions/{version}", to: &table) { call in
            let subject = call.subject(in: try await registry.store())
            let version = try call.version(), isPermanent = call.flag("permanent")
            let outcome = try await registry.change(call, .deleteVersion) { store throws(RegistryError) in
                try SubjectDeletion.version(version, of: subject, permanently: isPermanent, in: store)
            }
            return Self.answer(outcome) { version, _ in RegistryAnswer.json(.integer(version)) }
        }
    }

    private func version(
        _ call: RegistryCall, in store: SubjectStore, includingDeleted: Bool? = nil
    ) throws(RegistryError) -> RegisteredSchema {
        let subject = call.subject(in: store), version = try call.version()
        let isDeleted = includingDeleted ?? call.flag("deleted")
        if let found = store.schemaInAnyContext(subject, version, includingDeleted: isDeleted) { return found }
        throw store.hasSubjects(subject, includingDeleted: isDeleted)
            ? .versionNotFound(version.number) : .subjectNotFound(subject)
    }

    private func register(_ call: RegistryCall) async throws -> ServiceResponse {
        let draft = try call.schema()
        let store = try await registry.store()
        let subject = call.subject(in: store)
        guard QualifiedSubject.isValid(subject, allowsEmpty: !registry.rules.rejectsEmptySubjects) else {
            throw RegistryError.invalidSubject(subject)
        }
        let normalize = call.flag("normalize"), force = call.flag("force")
        let registration = registry.registration
        if let found = try registered(draft, subject, normalize, in: store) {
            return try registrationAnswer(found, call, in: store)
        }
        let outcome = try await registry.change(call, .register) { store throws(RegistryError) in
            try registration.register(draft, as: subject, normalize: normalize, force: force, in: store)
        }
        return try Self.answer(outcome) { key, store in
            guard let schema = store.schema(key) else { throw RegistryError.schemaNotFound }
            return try registrationAnswer(schema, call, in: store)
        }
    }

    /// The version that the schema is already, which every registry can answer by itself.
    private func registered(
        _ draft: SchemaDraft, _ subject: String, _ normalize: Bool, in store: SubjectStore
    ) throws -> RegisteredSchema? {
        guard !registry.registration.config(of: subject, in: store).changesSchemas else { return nil }
        let found = try registry.registration.lookUp(
            draft, in: subject, normalize: normalize, includingDeleted: false, latestOnly: draft.version == -1, store)
        guard let found, draft.id == nil || draft.id == found.id else { return nil }
        return draft.version.map { $0 == -1 || $0 == found.version && draft.id != nil } ?? true ? found : nil
    }

    private func registrationAnswer(
        _ schema: RegisteredSchema, _ call: RegistryCall, in store: SubjectStore
    ) throws -> ServiceResponse {
        RegistryAnswer.json(
            RegistryJSON.registration(
                schema, text: try text(of: schema, call, in: store), isExtended: call.takesUnknownMembers))
    }
}

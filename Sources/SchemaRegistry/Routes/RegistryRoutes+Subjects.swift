import HTTPService
import HTTPTypes
import JSON

/// Subjects.
extension RegistryRoutes {
    func addSubjects(to table: inout RouteTable) {
        add(.get, "/subjects", to: &table) { call in
            let subjects = try await registry.store().subjects(
                withPrefix: call.subjectPrefix(usual: QualifiedSubject.wildcard),
                DeletionFilter(deleted: call.flag("deleted"), deletedOnly: call.flag("deletedOnly")))
            return RegistryAnswer.json(.array(try call.page(of: subjects).map(JSONValue.string)))
        }
        add(.post, "/subjects/{subject}", to: &table) { call in try await lookUp(call) }
        add(.delete, "/subjects/{subject}", to: &table) { call in
            let subject = call.subject(in: try await registry.store())
            let isPermanent = call.flag("permanent")
            let outcome = try await registry.change(call, .deleteSubject) { store throws(RegistryError) in
                try SubjectDeletion.subject(subject, permanently: isPermanent, in: store)
            }
            return Self.answer(outcome) { versions, _ in
                RegistryAnswer.json(.array(versions.map { .integer($0) }))
            }
        }
        add(.get, "/subjects/{subject}/metadata", to: &table) { call in
            let store = try await registry.store()
            let subject = call.subject(in: store), isDeleted = call.flag("deleted")
            let wanted = zip(call.original.queryValues("key"), call.original.queryValues("value"))
            let found = store.versions(of: subject, isDeleted ? .all : .live).last { schema in
                guard let properties = schema.metadata?.properties else { return false }
                return wanted.allSatisfy { properties[$0] == $1 }
            }
            guard let found else { throw missing(subject, includingDeleted: isDeleted, in: store) }
            return RegistryAnswer.json(
                RegistryJSON.version(
                    found, text: try text(of: found, call, in: store), isExtended: call.takesUnknownMembers))
        }
    }

    private func lookUp(_ call: RegistryCall) async throws -> ServiceResponse {
        let store = try await registry.store()
        let subject = call.subject(in: store), isDeleted = call.flag("deleted")
        let draft = try call.schema()
        for name in store.candidates(subject) {
            let found: RegisteredSchema?
            do {
                found = try registry.registration.lookUp(
                    draft, in: name, normalize: call.flag("normalize"), includingDeleted: isDeleted, store)
            } catch {
                // In another context a reference may lead nowhere.
                if name == subject { throw error }
                continue
            }
            guard let found else { continue }
            return RegistryAnswer.json(
                RegistryJSON.version(
                    found, text: try text(of: found, call, in: store), isExtended: call.takesUnknownMembers))
        }
        throw missing(subject, includingDeleted: isDeleted, in: store)
    }

    /// Why there is no such schema in a subject.
    private func missing(_ subject: String, includingDeleted: Bool, in store: SubjectStore) -> RegistryError {
        store.hasSubjects(subject, includingDeleted: includingDeleted) ? .schemaNotFound : .subjectNotFound(subject)
    }
}

import HTTPService
import HTTPTypes
import JSON

/// Schemas by their ids and fingerprints.
extension RegistryRoutes {
    /// How many schemas one answer has at most, as with others (`schema.search.max.limit`).
    private static let searchLimit = 1000

    func addSchemas(to table: inout RouteTable) {
        add(.get, "/schemas/types", to: &table) { _ in
            RegistryAnswer.json(.array(registry.library.types.map(JSONValue.string)))
        }
        add(.get, "/schemas", to: &table) { call in try await list(call) }
        add(.get, "/schemas/ids/{id}", to: &table) { call in
            let store = try await registry.store(), id = try call.id()
            let subject = call.querySubject(in: store)
            guard let found = store.schema(id: id, subject: subject) else {
                throw RegistryError.schemaNotFound("\(id)")
            }
            let context = QualifiedSubject(found.subject).context
            return RegistryAnswer.json(
                RegistryJSON.schema(
                    qualified(found, call), text: try text(of: found, call, in: store), isNamed: subject != nil,
                    maxID: call.flag("fetchMaxId") ? store.highestID(in: context) : nil,
                    isExtended: call.takesUnknownMembers))
        }
        add(.get, "/schemas/ids/{id}/schema", to: &table) { call in
            let store = try await registry.store(), id = try call.id()
            guard let found = store.schema(id: id, subject: call.querySubject(in: store)) else {
                throw RegistryError.schemaNotFound("\(id)")
            }
            return RegistryAnswer.text(try text(of: found, call, in: store) ?? found.text)
        }
        add(.get, "/schemas/ids/{id}/subjects", to: &table) { call in
            var subjects: [String] = []
            for schema in try await versions(call) where subjects.last != schema.subject {
                subjects.append(schema.subject)
            }
            return RegistryAnswer.json(.array(try call.page(of: subjects).map(JSONValue.string)))
        }
        add(.get, "/schemas/ids/{id}/versions", to: &table) { call in
            let versions = try await versions(call)
            return RegistryAnswer.json(.array(try call.page(of: versions).map(RegistryJSON.place)))
        }
        addFingerprints(to: &table)
    }

    private func addFingerprints(to table: inout RouteTable) {
        add(.get, "/schemas/guids/{guid}", to: &table) { call in
            let store = try await registry.store(), name = call.parameter("guid")
            guard let guid = SchemaGUID(parsing: name), let place = store.ids(guid: guid).first,
                let found = store.versions(guid: guid, in: place.context).first(where: { $0.id == place.id })
            else { throw RegistryError.schemaNotFound(name) }
            return RegistryAnswer.json(
                RegistryJSON.schema(
                    found, text: try text(of: found, call, in: store), isNamed: false,
                    isExtended: call.takesUnknownMembers))
        }
        add(.get, "/schemas/guids/{guid}/ids", to: &table) { call in
            let store = try await registry.store()
            let ids = SchemaGUID(parsing: call.parameter("guid")).map(store.ids) ?? []
            return RegistryAnswer.json(
                .array(ids.map { ["context": .string($0.context), "id": .integer($0.id)] }))
        }
    }

    private func versions(_ call: RegistryCall) async throws -> [RegisteredSchema] {
        let store = try await registry.store()
        let versions = store.versions(
            id: try call.id(), subject: call.querySubject(in: store), includingDeleted: call.flag("deleted"))
        guard let versions else { throw RegistryError.schemaNotFound }
        return versions
    }

    private func list(_ call: RegistryCall) async throws -> ServiceResponse {
        let store = try await registry.store()
        let prefix = call.subjectPrefix(usual: "")
        let filter = DeletionFilter(deleted: call.flag("deleted"))
        let latestOnly = call.flag("latestOnly")
        var schemas = store.schemas(withPrefix: prefix, filter, latestOnly: latestOnly)
        var aliases: [String: [String]] = [:]
        if call.flag("aliases") {
            // With the subjects that stand behind aliases which begin so.
            aliases = store.aliases
            let known = Set(schemas.map(\.subject))
            let matching = SubjectStore.matcher(prefix)
            for (target, names) in aliases where !known.contains(target) && names.contains(where: matching) {
                let found = store.versions(of: target, filter)
                schemas += latestOnly ? found.suffix(1) : found[...]
            }
            schemas.sort {
                $0.subject == $1.subject ? $0.version < $1.version : $0.subject.precedes($1.subject)
            }
        }
        if let type = call.text("ruleType") { schemas.removeAll { $0.ruleSet?.hasRules(ofType: type) != true } }
        let page = try call.page(of: schemas, most: Self.searchLimit)
        return RegistryAnswer.json(
            .array(
                page.map {
                    RegistryJSON.version($0, aliases: aliases[$0.subject], isExtended: call.takesUnknownMembers)
                }))
    }
}

import HTTPService
import HTTPTypes
import JSON

/// Whether a schema may follow others, without registering it.
extension RegistryRoutes {
    func addCompatibility(to table: inout RouteTable) {
        add(.post, "/compatibility/subjects/{subject}/versions/{version}", to: &table) { call in
            let store = try await registry.store()
            let subject = call.subject(in: store), version = try call.version()
            let found = store.schema(subject, version, includingDeleted: false)
            if found == nil, version != .latest { throw RegistryError.versionNotFound(version.number) }
            return try verdict(call, subject, after: found.map { [$0] } ?? [], in: store)
        }
        add(.post, "/compatibility/subjects/{subject}/versions", to: &table) { call in
            let store = try await registry.store()
            let subject = call.subject(in: store)
            return try verdict(call, subject, after: store.versions(of: subject), in: store)
        }
    }

    private func verdict(
        _ call: RegistryCall, _ subject: String, after earlier: [RegisteredSchema], in store: SubjectStore
    ) throws -> ServiceResponse {
        let draft = try call.schema()
        let registration = registry.registration
        let config = registration.config(of: subject, in: store)
        let isVerbose = call.flag("verbose")
        let obstacles: [String]
        do {
            let canonical = try registration.canonical(
                draft, subject, store, isNew: config.validateNewSchemas ?? registry.rules.validatesNewSchemas,
                normalize: call.flag("normalize") || config.normalize ?? false)
            guard let canonical else { throw RegistryError.emptySchema }
            obstacles = try registration.obstacles(to: canonical, after: earlier, config, store)
        } catch let error as RegistryError where isVerbose && error.code == RegistryError.emptySchema.code {
            obstacles = [error.message]
        }
        return RegistryAnswer.json(RegistryJSON.verdict(obstacles, isVerbose: isVerbose))
    }
}

import HTTPService
import HTTPTypes
import HashTreeCollections
import JSON
import SchemaFormat

/// Configurations and modes, of subjects, of contexts and of everything.
extension RegistryRoutes {
    // MARK: Configurations

    func addConfig(to table: inout RouteTable) {
        for path in ["/config", "/config/{subject}"] {
            add(.get, path, to: &table) { call in
                let store = try await registry.store(), scope = call.scope
                let defaults = registry.rules.defaults
                if call.flag("defaultToGlobal") {
                    return RegistryAnswer.json(
                        RegistryJSON.config(store.effectiveConfig(of: scope, default: defaults)))
                }
                let own = store.configs[scope]
                if own == nil, let scope, scope != SubjectStore.globalScope { throw RegistryError.noConfig(scope) }
                return RegistryAnswer.json(RegistryJSON.config(own?.inheriting(from: defaults) ?? defaults))
            }
            add(.put, path, to: &table) { call in try await updateConfig(call) }
            add(.delete, path, to: &table) { call in
                let scope = call.scope, rules = registry.rules
                let outcome = try await registry.change(call, .deleteConfig) { store throws(RegistryError) in
                    try SettingChange.deleteConfig(scope, rules: rules, in: store)
                }
                return Self.answer(outcome) { config, _ in RegistryAnswer.json(RegistryJSON.config(config)) }
            }
        }
    }

    private func updateConfig(_ call: RegistryCall) async throws -> ServiceResponse {
        let body = try call.body(), scope = call.scope
        let level = body[ConfigUpdate.levelName]
        if let level, !level.isNull, CompatibilityLevel(rawValue: level.string?.uppercased() ?? "") == nil {
            throw RegistryError.invalidLevel
        }
        let update = try RegistryCall.shaped(body, ConfigUpdate.init)
        try check(scope)
        let outcome = try await registry.change(call, .updateConfig) { store throws(RegistryError) in
            try SettingChange.update(scope, update, in: store)
        }
        return Self.answer(outcome) { config, _ in RegistryAnswer.json(RegistryJSON.changedConfig(config)) }
    }

    private func check(_ scope: String?) throws(RegistryError) {
        if let scope, !QualifiedSubject.isValid(scope, isScope: true) { throw .invalidSubject(scope) }
    }

    // MARK: Modes

    func addModes(to table: inout RouteTable) {
        for path in ["/mode", "/mode/{subject}"] {
            add(.get, path, to: &table) { call in
                let store = try await registry.store(), scope = call.scope
                if call.flag("defaultToGlobal") {
                    return RegistryAnswer.json(RegistryJSON.mode(store.effectiveMode(of: scope)))
                }
                let own = store.modes[scope]
                if own == nil, let scope, scope != SubjectStore.globalScope { throw RegistryError.noMode(scope) }
                return RegistryAnswer.json(RegistryJSON.mode(own ?? .readWrite))
            }
            add(.put, path, to: &table) { call in try await updateMode(call) }
            add(.delete, path, to: &table) { call in
                let scope = call.scope, rules = registry.rules, isRecursive = call.flag("recursive")
                let outcome = try await registry.change(call, .deleteMode) { store throws(RegistryError) in
                    try SettingChange.deleteMode(scope, recursive: isRecursive, rules: rules, in: store)
                }
                return Self.answer(outcome) { mode, _ in RegistryAnswer.json(RegistryJSON.mode(mode)) }
            }
        }
    }

    private func updateMode(_ call: RegistryCall) async throws -> ServiceResponse {
        let body = try call.body(), scope = call.scope, rules = registry.rules, force = call.flag("force")
        try check(scope)
        // Null unsets the mode; nothing at all is a mistake.
        guard let given = body["mode"] else { throw RegistryError.invalidMode }
        let mode = given.string.flatMap { RegistryMode(rawValue: $0.uppercased()) }
        if mode == nil, !given.isNull { throw RegistryError.invalidMode }
        if mode == .forward, scope != SubjectStore.globalScope { throw RegistryError.forwardOnlyGlobally }
        let outcome = try await registry.change(call, .updateMode) { store throws(RegistryError) in
            try SettingChange.setMode(scope, mode, force: force, rules: rules, in: store)
        }
        return Self.answer(outcome) { mode, _ in RegistryAnswer.json(RegistryJSON.mode(mode)) }
    }
}

import ConnectRuntime
import JSON

/// Brings connectors in line with files.
struct ConnectorChanges {
    /// What there is to do for one file.
    struct Step {
        let file: ConnectorFile
        /// Whether the connector is not there yet.
        let isNew: Bool
        let difference: ConfigurationDifference

        /// What doing it is called.
        var result: String { isNew ? "created" : difference.isEmpty ? "unchanged" : "changed" }
    }

    let api: ConnectClient

    /// Compares a file with what the worker has.
    func step(for file: ConnectorFile) async throws -> Step {
        let current: [String: String]?
        do {
            let answer = try await api.ask(.get, "connectors", file.name, "config")
            current = answer.object.map { object in
                Dictionary(object.map { ($0.name, $0.value.string ?? $0.value.text) }) { $1 }
            }
        } catch let error as ConnectToolError where error.status == 404 {
            current = nil
        }
        let difference = ConfigurationDifference(
            from: current ?? [:], to: file.configuration, passwords: await passwords(of: file))
        return Step(file: file, isNew: current == nil, difference: difference)
    }

    /// Does it.
    func carryOut(_ step: Step) async throws {
        if step.isNew {
            try await create(step.file)
        } else if !step.difference.isEmpty {
            try await api.ask(
                .put, "connectors", step.file.name, "config", body: Self.json(step.file.configuration))
        }
    }

    /// Creates a connector.
    func create(_ file: ConnectorFile) async throws {
        var body: JSONObject = JSONObject()
        body["name"] = .string(file.name)
        body["config"] = Self.json(file.configuration)
        switch file.initialState {
        case .started: body["initial_state"] = "RUNNING"
        case .paused: body["initial_state"] = "PAUSED"
        case .stopped: body["initial_state"] = "STOPPED"
        case nil: break
        }
        try await api.ask(.post, "connectors", body: .object(body))
    }

    /// Asks what is wrong with a configuration.
    func validate(_ file: ConnectorFile) async throws -> JSONValue {
        let plugin = file.configuration["connector.class"] ?? ""
        return try await api.ask(
            .put, "connector-plugins", plugin, "config", "validate", body: Self.json(file.configuration))
    }

    /// The keys that are passwords; a worker that cannot say is no reason to show what may be one by its name.
    private func passwords(of file: ConnectorFile) async -> Set<String> {
        guard let answer = try? await validate(file) else { return [] }
        let names = (answer["configs"]?.array ?? []).compactMap { config in
            config["definition"]?["type"]?.string == "PASSWORD" ? config["definition"]?["name"]?.string : nil
        }
        return Set(names)
    }

    private static func json(_ configuration: [String: String]) -> JSONValue {
        var object = JSONObject()
        for (key, value) in configuration.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return .object(object)
    }
}

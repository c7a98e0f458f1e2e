import ConnectAPI
import ConnectRuntime
import HTTPService
import HTTPTypes
import JSON

/// Kafka Connect's REST API over a herder.
struct ConnectRoutes: Sendable {
    let herder: DistributedHerder
    let configuration: WorkerConfiguration
    let plugins: PluginCatalog
    let version: ServerVersion
    let forwarding: RequestForwarding

    /// The routes, but for the admin endpoints, which may have listeners of their own.
    var table: RouteTable {
        var table = RouteTable()
        addServer(to: &table)
        addConnectors(to: &table)
        addStates(to: &table)
        addOffsets(to: &table)
        addTopics(to: &table)
        addPlugins(to: &table)
        addInternal(to: &table)
        addOperations(to: &table)
        return table
    }

    /// Turns errors of the worker into answers.
    static let translate: @Sendable (any Error) -> ServiceError = { error in
        guard let error = error as? ConnectError else { return RouteTable.internalError(error) }
        let status: HTTPResponse.Status =
            switch error.code {
            case .notFound: .notFound
            case .alreadyExists, .conflict: .conflict
            case .invalidConfiguration, .invalidData: .badRequest
            default: .internalServerError
            }
        return ServiceError(status, error.message)
    }

    /// Adds a route whose handler has no longer than the request timeout, here or at the worker that has to answer.
    func add(
        _ method: HTTPRequest.Method, _ path: String, to table: inout RouteTable, producing produced: [String] = [],
        _ handler: @escaping RouteTable.Handler
    ) {
        let timeout = configuration.requestTimeout
        let herder = herder
        let forwarding = forwarding
        table.add(method, path, ConnectDescriptions.of(method, path), producing: produced) { request in
            try await Deadline.run(timeout, orElse: { Self.timedOut(herder) }) {
                try await forwarding.answer(request, handler)
            }
        }
    }

    private static func timedOut(_ herder: DistributedHerder) -> any Error {
        let stage = if case .starting(let stage) = herder.health { " The worker is currently \(stage)." } else { "" }
        return ServiceError(.internalServerError, "Request timed out." + stage)
    }

    // MARK: The server

    private func addServer(to table: inout RouteTable) {
        add(.get, "/", to: &table) { _ in
            ServiceResponse(json: [
                "version": .string(version.version), "commit": .string(version.commit),
                "kafka_cluster_id": .text(try await herder.clusterID()),
            ])
        }
        table.add(.get, "/health", ConnectDescriptions.of(.get, "/health")) { _ in
            switch herder.health {
            case .healthy:
                Self.health(.ok, "healthy", "Worker has completed startup and is ready to handle requests.")
            case .starting(let stage):
                Self.health(
                    .serviceUnavailable, "starting", "Worker is still starting up. The worker is currently \(stage).")
            case .unhealthy(let reason): Self.health(.internalServerError, "unhealthy", reason)
            }
        }
    }

    private static func health(_ status: HTTPResponse.Status, _ word: String, _ message: String) -> ServiceResponse {
        ServiceResponse(status, json: ["status": .string(word), "message": .string(message)])
    }

    // MARK: Connectors

    private func addConnectors(to table: inout RouteTable) {
        add(.get, "/connectors", to: &table) { request in
            let expansions = request.queryValues("expand")
            let names = try await ConnectorFilter(request).names(from: herder)
            // As with Kafka, an expansion that nobody knows still turns the list into an object.
            guard !expansions.isEmpty else {
                return ServiceResponse(json: .array(names.map(JSONValue.string)))
            }
            let expandsStatus = expansions.contains("status")
            let expandsInfo = expansions.contains("info")
            var answer = JSONObject()
            for name in names {
                var parts = JSONObject()
                do {
                    if expandsStatus { parts["status"] = ConnectJSON.states(try await herder.status(of: name)) }
                    if expandsInfo { parts["info"] = ConnectJSON.connector(try await herder.connector(name)) }
                } catch let error as ConnectError where error.code == .notFound {
                    // Deleted since the names were listed.
                    continue
                }
                answer[name] = .object(parts)
            }
            return ServiceResponse(json: .object(answer))
        }
        add(.post, "/connectors", to: &table) { request in
            let body = try RequestBodies.createConnector(request.json())
            let info = try await herder.createConnector(
                body.name, body.configuration, initialState: body.initialState)
            return Self.created(info)
        }
        add(.get, "/connectors/{name}", to: &table) { request in
            ServiceResponse(json: ConnectJSON.connector(try await herder.connector(request.parameter("name"))))
        }
        add(.delete, "/connectors/{name}", to: &table) { request in
            let name = request.parameter("name")
            if request.queryFlag("offsets") ?? false {
                try await herder.deleteConnectorAndOffsets(name)
            } else {
                try await herder.deleteConnector(name)
            }
            return ServiceResponse(.noContent)
        }
        add(.get, "/connectors/{name}/config", to: &table) { request in
            let info = try await herder.connector(request.parameter("name"))
            return ServiceResponse(json: ConnectJSON.configuration(info.configuration))
        }
        add(.put, "/connectors/{name}/config", to: &table) { request in
            let name = request.parameter("name")
            let json = request.body.isEmpty ? JSONValue.null : try request.json()
            let configuration = try RequestBodies.configuration(json, of: name)
            let (info, isNew) = try await herder.putConfiguration(name, configuration)
            return isNew ? Self.created(info) : ServiceResponse(json: ConnectJSON.connector(info))
        }
        add(.patch, "/connectors/{name}/config", to: &table) { request in
            let name = request.parameter("name")
            let patch = try RequestBodies.configurationPatch(request.json(), of: name)
            return ServiceResponse(json: ConnectJSON.connector(try await herder.patchConfiguration(name, patch)))
        }
        add(.get, "/connectors/{name}/tasks-config", to: &table) { request in
            let tasks = try await herder.tasks(of: request.parameter("name"))
            var answer = JSONObject()
            for task in tasks { answer["\(task.id)"] = ConnectJSON.configuration(task.configuration) }
            return ServiceResponse(json: .object(answer))
        }
        add(.get, "/connectors/{name}/tasks", to: &table) { request in
            let tasks = try await herder.tasks(of: request.parameter("name"))
            return ServiceResponse(json: .array(tasks.map(ConnectJSON.task)))
        }
    }

    private static func created(_ info: ConnectorInfo) -> ServiceResponse {
        ServiceResponse(
            .created, json: ConnectJSON.connector(info),
            headers: [.location: "/connectors/" + PercentEncoding.pathSegment(info.name)])
    }

    // MARK: States

    private func addStates(to table: inout RouteTable) {
        add(.get, "/connectors/{name}/status", to: &table) { request in
            ServiceResponse(json: ConnectJSON.states(try await herder.status(of: request.parameter("name"))))
        }
        add(.get, "/connectors/{name}/tasks/{task}/status", to: &table) { request in
            let id = try Self.taskID(request)
            return ServiceResponse(json: .object(ConnectJSON.status(try await herder.status(of: id), id: id.task)))
        }
        add(.post, "/connectors/{name}/restart", to: &table) { request in
            let name = request.parameter("name")
            let includesTasks = request.queryFlag("includeTasks") ?? configuration.restartsTasksByDefault
            let onlyFailed = request.queryFlag("onlyFailed") ?? false
            guard includesTasks || onlyFailed else {
                try await herder.restartConnector(name)
                return ServiceResponse(.noContent)
            }
            let states = try await herder.restart(
                RestartRequest(connector: name, onlyFailed: onlyFailed, includesTasks: includesTasks))
            return ServiceResponse(.accepted, json: ConnectJSON.states(states))
        }
        add(.post, "/connectors/{name}/tasks/{task}/restart", to: &table) { request in
            try await herder.restartTask(try Self.taskID(request))
            return ServiceResponse(.noContent)
        }
        for (path, target, status) in [
            ("pause", TargetState.paused, HTTPResponse.Status.accepted), ("resume", .started, .accepted),
            ("stop", .stopped, .noContent),
        ] {
            add(.put, "/connectors/{name}/\(path)", to: &table) { request in
                try await herder.setTargetState(of: request.parameter("name"), target)
                return ServiceResponse(status)
            }
        }
    }

    /// The task that the path names; what is no number is no path, as in JAX-RS.
    private static func taskID(_ request: ServiceRequest) throws -> ConnectorTaskID {
        guard let task = Int(request.parameter("task")), task >= 0 else { throw ServiceError(plain: .notFound) }
        return ConnectorTaskID(connector: request.parameter("name"), task: task)
    }

    // MARK: Offsets

    private func addOffsets(to table: inout RouteTable) {
        let path = "/connectors/{name}/offsets"
        add(.get, path, to: &table) { request in
            let offsets = try await herder.offsets(of: request.parameter("name"))
            return ServiceResponse(json: ["offsets": .array(try offsets.map(ConnectJSON.offset))])
        }
        add(.patch, path, to: &table) { request in
            let changes = try RequestBodies.offsets(request.json())
            return Self.changed(try await herder.alterOffsets(of: request.parameter("name"), changes), "altered")
        }
        add(.delete, path, to: &table) { request in
            Self.changed(try await herder.resetOffsets(of: request.parameter("name")), "reset")
        }
    }

    private static func changed(_ change: DistributedHerder.OffsetChange, _ verb: String) -> ServiceResponse {
        let message =
            switch change {
            case .complete: "The offsets for this connector have been \(verb) successfully"
            case .frameworkOnly:
                "The Connect framework-managed offsets for this connector have been \(verb) successfully. However, if this"
                    + " connector manages offsets externally, they will need to be manually \(verb) in the system that the"
                    + " connector uses."
            }
        return ServiceResponse(json: ["message": .string(message)])
    }

    // MARK: Plug-ins

    private func addPlugins(to table: inout RouteTable) {
        table.add(.get, "/connector-plugins", ConnectDescriptions.of(.get, "/connector-plugins")) { request in
            let connectorsOnly = request.queryFlag("connectorsOnly") ?? true
            return ServiceResponse(
                json: .array(plugins.descriptions(connectorsOnly: connectorsOnly).map(ConnectJSON.plugin)))
        }
        let path = "/connector-plugins/{plugin}/config"
        table.add(.get, path, ConnectDescriptions.of(.get, path)) { request in
            let plugin = request.parameter("plugin")
            let version = try VersionRequirement(request.queryValues("version").first ?? "latest")
            guard let keys = try plugins.configurationKeys(plugin, version: version) else {
                throw ServiceError(.notFound, "Unknown plugin \(plugin).")
            }
            return ServiceResponse(json: .array(keys.map(ConnectJSON.definition)))
        }
        add(.put, "/connector-plugins/{plugin}/config/validate", to: &table) { request in
            let plugin = request.parameter("plugin")
            let configuration = try RequestBodies.configuration(request.json())
            if let included = configuration["connector.class"],
                !Self.alias(included).hasSuffix(Self.alias(plugin))
            {
                throw ServiceError(
                    .badRequest, "Included connector type \(included) does not match request type \(plugin)")
            }
            return ServiceResponse(json: ConnectJSON.validation(try await herder.validate(configuration)))
        }
    }

    /// A class name without the `Connector` at its end.
    private static func alias(_ className: String) -> String {
        let suffix = "Connector"
        return className.hasSuffix(suffix) && className.count > suffix.count
            ? String(className.dropLast(suffix.count)) : className
    }
}

/// What the server calls its version, for `GET /`.
public struct ServerVersion: Sendable, Hashable {
    /// The version, such as `4.0.0`.
    public var version: String
    /// The commit it was built from.
    public var commit: String

    /// Creates a version.
    public init(version: String, commit: String) {
        self.version = version
        self.commit = commit
    }
}

import ConnectAPI
import ConnectRuntime
import HTTPService
import Logging
import TransportSecurity

/// The listeners of a worker: those of the API, and those that the admin endpoints may have for themselves.
final class ConnectHTTP: Sendable {
    private let main: HTTPService
    private let admin: HTTPService?
    private let configuration: WorkerConfiguration

    /// Creates listeners that do not listen yet.
    ///
    /// - Throws: ``HTTPServiceError`` for listeners, rules and files of the wrong form.
    init(_ routes: ConnectRoutes, logger: Logger) throws {
        let worker = routes.configuration
        configuration = worker
        let authentication = try BasicAuthentication(worker)
        let document = OpenAPIDocument.connect(
            version: routes.version.version, needsPassword: authentication != nil)
        var table = routes.table
        // As with Kafka: nothing said puts the admin endpoints beside all others, and an empty list nowhere.
        let adminListeners = try worker.rest.adminListeners.map {
            $0.trimmingSpace.isEmpty ? [] : try HTTPListener.list($0)
        }
        if adminListeners == nil { routes.addLoggers(to: &table) }
        table.add(document)

        var main = HTTPService.Configuration(listeners: try HTTPListener.list(worker.listeners))
        main.tls = TLSSettings(worker.properties, prefix: RESTConfiguration.listenersPrefix)
        main.authentication = authentication
        main.crossOrigin = CrossOriginPolicy(origins: worker.rest.allowedOrigins, methods: worker.rest.allowedMethods)
        main.responseHeaders = try ResponseHeaderRules(parsing: worker.rest.responseHeaders)
        try main.apply(worker.properties)
        self.main = HTTPService(
            configuration: main, routes: table, translate: ConnectRoutes.translate, logger: logger)

        guard let adminListeners, !adminListeners.isEmpty else {
            admin = nil
            return
        }
        var adminTable = RouteTable()
        routes.addLoggers(to: &adminTable)
        adminTable.add(document)
        var admin = HTTPService.Configuration(listeners: adminListeners)
        admin.tls = TLSSettings(worker.properties, prefix: RESTConfiguration.adminListenersPrefix)
        admin.authentication = authentication
        try admin.apply(worker.properties)
        self.admin = HTTPService(
            configuration: admin, routes: adminTable, translate: ConnectRoutes.translate, logger: logger)
    }

    /// Serves until ``shutdown(patience:)`` is called.
    ///
    /// - Throws: What keeps a listener from being bound, or ends one; the others end with it.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in [main, admin].compactMap({ $0 }) {
                group.addTask {
                    do {
                        try await service.run()
                    } catch {
                        await self.shutdown(patience: nil)
                        throw error
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Stops listening and has requests under way answered.
    func shutdown(patience: Duration?) async {
        async let mainEnd: Void = main.shutdown(patience: patience)
        async let adminEnd: Void? = admin?.shutdown(patience: patience)
        _ = await (mainEnd, adminEnd)
    }

    /// Where the API is served, once every listener is bound.
    func addresses() async throws -> [HTTPListener] {
        _ = try await admin?.addresses()
        return try await main.addresses()
    }

    /// Where the admin endpoints are served for themselves.
    func adminAddresses() async throws -> [HTTPListener] { try await admin?.addresses() ?? [] }

    /// The listener that other workers are told of: the first of the kind that is asked for, http before https.
    func advertisedAddress() async throws -> HTTPListener? {
        let addresses = try await addresses()
        let wanted = configuration.rest.advertisedListener ?? HTTPListener.Scheme.http.rawValue
        return addresses.first { $0.scheme.rawValue == wanted } ?? addresses.first
    }
}

public import HTTPService
public import KafkaClient
public import Logging
public import SchemaFormat
import Synchronization
import TransportSecurity

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Schema Registry whole: the topic, the election of the writer, and the HTTP API.
///
/// ```swift
/// let service = try RegistryService(
///     configuration: try RegistryConfiguration(["listeners": "http://0.0.0.0:8081"]), client: client,
///     languages: [AvroLanguage(), JSONSchemaLanguage(), ProtobufLanguage()], version: "1.0.0", commit: "unknown",
///     logger: logger)
/// try await service.run()
/// ```
///
/// The client may be one of a broker in the same process, or of any Kafka cluster; it stays open.
public final class RegistryService: Sendable {
    private let configuration: RegistryConfiguration
    private let log: SchemaLog
    private let state: RegistryState
    private let standing = Standing()
    private let registry: Registry
    private let writer: RegistryWriter
    private let peers: WriterClient
    private let election: WriterElection
    private let http: HTTPService
    private let table: RouteTable
    private let logger: Logger
    private let isEnding = Mutex(false)

    /// How long requests under way may keep an ordered shutdown.
    private static let requestPatience = Duration.seconds(3)
    /// The pause before the topic is tried again.
    private static let startPause = Duration.seconds(1)

    /// Creates a service that does nothing yet.
    ///
    /// - Parameters:
    ///   - languages: The languages of schemas.
    ///   - version: What the server calls its version.
    ///   - commit: The commit that it is made of.
    /// - Throws: ``HTTPServiceError`` for settings of the wrong form.
    public init(
        configuration: RegistryConfiguration, client: KafkaClient, languages: [any SchemaLanguage], version: String,
        commit: String, logger: Logger
    ) throws {
        self.configuration = configuration
        self.logger = logger
        state = RegistryState(logger: logger)
        log = try SchemaLog(configuration.log, client: client, logger: logger)
        writer = RegistryWriter(
            log: log, state: state, standing: standing, timeout: configuration.log.timeout, logger: logger)
        peers = WriterClient(configuration.client)
        registry = Registry(
            state: state,
            library: SchemaLibrary(
                languages, capacity: configuration.cacheSize, isStrict: configuration.rules.isStrictAboutReferences),
            rules: configuration.rules, standing: standing, writer: writer, client: peers,
            timeout: configuration.log.timeout)
        election = try WriterElection(configuration.election, standing: standing, client: client, logger: logger)
        let names = RegistryNames(version: version, commit: commit, groupID: configuration.election.groupID) {
            try await client.cluster().clusterID ?? ""
        }
        (http, table) = try Self.http(
            configuration, RegistryRoutes(registry: registry, names: names), version: version, logger: logger)
    }

    private static func http(
        _ configuration: RegistryConfiguration, _ routes: RegistryRoutes, version: String, logger: Logger
    ) throws -> (HTTPService, RouteTable) {
        let given = configuration.properties
        var http = HTTPService.Configuration(
            listeners: configuration.listeners, maximumBodySize: configuration.maximumBodySize)
        http.tls = TLSSettings(given.values, prefix: "")
        http.authentication = try RegistryUsers.authentication(given)
        http.crossOrigin = CrossOriginPolicy(
            origins: given.text("access.control.allow.origin") ?? "",
            methods: given.text("access.control.allow.methods") ?? "")
        http.responseHeaders = try ResponseHeaderRules(parsing: given.text("response.http.headers.config") ?? "")
        try http.apply(given.values)
        var table = routes.table
        table.add(OpenAPIDocument.schemaRegistry(version: version, needsPassword: http.authentication != nil))
        let service = HTTPService(
            configuration: http, routes: table, translate: RegistryAnswer.translate, logger: logger)
        return (service, table)
    }

    // MARK: Life

    /// Runs the registry until the task is cancelled, ``shutdown()`` is called, or the API cannot go on.
    ///
    /// While the topic cannot be read, the API is there and answers with the reason. Ending, requests are no longer taken,
    /// those under way are answered, and the group is told.
    ///
    /// - Throws: What kept a listener from being bound.
    public func run() async throws {
        // A task of its own, which the caller's cancellation does not reach: the order of the end would be lost.
        let life = Task { try await live() }
        try await withTaskCancellationHandler {
            try await life.value
        } onCancel: {
            Task { await shutdown() }
        }
    }

    private func live() async throws {
        let reading = Task { await self.work() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await http.run())
        } catch {
            result = .failure(error)
        }
        reading.cancel()
        await reading.value
        await writer.resign()
        await peers.close()
        await log.close()
        try result.get()
    }

    /// Reads the topic, follows it, and takes part in elections, until the task is cancelled.
    private func work() async {
        // The port may be chosen by the system, and others have to know it. What keeps it from being bound, the API throws.
        guard let identity = try? await identity() else { return }
        while !Task.isCancelled {
            do {
                try await log.start({ [state] in state.apply($0) }, reached: { [state] in state.reached($0) })
                break
            } catch {
                if Task.isCancelled { return }
                logger.error("cannot read the schemas topic yet", metadata: ["error": "\(error)"])
                registry.setFailure("\(error)")
                try? await Task.sleep(for: Self.startPause)
            }
        }
        registry.setReady()
        async let following: Void = log.follow()
        async let electing: Void = election.run(as: identity) { [writer] place in
            if place == .writer { await writer.prepare() } else { await writer.resign() }
        }
        _ = await (following, electing)
    }

    /// Who this registry is to the others: the listener that they use, under the name that they know.
    private func identity() async throws -> InstanceIdentity {
        let addresses = try await http.addresses()
        let listener = addresses.last { $0.scheme == configuration.peerScheme } ?? addresses.last
        guard let listener else { throw HTTPServiceError("there is no listener that others could use") }
        let isEverywhere = listener.host.isEmpty || listener.host == "0.0.0.0" || listener.host == "::"
        return InstanceIdentity(
            host: configuration.hostName ?? (isEverywhere ? Self.machineName : listener.host),
            port: configuration.hostPort ?? listener.port, scheme: listener.scheme.rawValue,
            isEligible: configuration.isEligible)
    }

    /// What this machine calls itself.
    private static var machineName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Ends ``run()``: first the API, for a few seconds at most, then the place in the group. A further call returns at once.
    public func shutdown() async {
        let isFirst = isEnding.withLock { isEnding in
            defer { isEnding = true }
            return !isEnding
        }
        if isFirst { await http.shutdown(patience: Self.requestPatience) }
    }

    /// Answers a request of this process as the API answers it over HTTP; nobody asks whose it is.
    public func respond(to request: ServiceRequest) async -> ServiceResponse {
        await table.respond(to: request, translate: RegistryAnswer.translate)
    }

    /// The addresses that the API listens on, once every listener is bound.
    ///
    /// - Throws: What kept one from being bound.
    public func addresses() async throws -> [HTTPListener] { try await http.addresses() }

    /// Whether the topic was read to its end and it is known who writes.
    public var isReady: Bool { registry.isReady && standing.place != .unknown }
}

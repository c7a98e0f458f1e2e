import ConnectAPI
import KafkaClient

/// The settings of a connector's clients of one kind: the worker's, and the connector's own over them.
struct ClientSettings: Sendable {
    let role: ClientRole
    /// All settings that were given, by Kafka's names.
    let values: [String: String]
    private let parsed: ParsedConfiguration

    /// The longest duration that is taken for what it says: 2^31 - 1 ms, over three weeks. Kafka's users write
    /// Long.MAX_VALUE for ever, which is more than a clock can add.
    static let longest = Duration.milliseconds(Int64(Int32.max))

    /// Reads settings.
    ///
    /// - Parameters:
    ///   - worker: The worker's properties.
    ///   - connector: The connector's configuration.
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for what a client cannot be made with.
    init(_ role: ClientRole, worker: [String: String] = [:], connector: [String: String] = [:]) throws {
        self.role = role
        values = Self.merged(role, worker: worker, connector: connector)
        parsed = try role.definition.parse(values)
        let refusals = values.sorted { $0.key < $1.key }.compactMap { key, value in
            ClientRole.refusal(of: key, value).map { (key, $0) }
        }
        if let (key, problem) = refusals.first ?? Self.contradictions(role, values).first {
            throw ConnectError(
                .invalidConfiguration, "Invalid setting \(key) of a connector's \(role.rawValue): \(problem)")
        }
    }

    /// All settings by Kafka's names.
    static func merged(
        _ role: ClientRole, worker: [String: String], connector: [String: String]
    ) -> [String: String] {
        worker.entries(under: role.workerPrefix).merging(connector.entries(under: role.overridePrefix)) { $1 }
    }

    /// The brokers of a cluster that is not the worker's; `nil` for the worker's own.
    var bootstrapServers: [String]? { text("bootstrap.servers").map { _ in parsed.list("bootstrap.servers") } }

    /// The text of a setting that the role's definition has, as for those below.
    func text(_ key: String) -> String? { parsed.string(key) }

    /// The number of a setting.
    func number(_ key: String) -> Int? { parsed.integer(key) }

    /// Whether a setting is on.
    func flag(_ key: String) -> Bool? { parsed.boolean(key) }

    /// The duration of a setting in milliseconds.
    func duration(_ key: String) -> Duration? { number(key).map { min(.milliseconds($0), Self.longest) } }

    /// Settings that do not go together, with the key that says so and why.
    ///
    /// - Parameter values: Settings as they were written. What is no number is passed over, and one that no setting can
    ///   have counts as the nearest that one can: it is told of elsewhere.
    static func contradictions(_ role: ClientRole, _ values: [String: String]) -> [(key: String, message: String)] {
        func number(_ key: String, _ standard: Int) -> Int {
            values[key].flatMap { Int($0.trimmingSpace) }.map { min(max($0, 0), Int(Int32.max)) } ?? standard
        }
        var found: [(String, String)] = []
        switch role {
        case .producer:
            let idempotence = values["enable.idempotence"]?.trimmingSpace.lowercased()
            let acknowledgement = values["acks"]?.trimmingSpace ?? "all"
            let isAll = ["all", "-1"].contains(acknowledgement)
            if idempotence == "true" && !isAll {
                found.append(
                    (
                        "acks",
                        "Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee"
                            + " idempotence."
                    ))
            }
            if idempotence != "false" && isAll && number("max.in.flight.requests.per.connection", 5) > 5 {
                found.append(
                    (
                        "max.in.flight.requests.per.connection",
                        "Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent producer;"
                            + " with enable.idempotence=false more are allowed, and records may come twice and out of order."
                    ))
            }
            let needed = number("linger.ms", 0) + number("request.timeout.ms", 30_000)
            if number("delivery.timeout.ms", .max) < needed {
                found.append(
                    (
                        "delivery.timeout.ms",
                        "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms"
                    ))
            }
        case .consumer:
            if number("heartbeat.interval.ms", 3_000) >= number("session.timeout.ms", 10_000) {
                let key = values["heartbeat.interval.ms"] == nil ? "session.timeout.ms" : "heartbeat.interval.ms"
                found.append((key, "Heartbeat must be set lower than the session timeout"))
            }
        case .admin: break
        }
        return found
    }
}

/// The settings of all clients of a connector.
struct ConnectorClientSettings: Sendable {
    let producer: ClientSettings
    let consumer: ClientSettings
    let admin: ClientSettings

    /// Reads them.
    ///
    /// - Parameter roles: The clients that the connector has; its settings of others are passed over.
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration`.
    init(
        worker: [String: String] = [:], connector: [String: String] = [:], roles: [ClientRole] = ClientRole.allCases
    ) throws {
        func settings(_ role: ClientRole) throws -> ClientSettings {
            try ClientSettings(role, worker: worker, connector: roles.contains(role) ? connector : [:])
        }
        producer = try settings(.producer)
        consumer = try settings(.consumer)
        admin = try settings(.admin)
    }

    /// The settings of one kind.
    subscript(role: ClientRole) -> ClientSettings {
        switch role {
        case .producer: producer
        case .consumer: consumer
        case .admin: admin
        }
    }

    /// Checks a worker's own settings.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration`.
    static func check(_ worker: [String: String]) throws {
        _ = try ConnectorClientSettings(worker: worker)
        guard worker["consumer.group.id"] == nil else {
            throw ConnectError(
                .invalidConfiguration,
                "consumer.group.id would put all sink connectors into one group; set consumer.override.group.id in the"
                    + " configuration of a connector")
        }
    }
}

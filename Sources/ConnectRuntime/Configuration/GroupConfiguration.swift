import ConnectAPI
import KafkaClient

/// How a worker takes part in the group that shares the work, under the names that Kafka Connect's distributed worker has.
public struct GroupConfiguration: Sendable {
    /// The best way of sharing work that the worker offers; `connect.protocol`.
    public var bestProtocol: ConnectProtocol
    /// How long what a worker ran that went away waits for it to come back; `scheduled.rebalance.max.delay.ms`.
    public var maximumRebalanceDelay: Duration
    /// How long the worker may take to catch up with the config topic; `worker.sync.timeout.ms`.
    public var syncTimeout: Duration
    /// How long it stays out of the group when it did not; `worker.unsync.backoff.ms`.
    public var unsyncBackoff: Duration
    /// How long the group waits for a heartbeat; `session.timeout.ms`.
    public var sessionTimeout: Duration
    /// The pause between heartbeats; `heartbeat.interval.ms`.
    public var heartbeatInterval: Duration
    /// How long the group waits for its members when it rebalances; `rebalance.timeout.ms`.
    public var rebalanceTimeout: Duration
    /// A name that outlives the process, so that a worker that was killed takes its own place again at once;
    /// `group.instance.id`, a key that Kafka's workers do not have.
    public var instanceID: String?
    /// How long a session key is used; `inter.worker.key.ttl.ms`.
    public var keyLifetime: Duration
    /// The size of a session key in bits; `inter.worker.key.size`.
    public var keySize: Int?
    /// What session keys are made for; `inter.worker.key.generation.algorithm`.
    let keyAlgorithm: SignatureAlgorithm
    /// What this worker signs with; `inter.worker.signature.algorithm`.
    let signatureAlgorithm: SignatureAlgorithm
    /// Which signatures it takes; `inter.worker.verification.algorithms`.
    let verificationAlgorithms: Set<SignatureAlgorithm>
    /// How long a request that has to write waits for a rebalance to end.
    public var rebalancePatience = Duration.seconds(30)

    /// Reads the group's part of a worker's properties.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a value of the wrong form.
    init(_ parsed: ParsedConfiguration) throws {
        func milliseconds(_ key: String) -> Duration { .milliseconds(parsed.integer(key) ?? 0) }
        bestProtocol = ConnectProtocol(rawValue: (parsed.string("connect.protocol") ?? "").lowercased()) ?? .sessioned
        maximumRebalanceDelay = milliseconds("scheduled.rebalance.max.delay.ms")
        syncTimeout = milliseconds("worker.sync.timeout.ms")
        unsyncBackoff = milliseconds("worker.unsync.backoff.ms")
        sessionTimeout = milliseconds("session.timeout.ms")
        heartbeatInterval = milliseconds("heartbeat.interval.ms")
        rebalanceTimeout = milliseconds("rebalance.timeout.ms")
        instanceID = parsed.string("group.instance.id")
        keyLifetime = milliseconds("inter.worker.key.ttl.ms")
        keySize = parsed.integer("inter.worker.key.size")
        func algorithm(_ name: String) -> SignatureAlgorithm { SignatureAlgorithm(rawValue: name) ?? .sha256 }
        keyAlgorithm = algorithm(parsed.string("inter.worker.key.generation.algorithm") ?? "")
        signatureAlgorithm = algorithm(parsed.string("inter.worker.signature.algorithm") ?? "")
        verificationAlgorithms = Set(parsed.list("inter.worker.verification.algorithms").map(algorithm))
        guard heartbeatInterval < sessionTimeout else {
            throw ConnectError(
                .invalidConfiguration, "heartbeat.interval.ms must be below session.timeout.ms; a third of it is usual")
        }
        guard verificationAlgorithms.contains(signatureAlgorithm) else {
            throw ConnectError(
                .invalidConfiguration,
                "inter.worker.signature.algorithm must be in the inter.worker.verification.algorithms list")
        }
    }

    private static let algorithms = SignatureAlgorithm.allCases.map(\.rawValue)

    private static let algorithmList = ConfigValidator { text in
        let names = text.split(separator: ",").map { String($0).trimmingSpace }
        let unknown = names.filter { !algorithms.contains($0) }
        if names.isEmpty { return "At least one algorithm is needed" }
        return unknown.isEmpty
            ? nil : "\(unknown.joined(separator: ", ")) not known; known are \(algorithms.joined(separator: ", "))"
    }

    private static let keyBits = ConfigValidator { text in
        guard let bits = Int(text), !(64...4096).contains(bits) else { return nil }
        return "Value must be between 64 and 4096 bits"
    }

    /// The keys, their defaults and checks.
    static let keys: [ConfigKey] = [
        WorkerConfiguration.key(
            "connect.protocol", .string, "sessioned", "Compatibility mode for Kafka Connect Protocol",
            .oneOf(ConnectProtocol.allCases.map(\.rawValue), ignoringCase: true)),
        WorkerConfiguration.key(
            "scheduled.rebalance.max.delay.ms", .int, "300000",
            "The maximum delay that is scheduled in order to wait for the return of one or more departed workers before"
                + " rebalancing and reassigning their connectors and tasks to the group.", .atLeast(0)),
        WorkerConfiguration.key(
            "worker.sync.timeout.ms", .int, "3000", "How long catching up with the config topic may take.", .atLeast(1)),
        WorkerConfiguration.key(
            "worker.unsync.backoff.ms", .int, "300000", "How long a worker that cannot catch up stays out.", .atLeast(0)
        ),
        WorkerConfiguration.key(
            "session.timeout.ms", .int, "10000", "How long the group waits for a heartbeat.", .atLeast(1)),
        WorkerConfiguration.key("heartbeat.interval.ms", .int, "3000", "The pause between heartbeats.", .atLeast(1)),
        WorkerConfiguration.key(
            "rebalance.timeout.ms", .int, "60000", "How long workers may take to join again.", .atLeast(1)),
        ConfigKey(
            "group.instance.id", .string, default: .none, importance: .low,
            documentation: "A name that outlives the process; unique in the group.", validator: .nonEmpty),
        WorkerConfiguration.key(
            "inter.worker.key.ttl.ms", .int, "3600000", "How long a session key is used.", .atLeast(1)),
        ConfigKey(
            "inter.worker.key.size", .int, default: .none, importance: .low,
            documentation: "The size of a session key in bits; without it what its algorithm uses.",
            validator: keyBits),
        WorkerConfiguration.key(
            "inter.worker.key.generation.algorithm", .string, "HmacSHA256", "What session keys are made for.",
            .oneOf(algorithms)),
        WorkerConfiguration.key(
            "inter.worker.signature.algorithm", .string, "HmacSHA256", "What requests between workers are signed with.",
            .oneOf(algorithms)),
        WorkerConfiguration.key(
            "inter.worker.verification.algorithms", .list, "HmacSHA256", "Which signatures are taken.",
            algorithmList),
    ]
}

extension GroupMemberConfiguration {
    /// The place of a worker in the group of workers.
    init(_ worker: WorkerConfiguration) {
        self.init(
            groupID: worker.groupID, protocolType: "connect", groupInstanceID: worker.group.instanceID,
            sessionTimeout: worker.group.sessionTimeout, rebalanceTimeout: worker.group.rebalanceTimeout,
            heartbeatInterval: worker.group.heartbeatInterval)
    }
}

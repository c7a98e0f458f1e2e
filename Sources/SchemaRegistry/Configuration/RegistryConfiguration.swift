public import HTTPService
import SchemaFormat
import TransportSecurity

/// How a registry is run, under the names that Confluent's registry has.
///
/// The table of all names is in docs/schema-registry.md.
public struct RegistryConfiguration: Sendable {
    /// Where the API is served (`listeners`).
    public var listeners: [HTTPListener]
    let log: SchemaLog.Settings
    let election: WriterElection.Settings
    let client: WriterClient.Settings
    let rules: RegistryRules
    /// How many schemas are remembered once they were read (`schema.cache.size`).
    let cacheSize: Int
    /// Under which name the others reach this registry (`host.name`); `nil` for the listener's, or this machine's.
    let hostName: String?
    /// At which port, if it is not the listener's (`host.port`).
    let hostPort: Int?
    /// By which protocol (`inter.instance.protocol`).
    let peerScheme: HTTPListener.Scheme
    /// Whether this registry may be the writer (`leader.eligibility`).
    let isEligible: Bool
    /// The largest body that is taken (`size.limit.filter.max.request.body.size`).
    let maximumBodySize: Int
    let properties: RegistryProperties

    /// Reads a configuration; names that mean nothing here are left alone.
    ///
    /// - Throws: ``HTTPServiceError`` with the name and what would be right.
    public init(_ properties: [String: String] = [:]) throws {
        let given = RegistryProperties(properties)
        self.properties = given
        listeners = try HTTPListener.list(given.text("listeners") ?? "http://0.0.0.0:8081")
        log = try Self.log(given)
        election = try Self.election(given)
        client = try Self.client(given)
        rules = try Self.rules(given)
        cacheSize = try given.integer("schema.cache.size", 1000, in: 2...1_000_000)
        hostName = given.text("host.name")
        hostPort =
            given.text("host.port") == nil ? nil : try given.integer("host.port", 8081, in: 1...65535)
        let scheme = given.text("inter.instance.protocol") ?? given.text("schema.registry.inter.instance.protocol")
        guard let peerScheme = HTTPListener.Scheme(rawValue: (scheme ?? "http").lowercased()) else {
            throw HTTPServiceError("inter.instance.protocol is \(scheme ?? ""); it has to be http or https")
        }
        self.peerScheme = peerScheme
        let eligibility = given.text("master.eligibility") == nil ? "leader.eligibility" : "master.eligibility"
        isEligible = try given.flag(eligibility, true)
        let isLimited = try given.flag("size.limit.filter.enabled", false)
        let limit = try given.integer("size.limit.filter.max.request.body.size", 1 << 20, in: 1...(1 << 30))
        maximumBodySize = isLimited ? limit : 8 << 20
    }

    private static func log(_ given: RegistryProperties) throws -> SchemaLog.Settings {
        var log = SchemaLog.Settings()
        log.topic = given.text("kafkastore.topic") ?? log.topic
        log.replicationFactor = try given.integer(
            "kafkastore.topic.replication.factor", log.replicationFactor, in: 1...Int(Int16.max))
        log.isReplicationFactorGiven = given.text("kafkastore.topic.replication.factor") != nil
        log.skipsValidation = try given.flag("kafkastore.topic.skip.validation", false)
        log.topicSettings = given.settings(behind: "kafkastore.topic.config.")
        log.initTimeout = try given.milliseconds("kafkastore.init.timeout.ms", 60_000)
        log.timeout = try given.milliseconds("kafkastore.timeout.ms", 500)
        log.maximumRecordSize = try given.integer("kafkastore.max.request.size", 1 << 20, in: 1024...(64 << 20))
        return log
    }

    private static func election(_ given: RegistryProperties) throws -> WriterElection.Settings {
        var election = WriterElection.Settings()
        election.groupID = given.text("schema.registry.group.id") ?? election.groupID
        election.isSticky = try given.flag("leader.election.sticky", false)
        election.sessionTimeout = try given.milliseconds("kafkagroup.session.timeout.ms", 10_000)
        election.rebalanceTimeout = try given.milliseconds("kafkagroup.rebalance.timeout.ms", 300_000)
        election.heartbeatInterval = try given.milliseconds("kafkagroup.heartbeat.interval.ms", 3000)
        guard election.heartbeatInterval < election.sessionTimeout else {
            throw HTTPServiceError(
                "kafkagroup.heartbeat.interval.ms has to be below kafkagroup.session.timeout.ms")
        }
        return election
    }

    private static func client(_ given: RegistryProperties) throws -> WriterClient.Settings {
        var client = WriterClient.Settings()
        client.connectTimeout = try given.milliseconds("leader.connect.timeout.ms", 60_000)
        client.readTimeout = try given.milliseconds("leader.read.timeout.ms", 60_000)
        client.headers = given.list("inter.instance.headers.whitelist")
        client.tls = TLSSettings(given.values, prefix: "")
        return client
    }

    private static func rules(_ given: RegistryProperties) throws -> RegistryRules {
        var rules = RegistryRules()
        let name =
            given.text("schema.compatibility.level") == nil ? "avro.compatibility.level" : "schema.compatibility.level"
        if let text = given.text(name) {
            guard let level = CompatibilityLevel(rawValue: text.uppercased()) else {
                throw HTTPServiceError("\(name) is \(text). \(RegistryError.invalidLevel.message)")
            }
            rules.level = level
        }
        rules.validatesFields = try given.flag("schema.validate.fields", false)
        rules.validatesNewSchemas = try given.flag("schema.validate.new.schemas", true)
        rules.allowsModeChanges = try given.flag("mode.mutability", true)
        rules.rejectsEmptySubjects = try given.flag("schema.reject.empty.subject", false)
        rules.isStrictAboutReferences = try given.flag("schema.providers.reference.versions.strict", false)
        return rules
    }
}

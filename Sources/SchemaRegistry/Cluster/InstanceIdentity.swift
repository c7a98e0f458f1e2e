import JSON

/// Which registry a member of the group is and where it is reached: what members tell each other, as Confluent's do.
struct InstanceIdentity: Sendable, Hashable {
    var host: String
    var port: Int
    /// `http` or `https`.
    var scheme: String
    /// Whether it may be the writer (`leader.eligibility`).
    var isEligible: Bool
    /// Whether it is the writer now; counts where the election is sticky.
    var isWriter = false

    private static let version = 1

    init(host: String, port: Int, scheme: String, isEligible: Bool) {
        self.host = host
        self.port = port
        self.scheme = scheme
        self.isEligible = isEligible
    }

    /// Reads what a member tells; `nil` for what is no identity.
    init?(_ json: JSONValue) {
        guard let object = json.object, let host = try? object.text("host"), let port = try? object.integer("port")
        else { return nil }
        self.init(
            host: host, port: port, scheme: (try? object.text("scheme")) ?? "http",
            isEligible: (try? object.flag("master_eligibility")) ?? false)
        isWriter = (try? object.flag("leader")) ?? false
    }

    /// What the group is told.
    var json: JSONValue {
        [
            "host": .string(host), "port": .integer(port), "master_eligibility": .bool(isEligible),
            "scheme": .string(scheme), "version": .integer(Self.version), "leader": .bool(isWriter),
        ]
    }

    /// Where it is reached.
    var url: String { "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// Whether both are the same registry, whoever is the writer.
    func isSame(as other: InstanceIdentity) -> Bool {
        url == other.url && isEligible == other.isEligible
    }
}

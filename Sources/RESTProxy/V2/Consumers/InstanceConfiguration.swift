import JSON
import KafkaClient

/// What an instance was created with.
struct InstanceConfiguration: Sendable, Hashable {
    /// What its records are.
    var format = EmbeddedFormat.binary
    /// Where it starts without a committed offset; `nil` for what the proxy says.
    var offsetReset: String?
    /// Whether it commits what earlier reads answered; `nil` for what the proxy says.
    var commitsAutomatically: Bool?
    /// How many bytes a read waits for; `nil` for what the proxy says.
    var fetchMinimumBytes: Int?
    /// How long a read waits, in milliseconds; `nil` for what the proxy says.
    var requestTimeoutMs: Int64?

    private static let offsetResets: [String: ConsumerConfiguration.OffsetReset] = [
        "earliest": .earliest, "latest": .latest, "none": .none,
    ]

    /// Where it starts without a committed offset.
    var startingPoint: ConsumerConfiguration.OffsetReset? { offsetReset.flatMap { Self.offsetResets[$0] } }

    /// Reads the body of `POST /consumers/{group}`.
    ///
    /// - Returns: The configuration, and the name that the client wishes for the instance.
    /// - Throws: ``RESTError``.
    static func parse(_ body: [UInt8]) throws -> (configuration: InstanceConfiguration, name: String?) {
        var configuration = InstanceConfiguration()
        guard !body.isEmpty else { return (configuration, nil) }
        let json = try BodyReader.object(body)
        var name: String?
        var id: String?
        for member in json {
            switch member.name {
            case "id": id = try BodyReader.text(member)
            case "name": name = try BodyReader.text(member)
            case "format":
                guard let text = try BodyReader.text(member) else { continue }
                guard let format = EmbeddedFormat(rawValue: text.lowercased()) else {
                    throw RESTError.validation("Invalid format type.")
                }
                configuration.format = format
            case "auto.offset.reset":
                guard let text = try BodyReader.text(member) else { continue }
                guard Self.offsetResets[text] != nil else {
                    throw RESTError.invalidConsumerConfiguration(
                        "Invalid value \(text) for configuration auto.offset.reset: it has to be one of earliest, latest, none"
                    )
                }
                configuration.offsetReset = text
            case "auto.commit.enable":
                guard let text = try BodyReader.text(member) else { continue }
                guard ["true", "false"].contains(text.lowercased()) else {
                    throw RESTError.invalidConsumerConfiguration(
                        "Invalid value \(text) for configuration enable.auto.commit: Expected value to be either true or false"
                    )
                }
                configuration.commitsAutomatically = text.lowercased() == "true"
            case "fetch.min.bytes", "responseMinBytes":
                guard let value = try BodyReader.integer(member) else { continue }
                guard (-1...10_000_000).contains(value) else {
                    throw RESTError.invalidConsumerConfigurationConstraint(
                        "Invalid value \(value) for configuration fetch.min.bytes: Value must be between -1 and 10000000"
                    )
                }
                configuration.fetchMinimumBytes = Int(value)
            case "consumer.request.timeout.ms", "requestWaitMs":
                guard let value = try BodyReader.integer(member) else { continue }
                guard (0...Int64(Int32.max)).contains(value) else {
                    throw RESTError.invalidConsumerConfigurationConstraint(
                        "Invalid value \(value) for configuration consumer.request.timeout.ms: Value must be at least 0"
                    )
                }
                configuration.requestTimeoutMs = value
            default: throw RESTError.validation("Unrecognized field: \(member.name.prefix(100))")
            }
        }
        return (configuration, id ?? name)
    }

    /// The configuration as it is kept.
    var stored: JSONValue {
        var object = JSONObject()
        object["format"] = .string(format.rawValue)
        if let offsetReset { object["auto.offset.reset"] = .string(offsetReset) }
        if let commitsAutomatically { object["auto.commit.enable"] = .bool(commitsAutomatically) }
        if let fetchMinimumBytes { object["fetch.min.bytes"] = .integer(fetchMinimumBytes) }
        if let requestTimeoutMs { object["consumer.request.timeout.ms"] = .integer(requestTimeoutMs) }
        return .object(object)
    }

    /// Reads what ``stored`` wrote; what is missing is as it is by default.
    init(stored json: JSONValue?) {
        format = json?["format"]?.string.flatMap(EmbeddedFormat.init) ?? .binary
        offsetReset = json?["auto.offset.reset"]?.string
        commitsAutomatically = json?["auto.commit.enable"]?.bool
        fetchMinimumBytes = json?["fetch.min.bytes"]?.int64.map { Int($0) }
        requestTimeoutMs = json?["consumer.request.timeout.ms"]?.int64
    }

    /// What holds where nothing is said.
    init() {}
}

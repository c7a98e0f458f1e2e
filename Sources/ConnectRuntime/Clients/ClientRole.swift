import ConnectAPI

/// A kind of client that a connector's tasks have, as configurations name it.
enum ClientRole: String, Sendable, Hashable, CaseIterable {
    case producer, consumer, admin

    /// What a worker's settings for such clients begin with.
    var workerPrefix: String { rawValue + "." }

    /// What a connector's own settings for them begin with.
    var overridePrefix: String { rawValue + ".override." }

    /// The clients that a connector has. As with Kafka, its settings of others are passed over.
    static func used(by configuration: [String: String], _ kind: ConnectorKind) -> [ClientRole] {
        switch kind {
        case .source: return TopicCreationGroups.isUsed(by: configuration) ? [.producer, .admin] : [.producer]
        case .sink:
            let hasDeadLetters = !(configuration["errors.deadletterqueue.topic.name"] ?? "").trimmingSpace.isEmpty
            return hasDeadLetters ? [.producer, .admin, .consumer] : [.consumer]
        case .unknown: return allCases
        }
    }

    /// The keys of a connector's settings for its clients, and for clients that it does not have, that are of type
    /// PASSWORD in Kafka.
    static func passwordKeys(in configuration: [String: String]) -> Set<String> {
        var keys: Set<String> = []
        for prefix in allCases.map(\.overridePrefix) {
            for key in configuration.entries(under: prefix).keys
            where ["sasl.jaas.config", "ssl.keystore.key"].contains(key)
                || (key.hasPrefix("ssl.") && key.hasSuffix("password"))
            { keys.insert(prefix + key) }
        }
        return keys
    }

    /// Why a setting is refused; `nil` if it is not.
    ///
    /// A client that went on without the security that it was told to use would send records, and passwords, in the
    /// open.
    static func refusal(of key: String, _ value: String) -> String? {
        let isSecurity =
            key.hasPrefix("sasl.") || key.hasPrefix("ssl.") || key == "security.providers"
            || (key == "security.protocol" && value.trimmingSpace.uppercased() != "PLAINTEXT")
        return isSecurity
            ? "this worker's clients have neither TLS nor SASL so far and reach listeners of PLAINTEXT only" : nil
    }
}

/// What one client of a task is for; each use has its own client, named as Kafka Connect names it.
enum ClientUse: Sendable, Hashable {
    case producer, consumer, admin, deadLetters, deadLetterAdmin

    /// Which settings it has.
    var role: ClientRole {
        switch self {
        case .producer, .deadLetters: .producer
        case .consumer: .consumer
        case .admin, .deadLetterAdmin: .admin
        }
    }

    /// Its `client.id` unless a setting says otherwise.
    func clientID(of id: ConnectorTaskID) -> String {
        switch self {
        case .producer: "connector-producer-\(id)"
        case .consumer: "connector-consumer-\(id)"
        case .admin: "connector-adminclient-\(id)"
        case .deadLetters: "connector-dlq-producer-\(id)"
        case .deadLetterAdmin: "connector-dlq-adminclient-\(id)"
        }
    }
}

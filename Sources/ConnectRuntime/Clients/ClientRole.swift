import ConnectAPI

/// A kind of client that a connector's tasks have, as configurations name it.
enum ClientRole: String, Sendable, Hashable, CaseIterable {
    case producer, consumer, admin

    /// What a worker's settings for such clients begin with.
    var workerPrefix: String { rawValue + "." }

    /// What a connector's own settings for them begin with.
    var overridePrefix: String { rawValue + ".override." }

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

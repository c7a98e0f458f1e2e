/// A kind of server that is compared.
enum Peer: String, CaseIterable, Encodable, Sendable {
    /// Our broker.
    case millrace
    /// The least that a server of Kafka's protocol can do.
    case null
    /// A broker of Kafka's protocol that runs already.
    case kafka
    case redis
    case nats
    case rabbitmq

    /// What people call it.
    var title: String {
        switch self {
        case .millrace: "Millrace"
        case .null: "null server"
        case .kafka: "Kafka"
        case .redis: "Redis Streams"
        case .nats: "NATS JetStream"
        case .rabbitmq: "RabbitMQ streams"
        }
    }

    /// Whether it is started from a program that somebody else has made.
    var isProgramOfOthers: Bool { [.redis, .nats, .rabbitmq].contains(self) }

    /// Whether it can acknowledge what is on the device: RabbitMQ confirms what the page cache has, whatever it is told.
    var canBeDurable: Bool { self != .rabbitmq }
}

/// Where a server listens, and what is spoken there.
struct PeerTarget: Sendable {
    let peer: Peer
    let port: UInt16
    /// Whether what is acknowledged is to be on the device.
    let isDurable: Bool

    /// A client with a connection of its own, which has greeted.
    func makeSession() throws -> PeerSession {
        let client: any PeerClient =
            switch peer {
            case .millrace, .null, .kafka: KafkaWireClient(isDurable: isDurable)
            case .redis: RedisClient()
            case .nats: NATSClient()
            case .rabbitmq: RabbitMQClient()
            }
        return try PeerSession(port: port, client: client)
    }
}

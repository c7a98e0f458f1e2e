import HTTPService
import HTTPTypes
import KafkaClient

extension V3Routes {
    /// Writing and reading over one WebSocket, which the original of API v3 has not.
    func addSocket(to routes: inout ProxyRoutes) {
        let (clients, production, readers) = (clients, production, readers)
        let (configuration, identity) = (configuration, identity)
        var limits = WebSocketLimits()
        limits.messageSize = configuration.maximumRecordSize
        routes.add(
            webSocket: Self.root + "/topics/{topic_name}/records:socket", named: "api.v3.records.socket",
            V3Descriptions.socket, limits: limits
        ) { request, connection in
            let (clusterID, topic) = (request.parameter("cluster_id"), request.parameter("topic_name"))
            do {
                try await identity.require(clusterID)
                // That the topic is there is known before anything is said.
                _ = try await clients.admin.describeTopic(topic)
            } catch {
                throw RESTError(v3: error).serviceError
            }
            let session = SocketSession(
                production: production, readers: readers, settings: configuration, clients: clients, topic: topic,
                clusterID: clusterID)
            try await session.run(WebSocketPeer(connection: connection))
        }
    }
}

/// A client at a WebSocket of the server's.
private struct WebSocketPeer: SocketPeer {
    let connection: WebSocketConnection

    /// What the client sends, text or bytes.
    struct Messages: AsyncSequence, Sendable {
        let messages: WebSocketConnection.Messages

        struct Iterator: AsyncIteratorProtocol {
            var iterator: WebSocketConnection.Messages.Iterator

            mutating func next() async throws -> [UInt8]? { try await iterator.next()?.bytes }
        }

        func makeAsyncIterator() -> Iterator { Iterator(iterator: messages.makeAsyncIterator()) }
    }

    var messages: Messages { Messages(messages: connection.messages) }

    func send(text: String) async throws { try await connection.send(text: text) }

    func close(code: UInt16, reason: String) { connection.close(WebSocketCloseCode(rawValue: code), reason: reason) }
}

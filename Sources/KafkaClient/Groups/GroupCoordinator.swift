import KafkaProtocol
import Synchronization

/// Finds the broker that coordinates a group and calls it, over a connection that a waiting join may hold up.
final class GroupCoordinator: Sendable {
    let groupID: String
    private let client: KafkaClient
    private let lane: Mutex<ConnectionLane>
    private let node = Mutex<Int32?>(nil)

    /// - Parameter lane: The connection to use; `nil` for one of its own.
    init(client: KafkaClient, groupID: String, lane: ConnectionLane? = nil) {
        self.client = client
        self.groupID = groupID
        self.lane = Mutex(lane ?? client.makeLane())
    }

    /// Sends a request to the coordinator, looking it up first if need be.
    ///
    /// - Parameter waitsAtBroker: Whether the broker may hold the request for long, as it does with joins. When such
    ///   a call is cancelled its connection is given up, because nothing behind it would be answered.
    /// - Throws: ``KafkaClientError``; after one that a later try may cure, the coordinator is looked up anew.
    func call<Request: KafkaRequest>(
        _ type: Request.Type, versions: ClosedRange<Int16>? = nil, timeout: Duration? = nil,
        waitsAtBroker: Bool = false,
        make: @escaping @Sendable (Int16) throws -> Request
    ) async throws -> Request.Response {
        let node = try await find()
        let call = BrokerCall<Request>(
            versions: versions ?? Request.versions, timeout: timeout ?? client.configuration.requestTimeout, make: make)
        do {
            return try await client.transport.call(call, to: .node(node), over: lane.withLock(\.self))
        } catch let error as KafkaClientError {
            if error.isRetriable { forget() }
            throw error
        } catch let error as CancellationError {
            if waitsAtBroker { abandonConnection() }
            throw error
        }
    }

    /// The error in an answer; the coordinator is looked up anew if it says that it is none.
    func check(_ rawCode: Int16, while subject: @autoclosure () -> String) -> KafkaClientError? {
        guard let error = KafkaClientError(rawCode: rawCode, while: subject()) else { return nil }
        switch error.errorCode {
        case ErrorCode.notCoordinator?, ErrorCode.coordinatorNotAvailable?: forget()
        default: break
        }
        return error
    }

    /// Has the coordinator looked up before the next call.
    func forget() { node.withLock { $0 = nil } }

    /// Ends the connection, unless it is the one that others use too.
    func release() {
        let lane = lane.withLock(\.self)
        // What others have under way on it would fail with the end of a member that they know nothing of.
        guard lane != .shared else { return }
        client.transport.release(lane, KafkaClientError(.closed, "the group member is closed"))
    }

    private func abandonConnection() {
        let old = lane.withLock { lane -> ConnectionLane? in
            // Others may be using the shared one; nothing that waits for long goes over it.
            guard lane != .shared else { return nil }
            defer { lane = client.makeLane() }
            return lane
        }
        // Other requests under way on it are to be tried again.
        if let old {
            client.transport.release(
                old, KafkaClientError(.disconnected, "the connection was given up with a join on it"))
        }
    }

    /// The number of the coordinating broker, looked up if need be.
    func find() async throws -> Int32 {
        if let known = node.withLock(\.self) { return known }
        let response = try await client.call(
            FindCoordinatorRequest(key: groupID), versions: ClientVersions.findCoordinator)
        let subject = "finding the coordinator of group \(groupID)"
        if let error = KafkaClientError(rawCode: response.errorCode, detail: response.errorMessage, while: subject) {
            throw error
        }
        client.transport.learn([BrokerEndpoint(nodeID: response.nodeID, host: response.host, port: Int(response.port))])
        node.withLock { $0 = response.nodeID }
        return response.nodeID
    }
}

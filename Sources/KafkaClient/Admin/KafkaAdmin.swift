import KafkaProtocol
import RecordFormat

/// Manages topics, groups and offsets.
///
/// Calls on many things answer for each, so that one that fails does not hide the others; calls on one thing throw.
/// Everything is repeated for the client's `apiTimeout` while a repetition may cure it.
public struct KafkaAdmin: Sendable {
    let client: KafkaClient

    /// Creates an admin.
    public init(client: KafkaClient) { self.client = client }

    /// The cluster's identity, brokers and controller, as they are now.
    ///
    /// - Throws: ``KafkaClientError`` when no broker answers.
    public func describeCluster() async throws -> ClusterDescription { try await client.cluster() }

    /// The brokers that belong to the cluster and are away, by number (KIP-1073).
    ///
    /// - Returns: The brokers; `nil` from a cluster that does not tell.
    /// - Throws: ``KafkaClientError``.
    public func fencedBrokers() async throws -> [BrokerEndpoint]? {
        do {
            let response = try await client.retrying {
                try await client.call(DescribeClusterRequest(includeFencedBrokers: true), versions: 2...2)
            }
            if let error = KafkaClientError(
                rawCode: response.errorCode, detail: response.errorMessage, while: "describing the cluster")
            {
                throw error
            }
            return response.brokers.filter(\.isFenced).sorted { $0.brokerID < $1.brokerID }.map {
                BrokerEndpoint(nodeID: $0.brokerID, host: $0.host, port: Int($0.port), rack: $0.rack)
            }
        } catch let error as KafkaClientError where error.code == .unsupportedVersion {
            return nil
        }
    }

    /// Takes a broker that is gone for good out of the cluster. Partitions that it is to keep copies of are not changed.
    ///
    /// - Parameter id: The broker's number; it must not be running.
    /// - Throws: ``KafkaClientError`` with BROKER_ID_NOT_REGISTERED, INVALID_REQUEST for a broker that runs, or what kept
    ///   the answer away.
    public func unregisterBroker(_ id: Int32) async throws {
        let response = try await client.retrying {
            try await client.call(UnregisterBrokerRequest(brokerID: id))
        }
        if let error = KafkaClientError(
            rawCode: response.errorCode, detail: response.errorMessage, while: "unregistering broker \(id)")
        {
            throw error
        }
    }

    /// Sends a request to the controller; brokers of newer clusters pass it on.
    func callController<Request: KafkaRequest>(
        versions: ClosedRange<Int16>, make: @escaping @Sendable (Int16) throws -> Request,
        check: @escaping @Sendable (Request.Response) throws -> Void
    ) async throws -> Request.Response {
        try await client.retrying {
            let controller: Int32?
            if let known = self.client.metadata.snapshot.controllerID {
                controller = known
            } else {
                controller = try await self.client.metadata.refresh([], allowsCreation: false).controllerID
            }
            do {
                let call = BrokerCall<Request>(
                    versions: versions, timeout: self.client.configuration.requestTimeout, make: make)
                let response = try await self.client.transport.call(call, to: controller.map { .node($0) } ?? .any)
                try check(response)
                return response
            } catch let error as KafkaClientError where error.isRetriable {
                // It may be another one by now.
                _ = try? await self.client.metadata.refresh([], allowsCreation: false)
                throw error
            }
        }
    }

    /// The error that says another broker is the controller, which only asking that one cures.
    static func throwIfNotController(_ codes: some Sequence<Int16>) throws {
        if codes.contains(ErrorCode.notController.rawValue) {
            throw KafkaClientError(.broker, "the broker is not the controller any more", errorCode: .notController)
        }
    }

    /// Runs `body` for each key at once.
    func each<Key: Hashable & Sendable, Value: Sendable>(
        _ keys: [Key], _ body: @escaping @Sendable (Key) async throws -> Value
    ) async throws -> [Key: Result<Value, KafkaClientError>] {
        let results = await withTaskGroup(of: (Key, Result<Value, KafkaClientError>).self) { group in
            for key in Set(keys) {
                group.addTask {
                    do {
                        return (key, .success(try await body(key)))
                    } catch {
                        return (
                            key,
                            .failure(error as? KafkaClientError ?? KafkaClientError(.closed, "cancelled", cause: error))
                        )
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        try Task.checkCancellation()
        return results
    }

    /// The one answer of a call on one thing.
    static func only<Key: Hashable, Value>(
        _ key: Key, of results: [Key: Result<Value, KafkaClientError>]
    ) throws(KafkaClientError) -> Value {
        guard let result = results[key] else {
            throw KafkaClientError(.malformedResponse, "the broker's answer leaves out \(key)")
        }
        return try result.get()
    }
}

import KafkaProtocol

extension KafkaAdmin {
    /// Changes single settings of any number of topics and brokers, and leaves their others as they are (KIP-339).
    ///
    /// Topics and the brokers' defaults go in one request; each broker gets one of its own, as older ones answer for
    /// themselves alone.
    ///
    /// - Parameter validateOnly: Whether to check only if the changes could be made.
    /// - Returns: What became of each: INVALID_CONFIG, UNKNOWN_TOPIC_OR_PARTITION, …; nothing of a thing is changed if one
    ///   of its changes is refused.
    /// - Throws: `CancellationError`. What kept an answer away stands at each thing that it was for.
    public func changeConfigs(
        _ changes: [ConfigResource: [ConfigChange]], validateOnly: Bool = false
    ) async throws -> [ConfigResource: Result<Void, KafkaClientError>] {
        let changed = changes.filter { !$0.value.isEmpty }
        let (brokers, others) = changed.keys.reduce(into: ([ConfigResource](), [ConfigResource]())) { parts, resource in
            let isOneBroker = resource.kind == .broker && Int32(resource.name) != nil
            if isOneBroker { parts.0.append(resource) } else { parts.1.append(resource) }
        }
        var results = try await each(brokers) { resource in
            let request = Self.request([resource], changed, validateOnly)
            let answer = try await self.changeConfigs(request, at: Int32(resource.name))
            return try Self.only(resource, of: answer)
        }
        if !others.isEmpty {
            let sorted = others.sorted { ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) }
            do {
                let answer = try await changeConfigs(Self.request(sorted, changed, validateOnly), at: nil)
                for resource in others {
                    results[resource] = Result { () throws(KafkaClientError) in
                        try Self.only(resource, of: answer)
                    }
                }
            } catch let error as KafkaClientError {
                for resource in others { results[resource] = .failure(error) }
            }
        }
        for resource in changes.keys where changes[resource]?.isEmpty == true { results[resource] = .success(()) }
        return results
    }

    private static func request(
        _ resources: [ConfigResource], _ changes: [ConfigResource: [ConfigChange]], _ validateOnly: Bool
    ) -> IncrementalAlterConfigsRequest {
        IncrementalAlterConfigsRequest(
            resources: resources.map { resource in
                .init(
                    resourceType: resource.kind.rawValue, resourceName: resource.name,
                    configs: (changes[resource] ?? []).map {
                        .init(name: $0.name, configOperation: $0.operation.rawValue, value: $0.value)
                    })
            }, validateOnly: validateOnly)
    }

    /// Sends changes to a broker, or to the controller.
    private func changeConfigs(
        _ request: IncrementalAlterConfigsRequest, at node: Int32?
    ) async throws -> [ConfigResource: Result<Void, KafkaClientError>] {
        let response: IncrementalAlterConfigsResponse
        if let node {
            response = try await client.retrying {
                if self.client.metadata.snapshot.brokers[node] == nil {
                    _ = try await self.client.metadata.refresh([], allowsCreation: false)
                }
                return try await self.client.call(request, to: .node(node))
            }
        } else {
            response = try await callController(versions: IncrementalAlterConfigsRequest.versions) { _ in
                request
            } check: {
                try Self.throwIfNotController($0.responses.lazy.map(\.errorCode))
            }
        }
        var results: [ConfigResource: Result<Void, KafkaClientError>] = [:]
        for result in response.responses {
            guard let kind = ConfigResource.Kind(rawValue: result.resourceType) else { continue }
            let error = KafkaClientError(
                rawCode: result.errorCode, detail: result.errorMessage,
                while: "changing settings of \(result.resourceName)")
            results[ConfigResource(kind: kind, name: result.resourceName)] = error.map { .failure($0) } ?? .success(())
        }
        return results
    }
}

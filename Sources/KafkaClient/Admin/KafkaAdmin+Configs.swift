import KafkaProtocol

extension KafkaAdmin {
    /// Changes single settings of a topic or a broker, and leaves its others as they are (KIP-339).
    ///
    /// - Throws: ``KafkaClientError`` with code `.broker`: INVALID_CONFIG, UNKNOWN_TOPIC_OR_PARTITION, …
    public func changeConfigs(of resource: ConfigResource, _ changes: [ConfigChange]) async throws {
        if changes.isEmpty { return }
        let request = IncrementalAlterConfigsRequest(
            resources: [
                .init(
                    resourceType: resource.kind.rawValue, resourceName: resource.name,
                    configs: changes.map {
                        .init(name: $0.name, configOperation: $0.operation.rawValue, value: $0.value)
                    })
            ])
        let response: IncrementalAlterConfigsResponse
        if resource.kind == .broker, let node = Int32(resource.name) {
            // Brokers of older clusters answer for themselves alone.
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
        guard let result = response.responses.first else {
            throw KafkaClientError(.malformedResponse, "the broker's answer leaves out \(resource.name)")
        }
        if let error = KafkaClientError(
            rawCode: result.errorCode, detail: result.errorMessage, while: "changing settings of \(resource.name)")
        {
            throw error
        }
    }
}

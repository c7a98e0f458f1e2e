import ConnectAPI

/// The topics that connectors use (KIP-558).
extension DistributedHerder {
    /// The topics that a connector was seen to use since it was created or they were reset, sorted; none of a connector
    /// that there is not.
    public func activeTopics(of name: String) async throws -> [String] {
        try await waitUntilReady()
        return statusStore.topics(of: name).sorted()
    }

    /// Forgets which topics a connector uses; those that it goes on using come back.
    public func resetActiveTopics(of name: String) async throws {
        try await waitUntilReady()
        try await statusStore.put(statuses.topicTombstones(name))
    }
}

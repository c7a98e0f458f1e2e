extension KafkaAdmin {
    /// Fences the producers of transactional ids: whatever they have open is aborted, and they can write no more
    /// (KIP-618).
    ///
    /// - Parameter timeout: How long a transaction of the id may stay open until a producer says otherwise.
    /// - Returns: Of each id whether that was done.
    /// - Throws: `CancellationError`.
    public func fenceProducers(
        _ transactionalIDs: [String], timeout: Duration = .seconds(60)
    ) async throws -> [String: Result<Void, KafkaClientError>] {
        try await each(transactionalIDs) { transactionalID in
            // A producer without an identity to replace takes over from whichever there is.
            _ = try await TransactionCoordinator(client: client, transactionalID: transactionalID).initialize(
                timeout: timeout, until: .now.advanced(by: client.configuration.apiTimeout))
        }
    }
}

import ConnectAPI

/// Connectors that go with all that they leave behind.
extension DistributedHerder {
    /// Deletes a connector and its offsets, so that one of the same name begins anew.
    ///
    /// The connector is stopped first, as its tasks would store offsets to the end. When it will not have its offsets
    /// reset, nothing is deleted and it is wanted again as it was.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`; as ``resetOffsets(of:)``.
    public func deleteConnectorAndOffsets(_ name: String) async throws {
        try await waitUntilReady()
        try await requireLeadership()
        let state = configs.snapshot
        guard state.connectors[name] != nil else { throw Self.notFound(name) }
        let before = state.targetState(of: name)
        if before != .stopped { try await setTargetState(of: name, .stopped) }
        do {
            _ = try await resetOffsets(of: name)
        } catch {
            if before != .stopped { try? await setTargetState(of: name, before) }
            throw error
        }
        try await deleteConnector(name)
    }
}

public import ConnectRuntime

extension ConnectService {
    /// Creates a connector, or changes one that is there, as `PUT /connectors/{name}/config` does.
    ///
    /// - Parameter initialState: What is wanted of one that is created.
    /// - Throws: `ConnectError` with what is wrong with its configuration, or why the worker could not start.
    public func putConnector(
        _ name: String, _ configuration: [String: String], initialState: TargetState? = nil
    ) async throws {
        let isKnown = try await herder.connectors().contains(name)
        if let initialState, !isKnown {
            _ = try await herder.createConnector(name, configuration, initialState: initialState)
        } else {
            _ = try await herder.putConfiguration(name, configuration)
        }
    }
}

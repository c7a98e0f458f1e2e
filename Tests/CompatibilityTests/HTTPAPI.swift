import ServerHarness

/// An HTTP API of a server.
enum HTTPAPI: String, CaseIterable, Sendable {
    case connect, schemaRegistry, rest

    /// Where a server has it, without a slash at its end.
    func address(of server: ServerProcess) -> String {
        switch self {
        case .connect: server.connect
        case .schemaRegistry: server.schemaRegistry
        case .rest: server.rest
        }
    }
}

package import Logging
package import NIOCore
import Synchronization

/// A client of an etcd cluster, version 3.4 or newer, by the JSON gateway that every member has beside gRPC.
///
/// Questions go to one endpoint after the other until one answers. A write goes out once: when its answer is lost the
/// error says `outcomeUnknown`, and only the caller can find out by reading, because only the caller knows what it
/// would look like. This module leaves out what Millrace does not use: roles and users, members, snapshots, nested
/// transactions.
///
/// Safe to use from any task. Has to be shut down, which ``with(_:eventLoopGroup:logger:_:)`` does by itself.
///
/// - SeeAlso: docs/decisions/0044-etcd-is-spoken-to-through-its-json-gateway.md,
///   https://etcd.io/docs/v3.4/learning/api/
package final class EtcdClient: Sendable {
    /// What requests share.
    struct State {
        var ring: EndpointRing
        /// What `/v3/auth/authenticate` gave last; nil before that, and after etcd would have no more of it.
        var token: String?
        /// The cluster of the first answer.
        var clusterID: Int64?
    }

    /// How the cluster is reached.
    package let configuration: EtcdConfiguration
    /// Requests and answers in terms of keys without the configuration's prefix.
    let keySpace: KeySpace
    let gateway: EtcdGateway
    let logger: Logger
    let state: Mutex<State>

    /// Prepares a client; nothing is sent until something is asked.
    ///
    /// - Throws: ``EtcdError`` with code `.invalidConfiguration` when a setting is out of bounds or a file of TLS
    ///   cannot be read.
    package init(
        _ configuration: EtcdConfiguration, eventLoopGroup: any EventLoopGroup, logger: Logger
    ) throws {
        try configuration.validate()
        self.configuration = configuration
        self.logger = logger
        keySpace = KeySpace(prefix: configuration.keyPrefix)
        gateway = try EtcdGateway(configuration, eventLoopGroup: eventLoopGroup)
        state = Mutex(State(ring: EndpointRing(configuration.endpoints)))
    }

    /// Closes all connections; what is under way fails. The client is of no use afterwards.
    package func shutdown() async throws { try await gateway.shutdown() }

    /// Runs `body` with a client and shuts the client down, however that went.
    package static func with<Result: Sendable>(
        _ configuration: EtcdConfiguration, eventLoopGroup: any EventLoopGroup, logger: Logger,
        _ body: (EtcdClient) async throws -> Result
    ) async throws -> Result {
        let client = try EtcdClient(configuration, eventLoopGroup: eventLoopGroup, logger: logger)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            // What went wrong in the body is the news.
            try? await client.shutdown()
            throw error
        }
    }
}

import KafkaClient
import Synchronization

/// What the cluster calls itself, which never changes: asked for once.
///
/// Safe to use from any thread.
final class ClusterIdentity: Sendable {
    private let admin: KafkaAdmin
    private let known = Mutex<String?>(nil)

    /// Creates it; nothing is asked yet.
    init(admin: KafkaAdmin) { self.admin = admin }

    /// The cluster's name.
    ///
    /// - Throws: ``KafkaClientError`` when no broker answers.
    func clusterID() async throws -> String {
        if let known = known.withLock({ $0 }) { return known }
        guard let id = try await admin.describeCluster().clusterID else {
            // Brokers older than 0.10.1 have none; API v3 is nothing without one.
            throw RESTError.kafkaBadRequest("the cluster has no id; API v3 needs brokers of version 0.10.1 or newer")
        }
        known.withLock { $0 = id }
        return id
    }

    /// Sees to it that a name in a path is the cluster's.
    ///
    /// - Throws: ``RESTError`` with status 404 when it is another one's.
    func require(_ name: String) async throws {
        guard try await clusterID() == name else { throw RESTError.missing("Cluster \(name) cannot be found.") }
    }
}

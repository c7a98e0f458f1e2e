import Broker
import EtcdClient

/// A session that is a lease of etcd's.
struct EtcdClusterSession: ClusterSession {
    private let lease: EtcdLease

    init(_ lease: EtcdLease) { self.lease = lease }

    var id: Int64 { lease.id.rawValue }

    /// Keeps the lease alive. It is over for its holder when no answer has come for its whole time, by a clock that goes
    /// on while the process is stopped, and so before etcd ends it.
    ///
    /// - Throws: ``ClusterStoreError`` with code `.sessionLost`, also after ``end()``; `CancellationError`.
    func keepAlive() async throws {
        do {
            try await lease.run()
        } catch let error as EtcdError {
            throw ClusterStoreError(etcd: error)
        }
        throw ClusterStoreError(.sessionLost, "the session \(lease.id) was ended by its holder")
    }

    func end() async throws(ClusterStoreError) {
        do {
            try await lease.revoke()
        } catch {
            throw ClusterStoreError(etcd: error)
        }
    }
}

import Broker
import EtcdClient

/// All keys of the cluster, as they were at one revision of etcd's.
struct EtcdClusterView: ClusterStoreView {
    private let snapshot: EtcdSnapshot

    init(_ snapshot: EtcdSnapshot) { self.snapshot = snapshot }

    var revision: Int64 { snapshot.revision.rawValue }

    subscript(key: String) -> ClusterValue? { snapshot[EtcdKey(key)].map(ClusterValue.init) }

    /// The keys that may differ; those that are no text are none of the broker's and are left out.
    ///
    /// - Precondition: `earlier` is a view of the same store.
    /// - Complexity: As ``EtcdSnapshot/changes(since:)``.
    func changes(since earlier: (any ClusterStoreView)?) -> Set<String> {
        let before = earlier.map { earlier in
            guard let view = earlier as? EtcdClusterView else {
                preconditionFailure("a view of \(type(of: earlier)) is none of a store in etcd")
            }
            return view.snapshot
        }
        return Set(snapshot.changes(since: before).lazy.compactMap { String(validating: $0.bytes, as: UTF8.self) })
    }
}

extension ClusterValue {
    /// A value as the broker knows it.
    init(_ keyValue: EtcdKeyValue) {
        self.init(
            bytes: keyValue.value, created: keyValue.createRevision.rawValue, modified: keyValue.modRevision.rawValue,
            session: keyValue.lease?.rawValue)
    }
}

import Broker
import EtcdClient

extension ClusterStoreError {
    /// What a failure of etcd's client means for those above the store.
    ///
    /// A task that is cancelled in the middle does not know either whether its write was done.
    init(etcd error: any Error) {
        let code: Code =
            switch (error as? EtcdError)?.code {
            case .unavailable: .unavailable
            case .outcomeUnknown, nil: .outcomeUnknown
            case .leaseLost: .sessionLost
            default: .refused
            }
        self.init(code, (error as? EtcdError)?.description ?? "broken off while etcd was asked: \(error)")
    }
}

import Coordination
import KafkaProtocol
import LogCore
import NIOPosix
import RecordFormat

/// Queues whose state another node has.
extension ShareHost {
    /// Gives a queue its place and has its state read, unless someone else was faster. It is empty until the state is
    /// there, and what fetches from it waits like for records; should the state not come, they hear why.
    func read(
        _ key: SharePartitionKey, on partition: Partition, from peers: ShareStatePeers
    ) -> Result<SharedPartition, ErrorCode> {
        // What it begins with is never used.
        place(SharePartition(key: key, startOffset: .zero, at: site.now()), on: partition).map { placed in
            let shared = placed.shared
            guard placed.isNew else { return shared }
            peers.ask(ReadShareGroupStateRequest.self, shared.epoch, of: key) { [self] outcome in
                switch outcome {
                case .failure(let refusal): letGo(of: shared, .toMembers(refusal.code))
                case .success(let snapshot?): shared.begin(with: SharePartition(key: key, snapshot: snapshot))
                // Where the group begins may have to be looked up in the log.
                case .success(nil): site.pool.submit { _ in self.setUp(shared, at: peers) }
                }
            }
            return shared
        }
    }

    /// Has the node with the state store where a group begins; nothing is given away before.
    private func setUp(_ shared: SharedPartition, at peers: ShareStatePeers) {
        let key = shared.key
        let start: LogOffset
        do throws(LogError) {
            start = try policy(of: key.groupID).start.offset(in: shared.partition, now: site.now())
        } catch {
            return letGo(of: shared, ErrorCode(error))
        }
        let setup = ShareStateSetup(stateEpoch: 0, start: start)
        peers.ask(InitializeShareGroupStateRequest.self, setup, of: key) { [self] outcome in
            // Refused or not known: the next fetch reads what there is.
            if case .failure(let refusal) = outcome { return letGo(of: shared, .toMembers(refusal.code)) }
            let snapshot = ShareSnapshot(
                snapshotEpoch: 0, stateEpoch: setup.stateEpoch, leaderEpoch: shared.epoch.rawValue, startOffset: start)
            shared.begin(with: SharePartition(key: key, snapshot: snapshot))
        }
    }
}

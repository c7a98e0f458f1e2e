import Logging
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import Broker
@testable import Replication

@Suite struct InSyncProposalsTests {
    /// A store that keeps writes of partitions until the test lets them go.
    private final class HeldStore: ClusterStore {
        private struct State {
            var held: [(key: String, continuation: CheckedContinuation<Void, Never>)] = []
            var keys: [String] = []
        }

        private let inner: MemoryClusterStore.Client
        private let state = Mutex(State())

        init(_ inner: MemoryClusterStore.Client) { self.inner = inner }

        /// The keys of all writes that came, in their order.
        var keys: [String] { state.withLock { $0.keys } }

        /// How many are under way.
        var heldCount: Int { state.withLock { $0.held.count } }

        /// Lets the write of one key go, or the one that has been held for longest.
        func release(_ key: String? = nil) {
            let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard let index = state.held.firstIndex(where: { key == nil || $0.key == key }) else { return nil }
                return state.held.remove(at: index).continuation
            }
            continuation?.resume()
        }

        func write(_ write: ClusterWrite) async throws(ClusterStoreError) -> ClusterWrite.Outcome {
            if case .put(let key, _, _)? = write.changes.first, key.hasPrefix("partitions/") {
                await withCheckedContinuation { continuation in
                    state.withLock { state in
                        state.keys.append(key)
                        state.held.append((key, continuation))
                    }
                }
            }
            return try await inner.write(write)
        }

        func views() -> AsyncThrowingStream<any ClusterStoreView, any Error> { inner.views() }
        func openSession(timeout: Duration) async throws(ClusterStoreError) -> any ClusterSession {
            try await inner.openSession(timeout: timeout)
        }
        func endSession(_ id: Int64) async throws(ClusterStoreError) { try await inner.endSession(id) }
        func close() async { await inner.close() }
    }

    /// What became of proposals, by the numbers that the test gives them.
    private final class Outcomes: Sendable {
        private let all = Mutex<[Int: InSyncProposal.Outcome]>([:])

        subscript(number: Int) -> InSyncProposal.Outcome? { all.withLock { $0[number] } }
        var count: Int { all.withLock { $0.count } }

        func take(_ number: Int, _ outcome: InSyncProposal.Outcome) {
            let known = all.withLock { $0.updateValue(outcome, forKey: number) }
            #expect(known == nil, "proposal \(number) has two outcomes")
        }
    }

    private static let topic = TopicID(high: 1, low: 1)

    private func key(_ index: Int) -> String {
        ClusterKey.partition(PartitionID(topic: Self.topic, index: Int32(index))).text
    }

    /// Runs `body` with a topic of `count` partitions that nodes 1 and 2 have; `propose` has node 2 leave one of them.
    private func with(
        partitions count: Int,
        _ body: (HeldStore, Outcomes, _ propose: (_ index: Int, _ number: Int) -> Void) async throws -> Void
    ) async throws {
        let store = HeldStore(MemoryClusterStore().client())
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let link = try await ClusterLink.open(store, logger: logger)
        let state = PartitionState(replicas: [BrokerID(1), BrokerID(2)], inSyncReplicas: [BrokerID(1), BrokerID(2)])
        let topic = ClusterImage.Topic(
            name: "t", id: Self.topic, partitions: Array(repeating: state, count: count), configuration: [:])
        _ = try await link.change(
            ClusterWrite(if: [], [.put(ClusterKey.topic("t").text, try ClusterJSON.encode(TopicValue(topic)))]))
        let proposals = InSyncProposals(link: link, logger: logger)
        let outcomes = Outcomes()
        let alone = state.settingInSync([BrokerID(1)], minInSyncReplicas: 1).succeeding(state)
        try await body(store, outcomes) { index, number in
            proposals.write(
                InSyncProposal(state: alone, expectedVersion: state.version, joining: []),
                PartitionID(topic: Self.topic, index: Int32(index))
            ) { outcomes.take(number, $0) }
        }
        await link.close()
    }

    @Test func soManyAreUnderWayAndTheRestWaitInOrder() async throws {
        let (count, limit) = (200, InSyncProposals.limit)
        try await with(partitions: count) { store, outcomes, propose in
            for index in 0..<count { propose(index, index) }
            try await wait(for: "the first ones to be under way") { store.heldCount == limit }
            #expect(Set(store.keys) == Set((0..<limit).map(key)))
            for index in limit..<count {
                // One ends, and the next one begins: no more are ever under way.
                store.release()
                try await wait(for: "the next one to be written") { store.keys.count == index + 1 }
                #expect(store.keys.last == key(index) && store.heldCount == limit)
            }
            for _ in 0..<limit { store.release() }
            try await wait(for: "the rest") { outcomes.count == count }
            #expect((0..<count).allSatisfy { outcomes[$0] == .accepted })
        }
    }

    @Test func newerProposalTakesThePlaceOfOneThatWaits() async throws {
        let limit = InSyncProposals.limit
        try await with(partitions: limit + 2) { store, outcomes, propose in
            for index in 0..<limit + 2 { propose(index, index) }
            try await wait(for: "the first ones to be under way") { store.heldCount == limit }
            propose(limit, 1_000)
            #expect(outcomes[limit] == .unknown)
            // Of one that is under way nothing is taken back.
            propose(0, 1_001)
            #expect(outcomes[0] == nil)
            store.release(key(0))
            try await wait(for: "the place of the former one") { store.keys.count == limit + 1 }
            #expect(store.keys.last == key(limit))
            for _ in 0..<2 { store.release() }
            try await wait(for: "the others") { store.keys.count == limit + 3 }
            #expect(store.keys.suffix(2).sorted() == [key(limit + 1), key(0)].sorted())
            try await wait(for: "the rest") {
                store.release()
                return outcomes.count == limit + 4
            }
            #expect(outcomes[1_000] == .accepted && outcomes[0] == .accepted)
            guard case .refused(let state) = outcomes[1_001] else { throw TestFailure("written twice") }
            #expect(state.inSyncReplicas == [BrokerID(1)])
        }
    }
}

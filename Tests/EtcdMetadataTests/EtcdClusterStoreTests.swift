import Broker
import EtcdClient
import EtcdHarness
import ServerHarness
import Testing

@testable import EtcdMetadata

extension RealEtcd {
    /// Writes and sessions of the store against a real etcd.
    struct EtcdClusterStoreTests {
        @Test func aWriteIsDoneIfAllIsAsItAssumes() async throws {
            try await EtcdCluster.with { cluster in
                try await TestStore.with(cluster.endpoints) { store in
                    let made = try await store.write(
                        ClusterWrite(if: [.version("k", 0)], [.put("k", [1]), .put("other", [9])])
                    ).done()
                    let changed = try await store.write(ClusterWrite(if: [.version("k", 1)], [.put("k", [2])])).done()
                    let holding: [ClusterWrite.Condition] = [
                        .version("k", 2), .version("none", 0), .created("k", at: made), .modified("k", at: changed),
                        .modified("other", at: made),
                    ]
                    // Nothing but conditions, then with a change.
                    _ = try await store.write(ClusterWrite(if: holding, [])).done()
                    _ = try await store.write(ClusterWrite(if: holding, [.put("third", [3])])).done()
                    let failing: [ClusterWrite.Condition] = [
                        .version("k", 0), .version("k", 1), .version("none", 1), .created("k", at: changed),
                        .modified("k", at: made), .created("none", at: made), .modified("none", at: made),
                    ]
                    for condition in failing {
                        let write = ClusterWrite(
                            if: holding + [condition], [.put("k", [4]), .delete("other")], elseReading: ["k", "none"])
                        let found = try await store.write(write).refused()
                        #expect(
                            found == ["k": ClusterValue(bytes: [2], created: made, modified: changed, session: nil)],
                            "\(condition)")
                    }
                    let without = try await store.write(ClusterWrite(if: failing, [.delete("k")])).refused()
                    #expect(without == [:])
                }
            }
        }

        @Test func keysAreDeletedOneByOneAndByPrefix() async throws {
            try await EtcdCluster.with { cluster in
                try await TestStore.with(cluster.endpoints, keyPrefix: "/a/") { one in
                    try await TestStore.with(cluster.endpoints, keyPrefix: "/ab/") { two in
                        let keys = ["t/1", "t/2", "t", "u/1"]
                        for store in [one, two] {
                            _ = try await store.write(ClusterWrite(if: [], keys.map { .put($0, [1]) })).done()
                        }
                        _ = try await one.write(
                            ClusterWrite(if: [], [.deleteAll(prefix: "t/"), .delete("u/1"), .delete("none")])
                        ).done()
                        #expect(try await Self.present(keys, in: one) == ["t"])
                        _ = try await one.write(ClusterWrite(if: [], [.deleteAll(prefix: "")])).done()
                        #expect(try await Self.present(keys, in: one) == [])
                        #expect(try await Self.present(keys, in: two) == Set(keys))
                    }
                }
            }
        }

        /// Those of the keys that are there.
        private static func present(_ keys: [String], in store: EtcdClusterStore) async throws -> Set<String> {
            let write = ClusterWrite(if: [.version("never", 1)], [], elseReading: keys)
            return Set(try await store.write(write).refused().keys)
        }

        @Test func whatEtcdWouldNotTakeIsRefused() async throws {
            try await EtcdCluster.with { cluster in
                try await TestStore.with(cluster.endpoints) { store in
                    let writes = [
                        ClusterWrite(if: [], [.put("k", [1]), .delete("k")]),
                        ClusterWrite(if: [], [.put("k/1", [1]), .deleteAll(prefix: "k/")]),
                        ClusterWrite(if: [], [.put("k", [1], session: 99)]),
                        ClusterWrite(if: [], (0..<129).map { .put("k\($0)", [1]) }),
                        ClusterWrite(if: [], [.put("k", [UInt8](repeating: 1, count: 2 << 20))]),
                    ]
                    for write in writes {
                        let refusal = try await code { try await store.write(write) }
                        #expect(refusal == .refused, "\(write.changes.count)")
                    }
                    #expect(try await Self.present(["k", "k/1", "k0"], in: store) == [])
                }
            }
        }

        @Test func theKeysOfASessionGoWithIt() async throws {
            try await EtcdCluster.with { cluster in
                try await TestStore.with(cluster.endpoints) { store in
                    try await TestStore.with(cluster.endpoints) { other in
                        let first = try await store.openSession(timeout: .milliseconds(1500))
                        let second = try await store.openSession(timeout: .seconds(60))
                        let written = try await store.write(
                            ClusterWrite(
                                if: [],
                                [.put("one", [1], session: first.id), .put("two", [2], session: second.id)])
                        ).done()
                        let found = try await other.write(
                            ClusterWrite(if: [.version("one", 0)], [], elseReading: ["one", "two"])
                        ).refused()
                        #expect(
                            found["one"]
                                == ClusterValue(bytes: [1], created: written, modified: written, session: first.id))
                        #expect(found["two"]?.session == second.id)
                        let keeping = Task { try await second.keepAlive() }
                        try await second.end()
                        #expect(try await code { try await keeping.value } == .sessionLost)
                        #expect(try await Self.present(["one", "two"], in: other) == ["one"])
                        try await other.endSession(first.id)
                        #expect(try await Self.present(["one", "two"], in: other) == [])
                        #expect(try await code { try await first.keepAlive() } == .sessionLost)
                        // Those that are gone, and one that never was.
                        try await other.endSession(first.id)
                        try await second.end()
                        try await other.endSession(99)
                    }
                }
            }
        }

        @Test func aSessionLastsAsLongAsItIsKept() async throws {
            try await EtcdCluster.with { cluster in
                try await TestStore.with(cluster.endpoints) { store in
                    let session = try await store.openSession(timeout: .seconds(1))
                    _ = try await store.write(ClusterWrite(if: [], [.put("k", [1], session: session.id)])).done()
                    let keeping = Task { try await session.keepAlive() }
                    let end = ContinuousClock.now + .seconds(2)
                    try await wait(for: "two of its timeouts to pass") { ContinuousClock.now >= end }
                    #expect(try await Self.present(["k"], in: store) == ["k"])
                    keeping.cancel()
                    await #expect(throws: CancellationError.self) { try await keeping.value }
                    try await wait(for: "the session to run out") { try await Self.present(["k"], in: store) == [] }
                }
            }
        }

        /// Nothing waits for longer than its bounds, and everyone is told what is known.
        @Test func anEtcdThatStandsStillIsNotWaitedForWithoutEnd() async throws {
            try await EtcdCluster.with { cluster in
                try await TestStore.with(cluster.endpoints, timeout: .milliseconds(300)) { store in
                    let session = try await store.openSession(timeout: .seconds(1))
                    _ = try await store.write(ClusterWrite(if: [], [.put("k", [1])])).done()
                    cluster.first.pause()
                    defer { cluster.first.resume() }
                    let write = ClusterWrite(if: [], [.put("k", [2])])
                    // The signal takes effect a moment after it was sent.
                    try await wait(for: "etcd to stand still") {
                        try await code { try await store.write(write) } == .outcomeUnknown
                    }
                    #expect(try await code { try await store.openSession(timeout: .seconds(1)) } == .unavailable)
                    #expect(try await code { try await store.endSession(99) } == .unavailable)
                    #expect(try await code { try await session.keepAlive() } == .sessionLost)
                    cluster.first.resume()
                    try await cluster.waitUntilServing()
                    try await cluster.first.kill()
                    // A write that goes to a connection of before, whose end nobody has seen yet, may have been done for all one knows.
                    try await wait(for: "the end of etcd to be seen") {
                        try await code { try await store.write(write) } == .unavailable
                    }
                    try await cluster.first.start()
                    try await cluster.waitUntilServing()
                    // And it is of use again.
                    _ = try await store.write(write).done()
                }
            }
        }

        @Test func aWriteWhoseAnswerIsLostIsNotSentAgain() async throws {
            try await EtcdCluster.with { cluster in
                try await FaultProxy.with(to: cluster.first.setup.clientPort) { proxy in
                    try await TestStore.with([proxy.endpoint]) { store in
                        proxy.loseAnswer(toRequestWith: "/v3/kv/txn")
                        let write = ClusterWrite(if: [], [.put("k", [1])])
                        #expect(try await code { try await store.write(write) } == .outcomeUnknown)
                        #expect(proxy.lostAnswers == 1)
                        _ = try await store.write(ClusterWrite(if: [.version("k", 1)], [])).done()
                    }
                }
            }
        }

        @Test func aStoreThatIsClosedDoesNothingMore() async throws {
            try await EtcdCluster.with { cluster in
                try await TestStore.with(cluster.endpoints) { store in
                    let views = store.views()
                    let taking = Task { for try await _ in views {} }
                    await store.close()
                    await store.close()
                    try await taking.value
                    let write = ClusterWrite(if: [], [.put("k", [1])])
                    #expect(try await code { try await store.write(write) } == .unavailable)
                }
                let found = try await TestStore.with(cluster.endpoints) { try await Self.present(["k"], in: $0) }
                #expect(found == [])
            }
        }
    }
}

/// What needs no etcd.
struct EtcdClusterSettingsTests {
    @Test(arguments: [(-1, 1), (0, 1), (1, 1), (999, 1), (1000, 1), (1001, 2), (9000, 9), (9999, 10)])
    func timeoutsAreRoundedUp(milliseconds: Int, seconds: Int) {
        #expect(Duration.milliseconds(milliseconds).inWholeSeconds == .seconds(seconds))
    }

    @Test func aPrefixEndsWithASlash() throws {
        let endpoint = ["http://127.0.0.1:1"]
        #expect(try EtcdConfiguration.cluster(endpoints: endpoint, keyPrefix: "/a/").keyPrefix == "/a/")
        for prefix in ["", "/a"] {
            #expect(throws: EtcdError.self) {
                try EtcdConfiguration.cluster(endpoints: endpoint, keyPrefix: prefix)
            }
        }
    }

    @Test func errorsSayWhatACallerCanDo() {
        let codes: [(EtcdError.Code, ClusterStoreError.Code)] = [
            (.unavailable, .unavailable), (.outcomeUnknown, .outcomeUnknown), (.leaseLost, .sessionLost),
            (.refused, .refused), (.permissionDenied, .refused), (.unauthenticated, .refused),
            (.wrongCluster, .refused), (.invalidConfiguration, .refused),
        ]
        for (etcd, store) in codes { #expect(ClusterStoreError(etcd: EtcdError(etcd, "")).code == store) }
        #expect(ClusterStoreError(etcd: CancellationError()).code == .outcomeUnknown)
    }
}

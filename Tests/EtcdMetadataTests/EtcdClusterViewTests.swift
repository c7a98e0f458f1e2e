import Broker
import EtcdClient
import EtcdHarness
import EtcdMetadata
import ServerHarness
import Testing

extension RealEtcd {
    /// What the store shows, through faults.
    struct EtcdClusterViewTests {
        typealias Views = AsyncThrowingStream<any ClusterStoreView, any Error>.AsyncIterator

        /// Takes views until one includes a change; none may be older than the one before.
        private static func view(
            _ views: inout Views, atLeast revision: Int64, after last: (any ClusterStoreView)? = nil
        ) async throws -> any ClusterStoreView {
            var last = last
            while let view = try await views.next() {
                #expect(view.revision >= last?.revision ?? 0)
                if view.revision >= revision { return view }
                last = view
            }
            throw HarnessError("the views ended before revision \(revision)")
        }

        @Test func viewsIncludeOnesOwnWrites() async throws {
            try await EtcdCluster.with { cluster in
                try await TestStore.with(cluster.endpoints) { store in
                    var views = store.views().makeAsyncIterator()
                    let empty = try #require(try await views.next())
                    #expect(empty.changes(since: nil) == [])
                    let session = try await store.openSession(timeout: .seconds(60))
                    let made = try await store.write(
                        ClusterWrite(if: [], [.put("a", [1]), .put("b", [2], session: session.id)])
                    ).done()
                    let first = try await Self.view(&views, atLeast: made, after: empty)
                    #expect(first["a"] == ClusterValue(bytes: [1], created: made, modified: made, session: nil))
                    #expect(first["b"]?.session == session.id)
                    #expect(first["c"] == nil)
                    #expect(first.changes(since: nil) == ["a", "b"])
                    #expect(first.changes(since: empty) == ["a", "b"])
                    try await session.end()
                    let changed = try await store.write(ClusterWrite(if: [], [.put("a", [3])])).done()
                    let second = try await Self.view(&views, atLeast: changed, after: first)
                    #expect(second["a"] == ClusterValue(bytes: [3], created: made, modified: changed, session: nil))
                    #expect(second["b"] == nil)
                    #expect(second.changes(since: first) == ["a", "b"])
                    // What was handed out stays as it was.
                    #expect(first["a"]?.bytes == [1])
                }
            }
        }

        /// However many there were in between, the next one is the newest, and tells all that has changed.
        @Test func viewsThatWereNotTakenAreReplaced() async throws {
            try await EtcdCluster.with { cluster in
                try await TestStore.with(cluster.endpoints) { store in
                    try await TestStore.with(cluster.endpoints) { other in
                        var views = store.views().makeAsyncIterator()
                        var others = other.views().makeAsyncIterator()
                        var seen = try await Self.view(&views, atLeast: 1)
                        var known: [String: ClusterValue] = [:]
                        var last: Int64 = 0
                        for round in 0..<4 {
                            for number in 0..<10 {
                                var changes: [ClusterWrite.Change] = [.put("k\(number)", [UInt8(round)])]
                                if number != round { changes.append(.delete("k\(round)")) }
                                last = try await store.write(ClusterWrite(if: [], changes)).done()
                            }
                            // By then the first store's mirror has been told of most of them.
                            _ = try await Self.view(&others, atLeast: last)
                            while seen.revision < last {
                                let view = try await Self.view(&views, atLeast: 0, after: seen)
                                for key in view.changes(since: seen) { known[key] = view[key] }
                                seen = view
                            }
                            for number in 0..<10 { #expect(known["k\(number)"] == seen["k\(number)"]) }
                        }
                        #expect(known.count == 9)
                    }
                }
            }
        }

        /// What was changed, deleted and forgotten while the store was cut off comes with the next view.
        @Test func viewsGoOnBehindACompaction() async throws {
            try await EtcdCluster.with { cluster in
                try await FaultProxy.with(to: cluster.first.setup.clientPort) { proxy in
                    try await TestStore.with([proxy.endpoint]) { store in
                        try await TestStore.with(cluster.endpoints) { other in
                            let made = try await other.write(
                                ClusterWrite(if: [], [.put("a", [1]), .put("b", [1]), .put("c", [1])])
                            ).done()
                            var views = store.views().makeAsyncIterator()
                            let before = try await Self.view(&views, atLeast: made)
                            proxy.fault = .refuse
                            proxy.closeConnections()
                            _ = try await other.write(ClusterWrite(if: [], [.delete("a")])).done()
                            let last = try await other.write(ClusterWrite(if: [], [.put("b", [2])])).done()
                            try await TestClient.with(cluster.endpoints) {
                                try await $0.forgetHistory(before: EtcdRevision(rawValue: last))
                            }
                            proxy.fault = .none
                            let after = try await Self.view(&views, atLeast: last, after: before)
                            #expect(after.changes(since: before) == ["a", "b"])
                            #expect(after["a"] == nil)
                            let next = try await store.write(ClusterWrite(if: [.version("a", 0)], [.put("a", [3])]))
                                .done()
                            #expect(try await Self.view(&views, atLeast: next, after: after)["a"]?.created == next)
                        }
                    }
                }
            }
        }

        /// A member that vanishes without a word is noticed by its silence.
        @Test func viewsComeFromAnotherMember() async throws {
            try await EtcdCluster.with(members: 3) { cluster in
                try await TestStore.with(cluster.endpoints) { store in
                    var views = store.views().makeAsyncIterator()
                    let made = try await store.write(ClusterWrite(if: [], [.put("k", [1])])).done()
                    let before = try await Self.view(&views, atLeast: made)
                    cluster.first.pause()
                    defer { cluster.first.resume() }
                    let others = cluster.members.dropFirst().map(\.endpoint)
                    let written = try await TestStore.with(others) { other in
                        try await eventually("a write by the others") { () -> Int64? in
                            do {
                                return try await other.write(ClusterWrite(if: [], [.put("k", [2])])).done()
                            } catch let error as ClusterStoreError
                                where error.code == .unavailable || error.code == .outcomeUnknown
                            {
                                // They are electing a leader.
                                return nil
                            }
                        }
                    }
                    #expect(try await Self.view(&views, atLeast: written, after: before)["k"]?.bytes == [2])
                }
            }
        }

        @Test func viewsEndWhereTryingAgainWouldNotHelp() async throws {
            try await EtcdCluster.with { one in
                try await EtcdCluster.with { two in
                    try await TestStore.with(one.endpoints + two.endpoints) { store in
                        var views = store.views().makeAsyncIterator()
                        _ = try await Self.view(&views, atLeast: 1)
                        try await one.first.kill()
                        let ended = try await code { while try await views.next() != nil {} }
                        #expect(ended == .refused)
                    }
                }
            }
        }
    }
}

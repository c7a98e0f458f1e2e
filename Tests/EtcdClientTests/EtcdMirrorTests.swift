import EtcdClient
import EtcdHarness
import Logging
import NIOPosix
import ServerHarness
import Testing

extension RealEtcd {
    /// Mirrors of a real etcd, whole and through faults.
    struct EtcdMirrorTests {
        /// What etcd itself shows, as a mirror does.
        private static func everything(_ client: EtcdClient, _ prefix: EtcdKey) async throws -> [EtcdKey: EtcdKeyValue]
        {
            let page = try await client.page(of: .prefix(prefix), limit: 10_000)
            return Dictionary(uniqueKeysWithValues: page.keyValues.map { ($0.key, $0) })
        }

        private static func dictionary(_ snapshot: EtcdSnapshot) -> [EtcdKey: EtcdKeyValue] {
            Dictionary(uniqueKeysWithValues: snapshot.keyValues.map { ($0.key, $0.value) })
        }

        @Test func aMirrorIsWhatEtcdHas() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    for number in 0..<25 { try await client.put(EtcdKey("m/\(number)"), [UInt8(number)]) }
                    var limits = EtcdMirror.Limits()
                    limits.pageKeys = 4
                    let mirror = EtcdMirror(client, prefix: "m/", limits: limits)
                    #expect(mirror.snapshot == nil)
                    try await beside {
                        try await mirror.run()
                    } _: {
                        var snapshots = mirror.snapshots.makeAsyncIterator()
                        let first = try #require(try await snapshots.next())
                        #expect(first.keyValues.count == 25)
                        #expect(first.changes(since: nil).count == 25)
                        let changed = try await client.transaction(
                            compare: [],
                            then: [.put("m/1", [99]), .delete(.key("m/2")), .put("m/new", [1]), .put("x", [1])]
                        ).revision
                        let second = try await mirror.revision(atLeast: changed)
                        #expect(second.changes(since: first) == ["m/1", "m/2", "m/new"])
                        #expect(second["m/1"]?.value == [99])
                        #expect(second["m/2"] == nil)
                        #expect(try await snapshots.next()?.revision == changed)
                        #expect(try await Self.everything(client, "m/") == Self.dictionary(second))
                        // What was handed out stays as it was.
                        #expect(first["m/2"]?.value == [2])
                    }
                    // It shows what it knew, and no longer promises anything.
                    #expect(mirror.snapshot?.keyValues.count == 25)
                    let over = try await etcdError { try await mirror.revision(atLeast: EtcdRevision(rawValue: .max)) }
                    #expect(over?.code == .unavailable)
                }
            }
        }

        /// What was changed, deleted and forgotten while the mirror was cut off is read again.
        @Test func aMirrorReadsAgainAfterACompaction() async throws {
            try await EtcdCluster.with { cluster in
                try await FaultProxy.with(to: cluster.first.setup.clientPort) { proxy in
                    try await TestClient.with([proxy.endpoint]) { client in
                        try await TestClient.with([cluster.first.endpoint]) { other in
                            for number in 0..<10 { try await other.put(EtcdKey("m/\(number)"), [0]) }
                            let mirror = EtcdMirror(client, prefix: "m/")
                            try await beside {
                                try await mirror.run()
                            } _: {
                                let before = try await mirror.snapshot { $0.keyValues.count == 10 }
                                proxy.fault = .refuse
                                proxy.closeConnections()
                                try await other.delete(.prefix("m/1"))
                                try await other.put("m/2", [2])
                                let last = try await other.put("m/3", [3])
                                try await other.forgetHistory(before: last)
                                proxy.fault = .none
                                let after = try await mirror.revision(atLeast: last)
                                #expect(after.changes(since: before) == ["m/1", "m/2", "m/3"])
                                #expect(try await Self.everything(other, "m/") == Self.dictionary(after))
                                // And it follows again.
                                let next = try await other.put("m/4", [4])
                                #expect(try await mirror.revision(atLeast: next)["m/4"]?.value == [4])
                            }
                        }
                    }
                }
            }
        }

        /// Killed again and again under a writer, etcd and mirror agree in the end, and no state is older than one
        /// before.
        @Test func aMirrorOutlivesRestarts() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let mirror = EtcdMirror(client, prefix: "m/")
                    try await beside {
                        try await mirror.run()
                    } _: {
                        try await beside {
                            var last = EtcdRevision.zero
                            for try await snapshot in mirror.snapshots {
                                #expect(snapshot.revision >= last)
                                last = snapshot.revision
                            }
                        } _: {
                            var last = try await client.put("m/begin", [0])
                            for round in 0..<3 {
                                for number in 0..<5 {
                                    last = try await client.put(EtcdKey("m/\(number)"), [UInt8(round)])
                                }
                                try await cluster.first.kill()
                                try await cluster.first.start()
                                try await cluster.waitUntilServing()
                            }
                            let snapshot = try await mirror.revision(atLeast: last)
                            #expect(try await Self.everything(client, "m/") == Self.dictionary(snapshot))
                        }
                    }
                }
            }
        }

        /// Under faults by the dice, each state that a mirror shows is the one that etcd had at that revision.
        @Test func everyStateIsOneThatEtcdHad() async throws {
            let seed = UInt64.random(in: 0 ... .max)
            var random = SeededGenerator(seed: seed)
            let adjust = { (configuration: inout EtcdConfiguration) in
                configuration.requestTimeout = .milliseconds(200)
                configuration.watchSilence = .milliseconds(200)
                configuration.longestPause = .milliseconds(20)
            }
            try await EtcdCluster.with { cluster in
                try await FaultProxy.with(to: cluster.first.setup.clientPort) { proxy in
                    try await TestClient.with([proxy.endpoint], adjust) { client in
                        let shown = Shown()
                        let mirror = EtcdMirror(client, prefix: "m/")
                        let states = try await beside {
                            try await mirror.run()
                        } _: {
                            try await beside {
                                try await shown.follow(mirror)
                            } _: {
                                try await Self.changeUnderFaults(cluster, proxy, mirror, &random)
                            }
                        }
                        let snapshots = await shown.snapshots
                        #expect(snapshots.count > 10, "seed \(seed)")
                        for snapshot in snapshots {
                            #expect(
                                states[snapshot.revision] == Set(snapshot.keyValues.map { $0.value }),
                                "seed \(seed), revision \(snapshot.revision)")
                        }
                    }
                }
            }
        }

        /// Changes keys, loses bytes and history by the dice, and waits now and then until the mirror is there again.
        ///
        /// - Returns: What etcd had at each revision.
        private static func changeUnderFaults(
            _ cluster: EtcdCluster, _ proxy: FaultProxy, _ mirror: EtcdMirror, _ random: inout SeededGenerator
        ) async throws -> [EtcdRevision: Set<EtcdKeyValue>] {
            let configuration = try EtcdConfiguration(endpoints: cluster.endpoints)
            let client = try EtcdClient(
                configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "other"))
            var states: [EtcdRevision: Set<EtcdKeyValue>] = [EtcdRevision(rawValue: 1): []]
            do {
                for round in 0..<150 {
                    let last = try await change(client, &random)
                    states[last] = Set(try await client.page(of: .prefix("m/"), limit: 1000, at: last).keyValues)
                    if Int.random(in: 0..<10, using: &random) == 0 { try await client.forgetHistory(before: last) }
                    let faults: [FaultProxy.Fault] = [
                        .none, .stall, .refuse, .answersVanish, .answerCut(after: .random(in: 0...300, using: &random)),
                    ]
                    proxy.fault = faults.randomElement(using: &random) ?? .none
                    if Int.random(in: 0..<3, using: &random) == 0 { proxy.closeConnections() }
                    guard round.isMultiple(of: 10) || round == 149 else { continue }
                    proxy.fault = .none
                    _ = try await mirror.revision(atLeast: last)
                }
            } catch {
                try? await client.shutdown()
                throw error
            }
            try await client.shutdown()
            return states
        }

        /// Puts and deletions of a few keys, several in one transaction.
        private static func change(
            _ client: EtcdClient, _ random: inout SeededGenerator
        ) async throws -> EtcdRevision {
            let keys = Set((0..<3).map { _ in EtcdKey("m/\(Int.random(in: 0..<8, using: &random))") })
            let operations = keys.sorted().map { key in
                Bool.random(using: &random) ? EtcdOperation.put(key, random.bytes(20)) : .delete(.key(key))
            }
            // What is always there always changes, so that the last revision is one of ours.
            return try await client.transaction(compare: [], then: operations + [.put("m/begin", [1])]).revision
        }

        private actor Shown {
            private(set) var snapshots: [EtcdSnapshot] = []
            func follow(_ mirror: EtcdMirror) async throws {
                for try await snapshot in mirror.snapshots { snapshots.append(snapshot) }
            }
        }

        @Test func aMirrorIsBounded() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints, { $0.maximumAnswerBytes = 65_536 }) { client in
                    // A page of them is longer than an answer may be, so that fewer are asked for.
                    for number in 0..<6 {
                        try await client.put(EtcdKey("m/\(number)"), [UInt8](repeating: 1, count: 30_000))
                    }
                    var limits = EtcdMirror.Limits()
                    limits.bytes = 200_000
                    let mirror = EtcdMirror(client, prefix: "m/", limits: limits)
                    let ended = Task { try await mirror.run() }
                    #expect(try await mirror.snapshot { $0.keyValues.count == 6 }.revision > .zero)
                    try await client.put("m/6", [UInt8](repeating: 1, count: 30_000))
                    #expect(try await etcdError { try await ended.value }?.code == .tooLarge)
                    #expect(try await etcdError { try await mirror.snapshot { _ in false } }?.code == .tooLarge)
                }
            }
        }
    }
}

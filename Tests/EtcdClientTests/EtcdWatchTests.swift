import EtcdClient
import EtcdHarness
import ServerHarness
import Testing

extension RealEtcd {
    /// Watches on a real etcd.
    struct EtcdWatchTests {
        /// Takes batches until the changes number `count`.
        static func events(_ watch: EtcdWatch, _ count: Int) async throws -> [EtcdEvent] {
            try await withDeadline(.seconds(30), for: "\(count) changes") {
                var events: [EtcdEvent] = []
                for try await batch in watch {
                    events += batch.events
                    if events.count >= count { break }
                }
                return events
            }
        }

        @Test func aWatchTellsEveryChangeInOrder() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints, { $0.keyPrefix = "mine/" }) { client in
                    let first = try await client.put("a/1", [1])
                    try await client.put("b", [1])
                    let watch = client.watch(.prefix("a/"), from: first)
                    async let told = Self.events(watch, 5)
                    let second = try await client.put("a/1", [2])
                    let both = try await client.transaction(
                        compare: [], then: [.put("a/2", [3]), .delete(.key("a/1")), .put("c", [1])]
                    ).revision
                    let last = try await client.put("a/2", [4])
                    let events = try await told
                    #expect(events.map(\.revision) == [first, second, both, both, last])
                    #expect(events.map(\.key) == ["a/1", "a/1", "a/2", "a/1", "a/2"])
                    #expect(events[3] == .delete("a/1", at: both))
                    guard case .put(let keyValue) = events[4] else { throw HarnessError("not a put: \(events[4])") }
                    #expect(keyValue.value == [4])
                    #expect(keyValue.version == 2)
                    #expect(keyValue.createRevision == both)
                }
            }
        }

        /// A transaction is one batch, however many lines etcd cuts it into.
        @Test func aTransactionIsToldAsAWhole() async throws {
            try await EtcdCluster.with(options: ["--max-request-bytes", "200000"]) { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let long = [UInt8](repeating: 0x5A, count: 90_000)
                    let first = try await client.put("k/0", long)
                    // Together they are longer than etcd sends at once, where they have to be caught up with.
                    for number in 1..<12 { try await client.put(EtcdKey("k/\(number)"), long) }
                    let last = try await client.transaction(
                        compare: [], then: [.put("k/0", long), .put("k/1", long)]
                    ).revision
                    var batches = 0
                    var revisions: [EtcdRevision] = []
                    for try await batch in client.watch(.prefix("k/"), from: first) {
                        batches += 1
                        revisions += batch.events.map(\.revision)
                        if batch.revision == last { break }
                    }
                    #expect(revisions.count == 14)
                    #expect(revisions == revisions.sorted())
                    #expect(batches == 1)
                }
            }
        }

        @Test func aWatchGoesOnBehindARestart() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let first = try await client.put("k", [0])
                    async let told = Self.events(client.watch(.key("k"), from: first), 5)
                    try await client.put("k", [1])
                    try await client.put("k", [2])
                    try await cluster.first.kill()
                    try await cluster.first.start()
                    try await cluster.waitUntilServing()
                    try await client.put("k", [3])
                    try await client.put("k", [4])
                    let values = try await told.map { event -> [UInt8] in
                        if case .put(let keyValue) = event { keyValue.value } else { [] }
                    }
                    #expect(values == [[0], [1], [2], [3], [4]])
                }
            }
        }

        @Test func aWatchFromBeforeACompactionSaysSo() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let first = try await client.put("k", [0])
                    let last = try await client.put("k", [1])
                    try await client.forgetHistory(before: last)
                    let error = try await etcdError { try await Self.events(client.watch(.key("k"), from: first), 1) }
                    #expect(error?.code == .compacted)
                    let next = try await client.put("k", [2])
                    #expect(try await Self.events(client.watch(.key("k"), from: next), 1).count == 1)
                }
            }
        }

        /// etcd 3.4.23 takes a watch from the compacted revision and does not tell what was deleted there.
        @Test func aDeletionAtTheCompactedRevisionIsNotOverlooked() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    try await client.put("k", [0])
                    let deleted = try await client.delete(.key("k")).revision
                    try await client.forgetHistory(before: deleted)
                    try await client.put("k", [1])
                    // Either it is told, or the caller has to read again.
                    do {
                        let events = try await Self.events(client.watch(.key("k"), from: deleted), 1)
                        #expect(events.first == .delete("k", at: deleted))
                    } catch let error as EtcdError {
                        #expect(error.code == .compacted)
                    }
                }
            }
        }

        /// A connection whose other end is gone without a trace: nothing comes, and no error either.
        @Test func aSilentConnectionIsGivenUp() async throws {
            try await EtcdCluster.with { cluster in
                try await FaultProxy.with(to: cluster.first.setup.clientPort) { proxy in
                    let endpoints = [proxy.endpoint, cluster.first.endpoint]
                    let adjust = { (configuration: inout EtcdConfiguration) in
                        configuration.watchSilence = .milliseconds(300)
                        configuration.requestTimeout = .milliseconds(500)
                    }
                    try await TestClient.with(endpoints, adjust) { client in
                        let first = try await TestClient.put("k", [0], cluster)
                        var batches = client.watch(.key("k"), from: first).makeAsyncIterator()
                        #expect(try await batches.next()?.events.count == 1)
                        proxy.fault = .stall
                        try await TestClient.put("k", [1], cluster)
                        #expect(try await batches.next()?.events.count == 1)
                    }
                }
            }
        }

        @Test func progressIsToldInQuietTimes() async throws {
            try await EtcdCluster.with(options: ["--experimental-watch-progress-notify-interval", "100ms"]) { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let mine = try await client.put("k", [0])
                    var batches = client.watch(.key("k"), from: mine.next).makeAsyncIterator()
                    let others = try await client.put("other", [0])
                    while let batch = try await batches.next(), batch.revision < others { #expect(batch.events == []) }
                }
            }
        }

        @Test func aWatchEndsWithItsTask() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let revision = try await client.put("k", [0])
                    let begun = Observer()
                    let watching = Task {
                        for try await _ in client.watch(.key("k"), from: revision) { await begun.note() }
                    }
                    try await wait(for: "the first change") { await begun.isNoted }
                    watching.cancel()
                    await #expect(throws: CancellationError.self) { try await watching.value }
                }
            }
        }

        private actor Observer {
            private(set) var isNoted = false
            func note() { isNoted = true }
        }
    }
}

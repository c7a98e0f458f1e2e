import EtcdClient
import EtcdHarness
import ServerHarness
import Testing

extension RealEtcd {
    /// Keys, ranges and transactions against a real etcd.
    struct EtcdClientTests {
        @Test func valuesAndKeysAreAnyBytes() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let key = EtcdKey(bytes: [0xFF, 0x00, 0x0A, 0xC3])
                    let value = [UInt8](0...255)
                    let written = try await client.put(key, value)
                    let (read, revision) = try await client.read(key)
                    #expect(revision == written)
                    #expect(
                        read
                            == EtcdKeyValue(
                                key: key, value: value, createRevision: written, modRevision: written, version: 1,
                                lease: nil))
                    let empty = try await client.put(key, [])
                    let emptied = try await client.read(key).keyValue
                    #expect(emptied?.value == [])
                    #expect(emptied?.version == 2)
                    #expect(emptied?.createRevision == written)
                    #expect(emptied?.modRevision == empty)
                    #expect(try await client.read(key, at: written).keyValue?.value == value)
                    #expect(try await client.delete(.key(key)).count == 1)
                    #expect(try await client.read(key).keyValue == nil)
                    #expect(try await client.read(key, consistency: .serializable).keyValue == nil)
                    #expect(try await client.delete(.key(key)).count == 0)
                    let unnamed = try await etcdError { try await client.put("", [1]) }
                    #expect(unnamed?.code == .refused)
                }
            }
        }

        @Test func rangesAreReadPageByPageAtOneRevision() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    for number in 10..<20 { try await client.put(EtcdKey("a/\(number)"), [UInt8(number)]) }
                    try await client.put("a", [1])
                    try await client.put("b/1", [1])
                    let first = try await client.page(of: .prefix("a/"), limit: 4)
                    #expect(first.keyValues.map(\.key) == ["a/10", "a/11", "a/12", "a/13"])
                    #expect(first.hasMore)
                    #expect(first.count == 10)
                    try await client.delete(.key("a/14"))
                    let second = try await client.page(of: .prefix("a/"), after: "a/13", limit: 6, at: first.revision)
                    #expect(second.keyValues.map(\.key) == (14..<20).map { EtcdKey("a/\($0)") })
                    #expect(!second.hasMore)
                    #expect(try await client.page(of: .prefix(""), limit: 100).count == 11)
                    #expect(try await client.delete(.prefix("a/")).count == 9)
                }
            }
        }

        /// Two clusters in one etcd, neither of which sees the other.
        @Test func aPrefixKeepsClustersApart() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints, { $0.keyPrefix = "one/" }) { one in
                    try await TestClient.with(cluster.endpoints, { $0.keyPrefix = "two/" }) { two in
                        try await one.put("key", [1])
                        try await two.put("key", [2])
                        #expect(try await one.read("key").keyValue?.value == [1])
                        #expect(try await one.page(of: .prefix(""), limit: 10).keyValues.map(\.key) == ["key"])
                        #expect(try await two.delete(.prefix("")).count == 1)
                        #expect(try await one.read("key").keyValue?.value == [1])
                    }
                }
                try await TestClient.with(cluster.endpoints) { whole in
                    let keys = try await whole.page(of: .prefix(""), limit: 10).keyValues.map(\.key)
                    #expect(keys == ["one/key"])
                }
            }
        }

        @Test func transactionsCompareBeforeTheyWrite() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let made = try await client.transaction(
                        compare: [.isAbsent("k")], then: [.put("k", [1]), .put("other", [9])],
                        else: [.read(.key("k"), limit: 1)])
                    #expect(made.succeeded)
                    #expect(made.results == [.put, .put])
                    let again = try await client.transaction(
                        compare: [.isAbsent("k")], then: [.put("k", [2])], else: [.read(.key("k"), limit: 1)])
                    #expect(!again.succeeded)
                    #expect(again.page(0).first?.value == [1])
                    #expect(again.page(0).first?.modRevision == made.revision)
                    let lease = try await client.grantLease(timeToLive: .seconds(60))
                    let holding: [EtcdCompare] = [
                        .isUnchanged("k", since: made.revision), EtcdCompare("k", .equal, .version(1)),
                        EtcdCompare("k", .equal, .createRevision(made.revision)), EtcdCompare("k", .equal, .value([1])),
                        EtcdCompare("k", .equal, .lease(nil)), EtcdCompare("k", .less, .version(2)),
                        EtcdCompare("k", .greater, .value([0])), EtcdCompare("k", .notEqual, .lease(lease.id)),
                        .isAbsent("none"), EtcdCompare("none", .equal, .version(0)),
                    ]
                    let changed = try await client.transaction(
                        compare: holding,
                        then: [.read(.key("k"), limit: 1), .put("k", [3], lease: lease.id), .delete(.prefix("o"))])
                    #expect(changed.succeeded)
                    #expect(changed.page(0).first?.value == [1])
                    #expect(changed.results.last == .deleted(1))
                    #expect(try await client.read("k").keyValue?.lease == lease.id)
                    for condition in holding.prefix(6) {
                        let refused = try await client.transaction(compare: [condition], then: [.put("k", [4])])
                        #expect(
                            refused.succeeded == (condition.target == .createRevision(made.revision)), "\(condition)")
                        if refused.succeeded { try await client.put("k", [3], lease: lease.id) }
                    }
                }
            }
        }

        /// Whatever the order in which etcd takes them, each number is given once.
        @Test func writersInConflictLoseNothing() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    try await client.put("counter", Array("0".utf8))
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<4 {
                            group.addTask { for _ in 0..<10 { try await Self.increment(client) } }
                        }
                        try await group.waitForAll()
                    }
                    #expect(try await client.read("counter").keyValue?.text == "40")
                    #expect(try await client.read("counter").keyValue?.version == 41)
                }
            }
        }

        private static func increment(_ client: EtcdClient) async throws {
            while true {
                guard let seen = try await client.read("counter").keyValue, let value = Int(seen.text) else {
                    throw HarnessError("the counter is gone")
                }
                let result = try await client.transaction(
                    compare: [.isUnchanged("counter", since: seen.modRevision)],
                    then: [.put("counter", Array(String(value + 1).utf8))])
                if result.succeeded { return }
            }
        }

        @Test func whatEtcdRefusesIsRefusedWithItsWords() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let twice = try await etcdError {
                        try await client.transaction(compare: [], then: [.put("k", [1]), .put("k", [2])])
                    }
                    #expect(twice?.code == .refused)
                    #expect(twice?.message.contains("duplicate key") == true)
                    let leaseless = try await etcdError {
                        try await client.put("k", [1], lease: EtcdLeaseID(rawValue: 99))
                    }
                    #expect(leaseless?.code == .refused)
                    let first = try await client.put("k", [1])
                    let second = try await client.put("k", [2])
                    try await client.forgetHistory(before: second)
                    #expect(try await etcdError { try await client.read("k", at: first) }?.code == .compacted)
                    let status = try await client.status()
                    #expect(status.version.hasPrefix("3."))
                    #expect(status.revision == second)
                    #expect(status.leaderID != 0)
                }
            }
        }

        @Test func anAnswerLongerThanAllowedIsNotKept() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints, { $0.maximumAnswerBytes = 65_536 }) { client in
                    let long = [UInt8](repeating: 7, count: 40_000)
                    try await client.put("a", long)
                    try await client.put("b", long)
                    #expect(try await client.page(of: .prefix(""), limit: 1).keyValues.first?.value == long)
                    let both = try await etcdError { try await client.page(of: .prefix(""), limit: 2) }
                    #expect(both?.code == .tooLarge)
                    // It was done, and what it read cannot be shown.
                    let written = try await etcdError {
                        try await client.transaction(
                            compare: [], then: [.put("c", [1]), .read(.prefix(""), limit: 2)])
                    }
                    #expect(written?.code == .outcomeUnknown)
                    #expect(try await client.read("c").keyValue?.value == [1])
                }
            }
        }
    }
}

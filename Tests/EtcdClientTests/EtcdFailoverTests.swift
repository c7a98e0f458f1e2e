import EtcdClient
import EtcdHarness
import ServerHarness
import Testing

extension RealEtcd {
    /// Members that are gone, cut off or silent, and answers that are lost on the way.
    struct EtcdFailoverTests {
        /// A port on which nobody listens.
        private static func nobody() throws -> String { "http://127.0.0.1:\(try FreePort.find(1)[0])" }

        @Test func endpointsThatAreGoneArePassedBy() async throws {
            try await EtcdCluster.with { cluster in
                let endpoints = [try Self.nobody(), try Self.nobody(), cluster.first.endpoint]
                try await TestClient.with(endpoints) { client in
                    // Nothing was sent to those, so that a write goes on as well.
                    let revision = try await client.put("k", [1])
                    #expect(try await client.read("k").keyValue?.modRevision == revision)
                }
            }
        }

        @Test func withNobodyThereAWriteIsKnownNotToBeDone() async throws {
            try await TestClient.with([Self.nobody()], { $0.attempts = 3 }) { client in
                let written = try await etcdError { try await client.put("k", [1]) }
                #expect(written?.code == .unavailable)
                let read = try await etcdError { try await client.read("k") }
                #expect(read?.code == .unavailable)
            }
        }

        @Test(arguments: [FaultProxy.Fault.answersVanish, .answerCut(after: 0), .answerCut(after: 40), .stall])
        func aWriteWithoutAnAnswerIsNotSentAgain(_ fault: FaultProxy.Fault) async throws {
            try await EtcdCluster.with { cluster in
                try await FaultProxy.with(to: cluster.first.setup.clientPort) { proxy in
                    let endpoints = [proxy.endpoint, cluster.first.endpoint]
                    try await TestClient.put("k", [0], cluster)
                    proxy.fault = fault
                    try await TestClient.with(endpoints, { $0.requestTimeout = .milliseconds(500) }) { client in
                        let lost = try await etcdError {
                            try await client.transaction(
                                compare: [.isAbsent("new")], then: [.put("new", [1]), .put("k", [1])])
                        }
                        #expect(lost?.code == .outcomeUnknown)
                        #expect(lost?.isRetriable == false)
                        // Reading tells, by the other endpoint: it was done once, or with the request lost not at all.
                        let version = try await client.read("k").keyValue?.version
                        #expect(version == (fault == .stall ? 1 : 2))
                    }
                }
            }
        }

        @Test(arguments: [FaultProxy.Fault.answersVanish, .answerCut(after: 0), .answerCut(after: 40), .stall])
        func aQuestionWithoutAnAnswerIsAskedElsewhere(_ fault: FaultProxy.Fault) async throws {
            try await EtcdCluster.with { cluster in
                try await FaultProxy.with(to: cluster.first.setup.clientPort) { proxy in
                    let endpoints = [proxy.endpoint, cluster.first.endpoint]
                    let revision = try await TestClient.put("k", [0], cluster)
                    proxy.fault = fault
                    try await TestClient.with(endpoints, { $0.requestTimeout = .milliseconds(500) }) { client in
                        #expect(try await client.read("k").keyValue?.modRevision == revision)
                        let both = try await client.transaction(
                            compare: [], then: [.read(.key("k"), limit: 1), .read(.prefix(""), limit: 9)])
                        #expect(both.page(0) == both.page(1))
                    }
                }
            }
        }

        @Test func aClusterGoesOnWithoutOneMember() async throws {
            try await EtcdCluster.with(members: 3) { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let first = try await client.put("k", [0])
                    async let told = EtcdWatchTests.events(client.watch(.key("k"), from: first), 3)
                    // The first is the one that is asked and watched.
                    try await cluster.first.kill()
                    var written = 0
                    while written < 2 {
                        let seen = try await client.read("k").keyValue
                        do {
                            let result = try await client.transaction(
                                compare: [.isUnchanged("k", since: seen?.modRevision ?? .zero)], then: [.put("k", [1])])
                            #expect(result.succeeded)
                        } catch let error as EtcdError where error.code == .outcomeUnknown {
                            // It was leading: what it had not passed on is lost, and reading tells.
                        }
                        written = Int(try await client.read("k").keyValue?.version ?? 0) - 1
                    }
                    #expect(try await told.count >= 3)
                }
            }
        }

        /// A member that is cut off from the majority says so instead of making its clients wait.
        @Test func aMemberWithoutALeaderIsPassedBy() async throws {
            try await EtcdCluster.with(members: 3) { cluster in
                let all = cluster.endpoints
                let adjust = { (configuration: inout EtcdConfiguration) in
                    configuration.attempts = 1
                    configuration.requestTimeout = .milliseconds(500)
                }
                try await TestClient.with([all[0]], adjust) { lonely in
                    let revision = try await TestClient.put("k", [0], cluster)
                    for member in cluster.members[1...] { member.pause() }
                    defer { for member in cluster.members[1...] { member.resume() } }
                    try await wait(for: "the member to miss its leader") {
                        try await etcdError { try await lonely.put("k", [1]) }?.code == .unavailable
                    }
                    // Watches end there as well, and go on when the others are back.
                    async let told = EtcdWatchTests.events(lonely.watch(.key("k"), from: revision), 2)
                    for member in cluster.members[1...] { member.resume() }
                    try await TestClient.with(all) { client in
                        try await cluster.waitUntilServing()
                        try await client.put("k", [2])
                    }
                    #expect(try await told.count >= 2)
                }
            }
        }

        @Test func endpointsOfTwoClustersAreNotMixed() async throws {
            try await EtcdCluster.with { one in
                try await EtcdCluster.with { two in
                    try await TestClient.with([one.first.endpoint, two.first.endpoint]) { client in
                        try await client.put("k", [1])
                        try await one.first.kill()
                        #expect(try await etcdError { try await client.read("k") }?.code == .wrongCluster)
                    }
                }
            }
        }
    }
}

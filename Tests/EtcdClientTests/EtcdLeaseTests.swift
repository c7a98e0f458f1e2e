import EtcdClient
import EtcdHarness
import ServerHarness
import Testing

extension RealEtcd {
    /// Leases of a real etcd.
    struct EtcdLeaseTests {
        @Test func aLeaseLivesAsLongAsItIsKeptAlive() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let lease = try await client.grantLease(timeToLive: .seconds(2))
                    try await client.put("k", [1], lease: lease.id)
                    let granted = lease.validUntil
                    try await beside {
                        try await lease.run()
                    } _: {
                        // The second keep-alive was answered: the first was due after a third of the time.
                        try await wait(for: "keep-alives") { lease.validUntil >= granted + .seconds(1) }
                        #expect(lease.isHeld)
                        #expect(try await client.read("k").keyValue != nil)
                    }
                    try await lease.revoke()
                    #expect(try await client.timeToLive(of: lease.id) == nil)
                }
            }
        }

        @Test func aRevokedLeaseTakesItsKeysAlong() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let lease = try await client.grantLease(timeToLive: .seconds(60))
                    try await client.put("k", [1], lease: lease.id)
                    #expect(try await client.timeToLive(of: lease.id) ?? .zero > .seconds(50))
                    let running = Task { try await lease.run() }
                    try await lease.revoke()
                    try await running.value
                    try await lease.revoke()
                    #expect(!lease.isHeld)
                    #expect(try await client.read("k").keyValue == nil)
                }
            }
        }

        /// As whoever knows that a holder is gone does, instead of waiting until its lease has run out.
        @Test func aLeaseIsRevokedByAnother() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { holder in
                    try await TestClient.with(cluster.endpoints) { other in
                        let lease = try await holder.grantLease(timeToLive: .seconds(2))
                        try await holder.put("k", [1], lease: lease.id)
                        try await other.revokeLease(lease.id)
                        #expect(try await holder.read("k").keyValue == nil)
                        #expect(try await etcdError { try await lease.run() }?.code == .leaseLost)
                        // One that is gone, and one that never was.
                        try await other.revokeLease(lease.id)
                        try await other.revokeLease(EtcdLeaseID(rawValue: 99))
                    }
                }
            }
        }

        @Test func aLeaseThatEtcdForgotIsLost() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let lease = try await client.grantLease(timeToLive: .seconds(2))
                    // Behind the holder's back, as an administrator does.
                    _ = try await Curl.request(
                        "POST",
                        cluster.first.endpoint + "/v3/lease/revoke", json: "{\"ID\":\"\(lease.id.rawValue)\"}")
                    #expect(try await etcdError { try await lease.run() }?.code == .leaseLost)
                    #expect(!lease.isHeld)
                }
            }
        }

        /// etcd stands still for longer than the lease lives: the holder knows by its own clock, not by an answer.
        @Test func aHolderThatHearsNothingKnowsThatItsLeaseMayBeGone() async throws {
            try await EtcdCluster.with { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let lease = try await client.grantLease(timeToLive: .seconds(1))
                    cluster.first.pause()
                    defer { cluster.first.resume() }
                    let last = lease.validUntil
                    #expect(try await etcdError { try await lease.run() }?.code == .leaseLost)
                    #expect(ContinuousClock.now >= last)
                    #expect(!lease.isHeld)
                    cluster.first.resume()
                    // However etcd sees it, for the holder it stays lost.
                    #expect(try await etcdError { try await lease.run() }?.code == .leaseLost)
                }
            }
        }

        @Test func aGrantWhoseAnswerWasLostIsAskedForAgain() async throws {
            try await EtcdCluster.with { cluster in
                try await FaultProxy.with(to: cluster.first.setup.clientPort) { proxy in
                    proxy.fault = .answersVanish
                    let endpoints = [proxy.endpoint, cluster.first.endpoint]
                    try await TestClient.with(endpoints, { $0.requestTimeout = .milliseconds(300) }) { client in
                        let lease = try await client.grantLease(timeToLive: .seconds(30))
                        try await client.put("k", [1], lease: lease.id)
                        #expect(lease.isHeld)
                    }
                }
            }
        }

        @Test func aLeaseIsKeptAliveByAnotherMember() async throws {
            try await EtcdCluster.with(members: 3) { cluster in
                try await TestClient.with(cluster.endpoints) { client in
                    let lease = try await client.grantLease(timeToLive: .seconds(3))
                    let granted = lease.validUntil
                    try await cluster.first.kill()
                    try await beside {
                        try await lease.run()
                    } _: {
                        try await wait(for: "a keep-alive by another member") { lease.validUntil > granted }
                        #expect(lease.isHeld)
                    }
                }
            }
        }

        @Test func aTimeToLiveThatEtcdCannotCountIsRefused() async throws {
            try await TestClient.with(["http://127.0.0.1:1"]) { client in
                for duration in [Duration.zero, .milliseconds(1500), .seconds(3601)] {
                    let error = try await etcdError { try await client.grantLease(timeToLive: duration) }
                    #expect(error?.code == .invalidConfiguration)
                }
            }
        }
    }
}

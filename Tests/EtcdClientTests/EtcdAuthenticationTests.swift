import EtcdHarness
import ServerHarness
import Synchronization
import Testing

@testable import EtcdClient

extension RealEtcd {
    /// User and password against a real etcd.
    struct EtcdAuthenticationTests {
        /// Makes the users and switches authentication on, as an administrator does.
        private static func protect(_ endpoint: String) async throws {
            func call(_ path: String, _ json: String) async throws {
                let answer = try await Curl.request("POST", "\(endpoint)/v3/auth/\(path)", json: json)
                guard answer.status == 200 else { throw HarnessError("\(path): \(answer.body)") }
            }
            try await call("user/add", #"{"name":"root","password":"secret"}"#)
            try await call("role/add", #"{"name":"root"}"#)
            try await call("user/grant", #"{"user":"root","role":"root"}"#)
            try await call("user/add", #"{"name":"millrace","password":"grind"}"#)
            try await call("role/add", #"{"name":"millrace"}"#)
            // `mine/` up to and without `mine0`, in base64.
            try await call(
                "role/grant",
                #"{"name":"millrace","perm":{"permType":"READWRITE","key":"bWluZS8=","range_end":"bWluZTA="}}"#)
            try await call("user/grant", #"{"user":"millrace","role":"millrace"}"#)
            try await call("enable", "{}")
        }

        private static func asMillrace(_ configuration: inout EtcdConfiguration) {
            configuration.credentials = .init(user: "millrace", password: "grind")
            configuration.keyPrefix = "mine/"
        }

        @Test func whoIsLetInDoesWhatItMay() async throws {
            try await EtcdCluster.with { cluster in
                // Credentials that nobody asks for yet are no mistake.
                try await TestClient.with(cluster.endpoints, Self.asMillrace) { client in
                    try await client.put("k", [1])
                    try await Self.protect(cluster.first.endpoint)
                    #expect(try await client.read("k").keyValue?.value == [1])
                    try await client.put("k", [2])
                    let lease = try await client.grantLease(timeToLive: .seconds(30))
                    try await client.put("leased", [1], lease: lease.id)
                    try await lease.revoke()
                    #expect(try await client.read("leased").keyValue == nil)
                }
                try await TestClient.with(
                    cluster.endpoints, { $0.credentials = .init(user: "millrace", password: "grind") }
                ) {
                    client in
                    let read = try await etcdError { try await client.read("yours/k") }
                    #expect(read?.code == .permissionDenied)
                    let written = try await etcdError { try await client.put("yours/k", [1]) }
                    #expect(written?.code == .permissionDenied)
                    let watched = try await etcdError {
                        try await EtcdWatchTests.events(
                            client.watch(.key("yours/k"), from: EtcdRevision(rawValue: 1)), 1)
                    }
                    #expect(watched?.code == .permissionDenied)
                }
            }
        }

        @Test func whoIsNotKnownStaysOut() async throws {
            try await EtcdCluster.with { cluster in
                try await Self.protect(cluster.first.endpoint)
                for credentials in [nil, EtcdConfiguration.Credentials(user: "millrace", password: "wrong")] {
                    try await TestClient.with(cluster.endpoints, { $0.credentials = credentials }) { client in
                        let written = try await etcdError { try await client.put("mine/k", [1]) }
                        #expect(written?.code == .unauthenticated)
                        let watched = try await etcdError {
                            try await EtcdWatchTests.events(
                                client.watch(.key("mine/k"), from: EtcdRevision(rawValue: 1)), 1)
                        }
                        #expect(watched?.code == .unauthenticated)
                    }
                }
            }
        }

        /// A token that etcd does not know is what one is that has run out, after five minutes without use.
        @Test func aTokenThatEtcdDoesNotKnowIsRenewed() async throws {
            try await EtcdCluster.with { cluster in
                try await Self.protect(cluster.first.endpoint)
                try await TestClient.with(cluster.endpoints, Self.asMillrace) { client in
                    let first = try await client.put("k", [1])
                    let mirror = EtcdMirror(client, prefix: "")
                    try await beside {
                        try await mirror.run()
                    } _: {
                        _ = try await mirror.revision(atLeast: first)
                        // Twice, with nothing to tell in between: the mirror's watch has to renew it each time.
                        for round in 0..<2 {
                            try await cluster.first.kill()
                            client.state.withLock { $0.token = "nobody.\(round)" }
                            try await cluster.first.start()
                            try await wait(for: "another token") {
                                let token = client.state.withLock { $0.token }
                                return token != nil && token?.hasPrefix("nobody") == false
                            }
                        }
                        // A write was refused with the old token, and so can go out again.
                        client.state.withLock { $0.token = "nobody.1" }
                        let second = try await client.put("k", [2])
                        #expect(try await mirror.revision(atLeast: second)["k"]?.value == [2])
                        #expect(try await client.read("k").keyValue?.version == 2)
                    }
                }
            }
        }
    }
}

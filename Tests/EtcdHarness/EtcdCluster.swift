package import EtcdClient
import Logging
import NIOPosix
package import ServerHarness
import Synchronization

/// Real etcds that form one cluster for the length of a test.
package struct EtcdCluster: Sendable {
    /// In the order of their ports.
    package let members: [EtcdMember]

    /// The first member, which is the only one unless more are asked for.
    package var first: EtcdMember { members[0] }

    /// What clients connect to.
    package var endpoints: [String] { members.map(\.endpoint) }

    /// Runs `body` with a cluster that serves, and ends all processes afterwards, however that went.
    ///
    /// - Parameters:
    ///   - count: How many members it has.
    ///   - options: What all of them are told besides.
    ///   - tls: The certificates, for encrypted connections of clients.
    ///   - certificate: Which of them is the servers'. With another than the right one nobody waits until they serve.
    ///   - body: The test.
    package static func with<Result: Sendable>(
        members count: Int = 1, options: [String] = [], tls: CertificateFiles? = nil, certificate: String = "server",
        _ body: (EtcdCluster) async throws -> Result
    ) async throws -> Result {
        let ports = try Self.takePorts(2 * count)
        let names = (0..<count).map { "member\($0)" }
        let addresses = zip(names, ports[count...]).map { "\($0)=http://127.0.0.1:\($1)" }
        let token = "\(ports[0])"
        let members = try (0..<count).map { place in
            try EtcdMember(
                EtcdMember.Setup(
                    name: names[place], clientPort: ports[place], peerPort: ports[count + place],
                    cluster: addresses.joined(separator: ","), token: token,
                    // Alone, a member misses nobody; several may get no turn for a while.
                    heartbeat: count == 1 ? 10 : 40, options: options + (tls?.serverOptions(certificate) ?? []),
                    usesTLS: tls != nil))
        }
        let cluster = EtcdCluster(members: members)
        do {
            for member in members { try await member.start() }
            if certificate == "server" { try await cluster.waitUntilServing(tls: tls) }
            let result = try await body(cluster)
            try await cluster.end()
            return result
        } catch {
            try? await cluster.end()
            for member in members { print("last words of \(member.setup.name):\n\(member.log().suffix(2000))") }
            throw error
        }
    }

    /// Ports that no test of this process was given before: tests that run side by side find the same ones free.
    private static func takePorts(_ count: Int) throws -> [UInt16] {
        try taken.withLock { taken in
            for _ in 0..<1000 {
                let ports = try FreePort.find(count)
                guard taken.isDisjoint(with: ports) else { continue }
                taken.formUnion(ports)
                return ports
            }
            throw HarnessError("all free ports are taken")
        }
    }

    private static let taken = Mutex<Set<UInt16>>([])

    private func end() async throws {
        for member in members { try await member.kill() }
    }

    /// Waits until every member answers a question that needs a leader.
    package func waitUntilServing(tls: CertificateFiles? = nil) async throws {
        for member in members {
            let adjust = { (configuration: inout EtcdConfiguration) in
                configuration.tls = tls?.client ?? .init()
                configuration.attempts = 100
                configuration.longestPause = .milliseconds(16)
            }
            try await TestClient.with([member.endpoint], adjust) { client in
                try await wait(for: "etcd to serve") {
                    if member.hasGivenUp { throw HarnessError("\(member.setup.name) ended instead of serving") }
                    do {
                        return try await client.status().leaderID != 0
                    } catch let error as EtcdError where error.code == .unavailable {
                        return false
                    }
                }
            }
        }
    }
}

/// Clients for tests: quick to give up.
package enum TestClient {
    /// Runs `body` with a client of the endpoints.
    package static func with<Result: Sendable>(
        _ endpoints: [String], _ adjust: (inout EtcdConfiguration) throws -> Void = { _ in },
        _ body: (EtcdClient) async throws -> Result
    ) async throws -> Result {
        var configuration = try EtcdConfiguration(endpoints: endpoints)
        configuration.requestTimeout = .seconds(3)
        configuration.connectTimeout = .seconds(2)
        configuration.longestPause = .milliseconds(200)
        try adjust(&configuration)
        return try await EtcdClient.with(
            configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "etcd-tests"),
            body)
    }
}

extension TestClient {
    /// Writes one key straight to the first member, with all the time it takes.
    @discardableResult
    package static func put(_ key: EtcdKey, _ value: [UInt8], _ cluster: EtcdCluster) async throws -> EtcdRevision {
        try await with([cluster.first.endpoint]) { try await $0.put(key, value) }
    }
}

/// The error that `body` throws, when it is one of ours.
package func etcdError<Result>(_ body: () async throws -> Result) async throws -> EtcdError? {
    do {
        _ = try await body()
        return nil
    } catch let error as EtcdError {
        return error
    }
}

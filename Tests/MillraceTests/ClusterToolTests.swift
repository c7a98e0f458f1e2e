import ArgumentParser
import Foundation
import KafkaClient
import Logging
import RecordFormat
import ServerHarness
import Testing

@testable import millrace

@Suite(.timeLimit(.minutes(1))) struct ClusterToolTests {
    // MARK: What is shown

    private static let report = ClusterReport(
        cluster: ClusterDescription(
            clusterID: "c", controllerID: 2,
            brokers: [
                BrokerEndpoint(nodeID: 1, host: "127.0.0.1", port: 9092, rack: "a"),
                BrokerEndpoint(nodeID: 2, host: "::1", port: 9093),
            ], fencedBrokers: [BrokerEndpoint(nodeID: 3, host: "127.0.0.1", port: 9094)]),
        partitions: [
            .init(
                topic: "a",
                state: PartitionDescription(
                    partition: 0, leader: 1, leaderEpoch: LeaderEpoch(4), replicas: [1, 2, 3],
                    inSyncReplicas: [1, 2, 3],
                    eligibleLeaderReplicas: [])),
            .init(
                topic: "a",
                state: PartitionDescription(
                    partition: 1, leader: 2, replicas: [1, 2, 3], inSyncReplicas: [2, 1], offlineReplicas: [3]),
                minimumInSync: 2),
            .init(
                topic: "b",
                state: PartitionDescription(
                    partition: 0, leader: 2, replicas: [2, 3], inSyncReplicas: [2], offlineReplicas: [3],
                    eligibleLeaderReplicas: [3]), minimumInSync: 2),
            .init(
                topic: "b",
                state: PartitionDescription(
                    partition: 1, leader: nil, replicas: [3], inSyncReplicas: [], offlineReplicas: [3]),
                minimumInSync: 1),
        ])

    @Test func whatIsAmissIsCounted() {
        #expect(Self.report.counts.map(\.count) == [2, 4, 1, 3, 2, 3])
    }

    @Test func brokersAndPartitionsAreTold() throws {
        #expect(
            try JSONText.line(Self.report.brokerTable.json)
                == #"[{"broker":1,"controller":false,"fenced":false,"listener":"127.0.0.1:9092","rack":"a"},"#
                + #"{"broker":2,"controller":true,"fenced":false,"listener":"[::1]:9093","rack":null},"#
                + #"{"broker":3,"controller":false,"fenced":true,"listener":"127.0.0.1:9094","rack":null}]"#)
        let all = try JSONText.line(Self.report.json(underReplicatedOnly: false))
        #expect(
            all.contains(
                #"{"eligible":null,"epoch":4,"in-sync":"1,2,3","lacks":null,"leader":1,"offline":null,"partition":0,"replicas":"1,2,3","topic":"a"}"#
            ))
        #expect(
            all.contains(
                #"{"eligible":"3","epoch":null,"in-sync":"2","lacks":"minimum","leader":2,"offline":"3","partition":0,"replicas":"2,3","topic":"b"}"#
            ))
        let lacking = try JSONText.line(Self.report.partitionTable(underReplicatedOnly: true).json)
        #expect(lacking.matches(of: /"lacks":"(\w+)"/).map { String($0.1) } == ["replicas", "minimum", "leader"])
    }

    // MARK: What is taken

    @Test(arguments: [
        ["--replicas", "1"], ["--topic", "t"], ["--topic", "t", "--replicas", "1,x"],
        ["--topic", "t", "--replicas", "1,1"], ["--partition", "0", "--list"], ["--list", "--cancel"],
        ["--topic", "t", "--replicas", "1", "--list"], ["--plan", "p", "--topic", "t"], ["--list", "--throttle", "1"],
        ["--plan", "p", "--throttle", "0"], [],
    ])
    func reassigningWhatCannotBeMeantIsRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try Reassign.parse(arguments) }
    }

    @Test(arguments: [
        ["preferred", "--partition", "0"], ["unclean"], ["any", "--topic", "t"],
    ])
    func electingWhatCannotBeMeantIsRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try Cluster.Elect.parse(arguments) }
    }

    // MARK: Against a server

    @Test func oneNodeIsItsOwnCluster() async throws {
        let directory = try TemporaryDirectory()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = try await Server.start(
            try ServerSettings(
                file: nil, environment: [:],
                overrides: [
                    "listeners=PLAINTEXT://127.0.0.1:0", "connect.listeners=http://127.0.0.1:0",
                    "schema.registry.listeners=http://127.0.0.1:0", "rest.listeners=http://127.0.0.1:0",
                ],
                dataDirectory: directory.path("data")), logger: logger)
        do {
            try await useTools(["--bootstrap-server", try #require(server.addresses["kafka"]), "--json"], directory)
        } catch {
            try? await server.shutdown()
            throw error
        }
        try await server.shutdown()
    }

    private func useTools(_ connection: [String], _ directory: TemporaryDirectory) async throws {
        func run(_ arguments: String...) async throws { try await Tool.run(arguments + connection) }
        try await run("topics", "create", "t", "--partitions", "3")
        try await run("cluster")
        try await run("cluster", "--topic", "t", "--under-replicated")
        try await run("cluster", "elect", "preferred")
        try await run("cluster", "elect", "preferred", "--topic", "t", "--partition", "1")
        try await run("cluster", "elect", "unclean", "--topic", "t")
        try await run("reassign", "--list")
        try await run("reassign", "--cancel")
        try await run("reassign", "--topic", "t", "--replicas", "1", "--wait", "--throttle", "1000000")
        try await run("reassign", "--wait")
        let plan = directory.path("plan.json")
        try #"{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1]}]}"#
            .write(toFile: plan, atomically: true, encoding: .utf8)
        try await run("reassign", "--plan", plan)
        try await run("reassign", "--plan", plan, "--list")
        // Those that cannot be done say so by their status.
        await #expect(throws: ExitCode.self) { try await run("reassign", "--topic", "t", "--replicas", "1,2") }
        await #expect(throws: ExitCode.self) {
            try await run("cluster", "elect", "preferred", "--topic", "t", "--partition", "7")
        }
        await #expect(throws: KafkaClientError.self) { try await run("cluster", "--topic", "none") }
        await #expect(throws: ValidationError.self) { try await run("reassign", "--plan", plan + ".none") }
    }
}

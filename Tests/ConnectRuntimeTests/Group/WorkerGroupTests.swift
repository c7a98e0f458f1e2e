import Broker
import ConnectAPI
import KafkaClient
import Logging
import ServerHarness
import Testing

@testable import ConnectRuntime

@Suite(.timeLimit(.minutes(2))) struct WorkerGroupTests {
    private static func connector(_ name: String, tasks: Int) -> [String: String] {
        ["name": name, "connector.class": "test.ManyTasks", "tasks.max": "\(tasks)"]
    }

    private func withFleet(_ body: (WorkerFleet) async throws -> Void) async throws {
        try await LiveClient.with { client in
            let fleet = WorkerFleet(client: client)
            do {
                try await body(fleet)
            } catch {
                try? await fleet.stopAll()
                throw error
            }
            try await fleet.stopAll()
            #expect(fleet.runs.count == 0)
            #expect(fleet.runs.overlaps == [])
        }
    }

    @Test func oneWorkerHasEverything() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start("a")
            _ = try await worker.herder.createConnector("c", Self.connector("c", tasks: 3))
            try await wait(for: "three tasks") { fleet.runs.loads == ["a": 3] }
            try await worker.herder.deleteConnector("c")
            try await wait(for: "the end of them") { fleet.runs.count == 0 }
        }
    }

    @Test func workMovesToANewWorkerAndBackWithoutRunningTwice() async throws {
        try await withFleet { fleet in
            let first = try await fleet.start("a")
            _ = try await first.herder.createConnector("c", Self.connector("c", tasks: 6))
            try await wait(for: "six tasks") { fleet.runs.loads == ["a": 6] }
            let second = try await fleet.start("b")
            try await wait(for: "an even share") { fleet.runs.loads == ["a": 3, "b": 3] }
            let third = try await fleet.start("c")
            try await wait(for: "thirds") { fleet.runs.loads == ["a": 2, "b": 2, "c": 2] }
            try await second.stop()
            try await wait(for: "halves") { fleet.runs.loads == ["a": 3, "c": 3] }
            // The leader goes too; another one takes over.
            try await first.stop()
            try await wait(for: "all on one") { fleet.runs.loads == ["c": 6] }
            let status = try await third.herder.status(of: "c")
            #expect(status.tasks.count == 6)
        }
    }

    /// Also for a worker that has nobody left to share with.
    @Test func whatAWorkerThatWentAwayRanWaitsForIt() async throws {
        try await withFleet { fleet in
            let delay = ["scheduled.rebalance.max.delay.ms": "60000"]
            let first = try await fleet.start("a", delay)
            _ = try await first.herder.createConnector("c", Self.connector("c", tasks: 4))
            let second = try await fleet.start("b", delay)
            try await wait(for: "halves") { fleet.runs.loads == ["a": 2, "b": 2] }
            try await second.stop()
            try await wait(for: "what is held back to be told") {
                let tasks = try await first.herder.status(of: "c").tasks
                return tasks.filter { $0.status.state == .unassigned }.count == 2
                    && tasks.filter { $0.status.state == .running }.count == 2
            }
            #expect(fleet.runs.loads["a"] == 2)
            // What is new does not wait.
            _ = try await first.herder.createConnector("d", Self.connector("d", tasks: 1))
            try await wait(for: "the new one") { fleet.runs.loads["a"] == 3 }
            #expect(fleet.runs.place(of: "d-0") == "a")
        }
    }

    @Test func aWorkerWhoseNameWasTakenLetsGoOfItsWork() async throws {
        try await LiveClient.with { client in
            let fleet = WorkerFleet(client: client)
            let first = try await fleet.start("a", ["group.instance.id": "same"])
            _ = try await first.herder.createConnector("c", Self.connector("c", tasks: 2))
            try await wait(for: "two tasks") { fleet.runs.loads == ["a": 2] }
            _ = try await fleet.start("b", ["group.instance.id": "same"])
            try await wait(for: "the end of the first one's") { fleet.runs.loads["a", default: 0] == 0 }
            guard case .unhealthy(let reason) = first.herder.health else {
                Issue.record("\(first.herder.health)")
                return try await fleet.stopAll()
            }
            #expect(reason.contains("same"))
            try await wait(for: "the second one's") { fleet.runs.loads == ["b": 2] }
            try await fleet.stopAll()
        }
    }

    @Test func eachWorkerTellsOfTheRebalancesThatItTookPartIn() async throws {
        func values(_ worker: WorkerFleet.Worker) -> [String: MetricSeries.Value] {
            let entries = worker.herder.metrics().filter { $0.group == .workerRebalance }.flatMap(\.entries)
            return Dictionary(entries.map { ($0.name, $0.value) }) { first, _ in first }
        }
        func completed(_ worker: WorkerFleet.Worker) -> Int64 {
            guard case .total(let count)? = values(worker)["completed-rebalances-total"] else { return -1 }
            return count
        }
        func generation(_ worker: WorkerFleet.Worker) async -> MetricSeries.Value {
            .gauge(Double(await worker.herder.standing.completedGeneration))
        }
        try await withFleet { fleet in
            let first = try await fleet.start("a")
            let alone = completed(first)
            #expect(alone >= 1)
            let second = try await fleet.start("b")
            try await wait(for: "both in one generation") {
                let (mine, theirs) = (await generation(first), await generation(second))
                return mine == theirs && values(first)["epoch"] == mine && values(second)["epoch"] == mine
                    && values(first)["rebalancing"] == .gauge(0) && completed(first) > alone
            }
            for worker in [first, second] {
                #expect(values(worker)["leader-name"] == .text(first.url))
                #expect(values(worker)["connect-protocol"] == .text("SESSIONED"))
                #expect(values(worker)["time-since-last-rebalance-ms"] != .gauge(.infinity))
                #expect(values(worker).count == 8)
            }
            #expect(completed(second) >= 1)
            let together = completed(second)
            try await first.stop()
            try await wait(for: "the new leader") { completed(second) > together }
            #expect(values(second)["leader-name"] == .text(second.url))
            #expect(values(second)["epoch"] != values(first)["epoch"])
        }
    }

    @Test func whatOnlyTheLeaderWritesGoesToIt() async throws {
        try await withFleet { fleet in
            let leader = try await fleet.start("a")
            let follower = try await fleet.start("b")
            let error = await #expect(throws: RequestRefusal.self) {
                _ = try await follower.herder.createConnector("c", Self.connector("c", tasks: 4))
            }
            #expect(error == .elsewhere(url: leader.url))
            #expect(try await follower.herder.connectors() == [])
            // Two connectors, so that one of them is the follower's: its tasks reach the config topic through the leader.
            for name in ["c", "d"] {
                _ = try await fleet.directed(from: follower) {
                    try await $0.createConnector(name, Self.connector(name, tasks: 4))
                }
            }
            try await wait(for: "eight tasks on two workers") { fleet.runs.loads == ["a": 4, "b": 4] }
            try await wait(for: "both to know them") {
                let (mine, theirs) = (
                    try await follower.herder.tasks(of: "d").count, try await leader.herder.tasks(of: "c").count
                )
                return mine == 4 && theirs == 4
            }
            #expect(leader.herder.configs.snapshot.sessionKey != nil)
        }
    }

    @Test func aTaskIsRestartedWhereItRuns() async throws {
        try await withFleet { fleet in
            let workers = [try await fleet.start("a"), try await fleet.start("b"), try await fleet.start("c")]
            _ = try await fleet.directed(from: workers[1]) {
                try await $0.createConnector("c", Self.connector("c", tasks: 3))
            }
            try await wait(for: "a task each") { fleet.runs.loads == ["a": 1, "b": 1, "c": 1] }
            for task in 0..<3 {
                let before = fleet.runs.starts(of: "c-\(task)")
                try await fleet.directed(from: workers[2]) {
                    try await $0.restartTask(ConnectorTaskID(connector: "c", task: task))
                }
                try await wait(for: "the restart of task \(task)") { fleet.runs.starts(of: "c-\(task)") == before + 1 }
            }
            // With its tasks a connector is restarted through the config topic, by each worker for its part.
            _ = try await workers[2].herder.restart(
                RestartRequest(connector: "c", onlyFailed: false, includesTasks: true))
            try await wait(for: "all to restart") { (0..<3).allSatisfy { fleet.runs.starts(of: "c-\($0)") == 3 } }
        }
    }

    @Test func anyWorkerMayPauseAndOnlyTheLeaderStop() async throws {
        try await withFleet { fleet in
            let leader = try await fleet.start("a")
            let follower = try await fleet.start("b")
            _ = try await leader.herder.createConnector("c", Self.connector("c", tasks: 2))
            try await wait(for: "two tasks") { fleet.runs.count == 2 }
            try await follower.herder.setTargetState(of: "c", .paused)
            try await wait(for: "the pause") {
                try await leader.herder.status(of: "c").tasks.allSatisfy { $0.status.state == .paused }
            }
            let error = await #expect(throws: RequestRefusal.self) {
                try await follower.herder.setTargetState(of: "c", .stopped)
            }
            #expect(error == .elsewhere(url: leader.url))
            try await leader.herder.setTargetState(of: "c", .stopped)
            try await wait(for: "the stop") { fleet.runs.count == 0 }
            _ = try await leader.herder.resetOffsets(of: "c")
        }
    }

    @Test func anEagerWorkerMakesTheGroupEager() async throws {
        try await withFleet { fleet in
            let first = try await fleet.start("a", ["connect.protocol": "eager"])
            _ = try await first.herder.createConnector("c", Self.connector("c", tasks: 4))
            try await wait(for: "four tasks") { fleet.runs.loads == ["a": 4] }
            let second = try await fleet.start("b")
            try await wait(for: "halves") { fleet.runs.loads == ["a": 2, "b": 2] }
            #expect(await second.herder.standing.place?.agreed == .eager)
            try await first.stop()
            try await wait(for: "the rest, and the better protocol") {
                let agreed = await second.herder.standing.place?.agreed
                return fleet.runs.loads == ["b": 4] && agreed == .sessioned
            }
        }
    }

    @Test func aWorkerUnderAnOldNameTakesItsPlaceAtOnce() async throws {
        try await LiveClient.with { client in
            let fleet = WorkerFleet(client: client)
            let first = try await fleet.start("a", ["group.instance.id": "node-1"])
            _ = try await first.herder.createConnector("c", Self.connector("c", tasks: 2))
            try await wait(for: "two tasks") { fleet.runs.count == 2 }
            // The one that is still there stands for a process that was killed: nobody took leave.
            let start = ContinuousClock.now
            let second = try await fleet.start("a2", ["group.instance.id": "node-1"])
            try await wait(for: "the tasks of the second") { fleet.runs.loads["a2"] == 2 }
            print("a worker under an old name took its place after \(ContinuousClock.now - start)")
            #expect(await second.herder.standing.place?.isLeader == true)
            try await fleet.stopAll()
        }
    }

    @Test func aWorkerWithoutItsCoordinatorLetsGoOfItsWork() async throws {
        let directory = try TemporaryDirectory()
        let port = try FreePort.find(1)[0]
        func startBroker() async throws -> Broker {
            var logger = Logger(label: "broker")
            logger.logLevel = .critical
            return try await Broker.start(
                configuration: try BrokerConfiguration([
                    "log.dirs": directory.path("data"), "listeners": "PLAINTEXT://127.0.0.1:\(port)",
                    "group.min.session.timeout.ms": "1",
                ]), logger: logger)
        }
        let broker = try await startBroker()
        let client = try KafkaClient(bootstrapServers: ["127.0.0.1:\(port)"])
        let fleet = WorkerFleet(client: client)
        let worker = try await fleet.start("a", ["session.timeout.ms": "1000", "rebalance.timeout.ms": "1000"])
        _ = try await worker.herder.createConnector("c", Self.connector("c", tasks: 2))
        // Whoever has yet to say that it runs would wait with that for the broker.
        try await wait(for: "two tasks") {
            let tasks = try await worker.herder.status(of: "c").tasks
            return tasks.count == 2 && tasks.allSatisfy { $0.status.state == .running }
        }
        try await broker.shutdown()
        try await wait(for: "the end of its tasks") { fleet.runs.count == 0 }
        let second = try await startBroker()
        try await wait(for: "the tasks again") { fleet.runs.count == 2 }
        try await fleet.stopAll()
        await client.close()
        try await second.shutdown()
    }
}

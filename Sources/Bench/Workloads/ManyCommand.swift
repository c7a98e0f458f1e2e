import ArgumentParser
import Broker
import KafkaClient
import KafkaProtocol
import RecordFormat

/// Measures what a server of many partitions, connections and groups costs and how long they take to make.
struct ManyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "many",
        abstract: "Many partitions, connections and groups.",
        discussion: """
            A topic with many partitions is created and deleted, many connections are opened and stay open, and many groups of one member each join \
            and commit. The null server makes partitions and connections too; it knows no groups.
            """)
    @OptionGroup var report: ReportOptions
    @OptionGroup var plot: PlotOptions
    @OptionGroup var target: TargetOptions
    @Option(help: "Partitions of the topic.") var partitions: Int32 = 1000
    @Option(help: "Connections that are open together.") var connections = 500
    @Option(help: "Groups, of one member each.") var groups = 100
    @Option(help: "Commits of each group, one after the other.") var commits = 50

    func validate() throws {
        guard partitions > 0, connections > 0, groups > 0, commits > 0 else {
            throw ValidationError("partitions, connections, groups and commits must be positive")
        }
    }

    func run() async throws {
        // Each connection is a file here, and those of groups are three for each.
        OpenFiles.raiseLimit()
        let report = try await target.withServers(beside: .pageCache) { server, null in
            var report = Report(
                "many",
                [
                    "partitions": "\(partitions)", "connections": "\(connections)", "groups": "\(groups)",
                    "commits": "\(commits)", "server": server.name,
                ])
            let floor = "the null server"
            let (ours, nulls) = (try await makeTopic(server), try await makeTopic(null))
            report.add("a topic created", ours.creation, "ms", limit: (floor, nulls.creation))
            report.add("a topic deleted", ours.deletion, "ms", limit: (floor, nulls.deletion))
            let (open, nullsOpen) = (try openConnections(server), try openConnections(null))
            report.add(
                "connections", Double(connections) / open.calls.seconds, "connections/s",
                limit: (floor, Double(connections) / nullsOpen.calls.seconds))
            if let memory = open.memory { report.add("memory of a connection", memory / 1024, "KiB") }
            let load = GroupLoad(groups: groups, commits: commits)
            let group = try await load.measure(server)
            report.add("groups joined", group.joins, "groups/s")
            report.add("commits", group.commits, "commits/s")
            if let memory = group.memory { report.add("memory of a group and its member", memory / 1024, "KiB") }
            report.percentiles.add("\(target.serverName), a connection", open.calls.latencies)
            report.percentiles.add("\(floor), a connection", nullsOpen.calls.latencies)
            report.percentiles.add("\(target.serverName), a group joined", group.joinLatencies)
            report.percentiles.add("\(target.serverName), a commit", group.commitLatencies)
            return report
        }
        try report.print(asJSON: self.report.json)
        try plot.draw(report)
    }

    /// Milliseconds from a request until its answer.
    private func makeTopic(_ server: BenchServer) async throws -> (creation: Double, deletion: Double) {
        let client = try server.makeClient()
        let began = MonotonicClock.nanoseconds
        let topic = try await BenchTopic.create(partitions: partitions, durable: false, with: client)
        let created = MonotonicClock.nanoseconds
        try await topic.delete(with: client)
        let deleted = MonotonicClock.nanoseconds
        await client.close()
        return (Double(created - began) / 1e6, Double(deleted - created) / 1e6)
    }

    /// Opens all connections, one after the other, and has each answered once.
    ///
    /// - Returns: What they took, and the bytes that each takes in the server.
    private func openConnections(_ server: BenchServer) throws -> (calls: TimedCalls, memory: Double?) {
        let before = server.memory
        var open: [RawConnection] = []
        let calls = try TimedCalls(connections, isEachTimed: true) { _ in
            open.append(try RawConnection(server.bootstrapServer))
        }
        let memory = server.memory.flatMap { now in before.map { Double(now - $0) / Double(connections) } }
        return withExtendedLifetime(open) { (calls, memory) }
    }
}

/// Groups that join and commit side by side.
struct GroupLoad {
    let groups: Int
    let commits: Int

    /// How many groups were complete and how many commits were answered a second, and the bytes that each group takes in the server.
    struct Figures {
        var joins: Double
        var commits: Double
        var memory: Double?
        /// Of each group, from when it began to join until it was complete.
        var joinLatencies: LatencyRecorder
        /// Of each commit, from its request until its answer.
        var commitLatencies: LatencyRecorder
    }

    func measure(_ server: BenchServer) async throws -> Figures {
        let client = try server.makeClient()
        let topic = try await BenchTopic.create(partitions: 1, durable: false, with: client)
        let before = server.memory
        let consumers = try (0..<groups).map { number in
            try KafkaConsumer(
                client: client,
                configuration: ConsumerConfiguration(
                    groupID: "\(topic.name)-\(number)", autoOffsetReset: .earliest, isAutoCommitEnabled: false))
        }
        let began = MonotonicClock.nanoseconds
        let joins = try await side(consumers) { consumer in
            let start = MonotonicClock.nanoseconds
            try await consumer.subscribe(to: [topic.name])
            while consumer.assignment.isEmpty { _ = try await consumer.poll(timeout: .milliseconds(20)) }
            return [MonotonicClock.nanoseconds - start]
        }
        let joined = MonotonicClock.nanoseconds
        let commits = commits
        let answers = try await side(consumers) { consumer in
            let partition = TopicPartition(topic.name, 0)
            var latencies: [Int64] = []
            latencies.reserveCapacity(commits)
            for number in 0..<commits {
                let start = MonotonicClock.nanoseconds
                try await consumer.commit([partition: OffsetAndMetadata(LogOffset(Int64(number)))])
                latencies.append(MonotonicClock.nanoseconds - start)
            }
            return latencies
        }
        let committed = MonotonicClock.nanoseconds
        let memory = server.memory.flatMap { now in before.map { Double(now - $0) / Double(groups) } }
        _ = try await side(consumers) { consumer in
            await consumer.close()
            return []
        }
        try await topic.delete(with: client)
        await client.close()
        return Figures(
            joins: Double(groups) * 1e9 / Double(joined - began),
            commits: Double(groups * commits) * 1e9 / Double(committed - joined), memory: memory,
            joinLatencies: joins, commitLatencies: answers)
    }

    /// Calls `body` with all consumers at once.
    ///
    /// - Parameter body: Returns the nanoseconds of what it has timed.
    private func side(
        _ consumers: [KafkaConsumer], _ body: @escaping @Sendable (KafkaConsumer) async throws -> [Int64]
    ) async throws -> LatencyRecorder {
        try await withThrowingTaskGroup(of: [Int64].self) { group in
            for consumer in consumers { group.addTask { try await body(consumer) } }
            var recorder = LatencyRecorder()
            for try await latencies in group {
                for latency in latencies { recorder.record(nanoseconds: latency) }
            }
            return recorder
        }
    }
}

import ArgumentParser
import KafkaClient
import KafkaProtocol
import RecordFormat

/// Shows a cluster, and has its partitions choose their leaders anew.
struct Cluster: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Show brokers, leaders and replicas, elect leaders, and remove brokers.",
        subcommands: [Show.self, Elect.self, Unregister.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show brokers and partitions, with leaders and replicas.",
            discussion: """
                A partition lacks its leader, replicas in sync up to min.insync.replicas (acks=all is refused then), or merely replicas in sync. \
                Eligible are those that may lead although they are not in sync.
                """)
        @OptionGroup var options: ToolOptions
        @Option(name: .customLong("topic"), help: "Only this topic; may be given several times.")
        var topics: [String] = []
        @Flag(help: "Only partitions whose replicas are not all in sync.") var underReplicated = false

        func run() async throws {
            try await options.withClient { client in
                let report = try await ClusterReport.gather(KafkaAdmin(client: client), topics: topics)
                if options.json {
                    return print(try JSONText.line(report.json(underReplicatedOnly: underReplicated)))
                }
                print("cluster \(report.cluster.clusterID ?? "-"): \(report.cluster.brokers.count) broker(s)\n")
                try report.brokerTable.print(asJSON: false)
                print("\n" + report.counts.map { "\($0.name): \($0.count)" }.joined(separator: ", ") + "\n")
                try report.partitionTable(underReplicatedOnly: underReplicated).print(asJSON: false)
            }
        }
    }

    struct Unregister: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unregister",
            abstract: "Take a broker that is gone for good out of the cluster.",
            discussion: """
                Have others take over its copies first (millrace reassign), then stop it. A broker that is started again with the same number \
                belongs to the cluster again.
                """)

        @OptionGroup var options: ToolOptions
        @Argument(help: "The broker's number.") var id: Int32

        func run() async throws {
            try await options.withClient { client in
                let admin = KafkaAdmin(client: client)
                try await admin.unregisterBroker(id)
                let left = try await admin.describePartitions().flatMap(\.partitions).count { $0.replicas.contains(id) }
                if options.json {
                    let outcome = JSONText.object(["broker": .integer(Int64(id)), "replicas": .integer(Int64(left))])
                    print(try JSONText.line(outcome))
                } else {
                    print("Broker \(id) is no longer registered.")
                    if left > 0 { print("\(left) partition(s) still name it as a replica: see millrace reassign.") }
                }
            }
        }
    }

    struct Elect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "elect",
            abstract: "Have partitions choose their leaders anew.",
            discussion: """
                preferred: the first of the replicas leads, if it is in sync. unclean: where nobody leads, any replica that is there does; \
                what it has not is lost.
                """)

        /// Who is to lead.
        enum Kind: String, ExpressibleByArgument, CaseIterable {
            case preferred, unclean
        }

        @OptionGroup var options: ToolOptions
        @Argument(help: "Who is to lead.") var kind: Kind
        @Option(help: "The topic; all of them if not given.") var topic: String?
        @Option(name: .customLong("partition"), help: "A partition of the topic; may be given several times.")
        var partitions: [Int32] = []

        func validate() throws {
            guard partitions.isEmpty || topic != nil else { throw ValidationError("--partition needs a --topic") }
            guard kind == .preferred || topic != nil else {
                throw ValidationError("an unclean election loses records: name the --topic")
            }
        }

        func run() async throws {
            let hasFailed = try await options.withClient { client in
                let admin = KafkaAdmin(client: client)
                var asked: [TopicPartition]?
                if let topic {
                    let numbers =
                        partitions.isEmpty
                        ? try await admin.describeTopic(topic).partitions.map(\.partition) : partitions
                    asked = numbers.map { TopicPartition(topic, $0) }
                }
                let results = try await admin.electLeaders(kind == .preferred ? .preferred : .unclean, of: asked)
                let outcomes = results.sorted { $0.key < $1.key }.map { ($0.key, Outcome($0.value)) }
                var table = Table("topic", "partition", "result")
                for (partition, outcome) in outcomes {
                    table.add(
                        .text(partition.topic), .number(Int64(partition.partition)), .text(outcome.description))
                }
                try table.print(asJSON: options.json)
                return outcomes.contains { $0.1.isFailure }
            }
            if hasFailed { throw ExitCode.failure }
        }

        /// What became of one partition.
        private enum Outcome: CustomStringConvertible {
            case elected
            case notNeeded
            case failed(KafkaClientError)

            init(_ result: Result<Void, KafkaClientError>) {
                switch result {
                case .success: self = .elected
                case .failure(let error): self = error.errorCode == .electionNotNeeded ? .notNeeded : .failed(error)
                }
            }

            var isFailure: Bool { if case .failed = self { true } else { false } }

            var description: String {
                switch self {
                case .elected: "elected"
                case .notNeeded: "not needed"
                case .failed(let error): error.errorCode?.name ?? error.message
                }
            }
        }
    }
}

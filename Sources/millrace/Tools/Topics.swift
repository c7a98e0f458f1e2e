import ArgumentParser
import KafkaClient
import RecordFormat

/// Lists, describes, creates and deletes topics.
struct Topics: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "List, describe, create and delete topics.",
        subcommands: [List.self, Describe.self, Create.self, Extend.self, Delete.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the topics.")
        @OptionGroup var options: ToolOptions
        @Flag(help: "Include the topics in which the cluster keeps its own state.") var `internal` = false

        func run() async throws {
            try await options.withClient { client in
                var table = Table("topic", "partitions", "id")
                for topic in try await KafkaAdmin(client: client).listTopics(includingInternal: `internal`) {
                    table.add(.text(topic.name), .number(Int64(topic.partitionCount)), .text(topic.topicID.description))
                }
                try table.print(asJSON: options.json)
            }
        }
    }

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "describe",
            abstract: "Show a topic's partitions, with leaders, replicas and offsets.")
        @OptionGroup var options: ToolOptions
        @Argument(help: "The topic.") var topic: String

        func run() async throws {
            try await options.withClient { client in
                let admin = KafkaAdmin(client: client)
                let described = try await admin.describeTopic(topic)
                let partitions = described.partitions.map { TopicPartition(topic, $0.partition) }
                let starts = try await admin.listOffsets(
                    Dictionary(uniqueKeysWithValues: partitions.map { ($0, .earliest) }))
                let ends = try await admin.listOffsets(
                    Dictionary(uniqueKeysWithValues: partitions.map { ($0, .latest) }))
                var table = Table("partition", "leader", "epoch", "replicas", "in-sync", "start", "end")
                for partition in described.partitions {
                    let name = TopicPartition(topic, partition.partition)
                    func offset(_ found: [TopicPartition: Result<OffsetAndTimestamp, KafkaClientError>]) -> Table.Cell {
                        (try? found[name]?.get()).map { .number($0.offset.rawValue) } ?? .missing
                    }
                    table.add(
                        .number(Int64(partition.partition)), partition.leader.map { .number(Int64($0)) } ?? .missing,
                        .number(Int64(partition.leaderEpoch.rawValue)), .text(partition.replicas.joined),
                        .text(partition.inSyncReplicas.joined), offset(starts), offset(ends))
                }
                try table.print(asJSON: options.json)
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "create", abstract: "Create a topic.")
        @OptionGroup var options: ToolOptions
        @Argument(help: "The topic.") var topic: String
        @Option(help: "Partitions; the broker's num.partitions if not given.") var partitions: Int32 = -1
        @Option(help: "Replicas of each partition; the broker's default.replication.factor if not given.")
        var replicationFactor: Int16 = -1
        @Option(name: .customLong("config"), help: "A topic setting, key=value; may be given several times.")
        var configs: [String] = []

        func run() async throws {
            var settings: [String: String] = [:]
            for config in configs {
                guard let equals = config.firstIndex(of: "=") else {
                    throw ValidationError("--config \(config): must be key=value")
                }
                settings[String(config[..<equals])] = String(config[config.index(after: equals)...])
            }
            try await options.withClient { [settings] client in
                let created = try await KafkaAdmin(client: client).createTopic(
                    NewTopic(topic, partitions: partitions, replicationFactor: replicationFactor, configs: settings))
                var table = Table("topic", "partitions", "id")
                table.add(
                    .text(created.name), created.partitions.map { .number(Int64($0)) } ?? .missing,
                    .text(created.topicID.description))
                try table.print(asJSON: options.json)
            }
        }
    }

    struct Extend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "extend", abstract: "Add partitions to a topic.")
        @OptionGroup var options: ToolOptions
        @Argument(help: "The topic.") var topic: String
        @Option(help: "The number of partitions to have afterwards.") var partitions: Int32

        func run() async throws {
            try await options.withClient { client in
                try await KafkaAdmin(client: client).createPartitions(of: topic, totalCount: partitions)
                var table = Table("topic", "partitions")
                table.add(.text(topic), .number(Int64(partitions)))
                try table.print(asJSON: options.json)
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete a topic and its records.")
        @OptionGroup var options: ToolOptions
        @Argument(help: "The topic.") var topic: String

        func run() async throws {
            try await options.withClient { client in
                try await KafkaAdmin(client: client).deleteTopic(topic)
                var table = Table("topic", "deleted")
                table.add(.text(topic), .flag(true))
                try table.print(asJSON: options.json)
            }
        }
    }
}

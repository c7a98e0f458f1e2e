import ArgumentParser
import KafkaClient
import RecordFormat

/// Lists, describes and deletes consumer groups.
struct Groups: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: "List, describe and delete consumer groups.", subcommands: [List.self, Describe.self, Delete.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the groups.")
        @OptionGroup var options: ToolOptions

        func run() async throws {
            try await options.withClient { client in
                var table = Table("group", "state", "type")
                for group in try await KafkaAdmin(client: client).listGroups() {
                    table.add(.text(group.groupID), .text(group.state), .text(group.protocolType))
                }
                try table.print(asJSON: options.json)
            }
        }
    }

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "describe", abstract: "Show a group's offsets, lag and members.")
        @OptionGroup var options: ToolOptions
        @Argument(help: "The group.") var group: String

        func run() async throws {
            try await options.withClient { client in
                let admin = KafkaAdmin(client: client)
                let description = try await admin.describeGroup(group)
                let committed = try await admin.listGroupOffsets(group)
                var owners: [TopicPartition: GroupMemberDescription] = [:]
                for member in description.members {
                    for partition in member.partitions { owners[partition] = member }
                }
                let partitions = Set(committed.keys).union(owners.keys).sorted()
                let ends = try await admin.listOffsets(
                    Dictionary(uniqueKeysWithValues: partitions.map { ($0, .latest) }))
                var table = Table("topic", "partition", "committed", "end", "lag", "member", "client", "host")
                for partition in partitions {
                    let end = (try? ends[partition]?.get())?.offset.rawValue
                    let offset = committed[partition]?.offset.rawValue
                    let owner = owners[partition]
                    table.add(
                        .text(partition.topic), .number(Int64(partition.partition)),
                        offset.map { .number($0) } ?? .missing,
                        end.map { .number($0) } ?? .missing, lag(offset, end),
                        owner.map { .text($0.memberID) } ?? .missing,
                        owner.map { .text($0.clientID) } ?? .missing, owner.map { .text($0.clientHost) } ?? .missing)
                }
                if !options.json { print("\(group): \(description.state), \(description.members.count) member(s)") }
                try table.print(asJSON: options.json)
            }
        }

        private func lag(_ committed: Int64?, _ end: Int64?) -> Table.Cell {
            guard let committed, let end else { return .missing }
            return .number(max(0, end - committed))
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete a group without members, and its offsets.")
        @OptionGroup var options: ToolOptions
        @Argument(help: "The group.") var group: String

        func run() async throws {
            try await options.withClient { client in
                try await KafkaAdmin(client: client).deleteGroup(group)
                var table = Table("group", "deleted")
                table.add(.text(group), .flag(true))
                try table.print(asJSON: options.json)
            }
        }
    }
}

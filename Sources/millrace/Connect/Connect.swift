import ArgumentParser
import JSON

/// Shows and changes connectors over a worker's REST API.
struct Connect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Show and change connectors of a Connect worker.",
        subcommands: [
            List.self, Status.self, Create.self, Apply.self, Diff.self, Validate.self, Restart.self, Pause.self,
            Resume.self, Stop.self, Delete.self, Logs.self, Offsets.self, Plugins.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the connectors.")
        @OptionGroup var options: ConnectOptions
        @Option(help: "Only those in this state, such as failed.") var state: String?
        @Option(help: "Only those of this type: source or sink.") var type: String?
        @Option(name: .customLong("query"), help: "Only those whose name has this text.") var text: String?

        func run() async throws {
            try await options.withAPI { api in
                var query: ConnectClient.Query = [("expand", "status"), ("expand", "info")]
                for (name, value) in [("state", state), ("type", type), ("q", text)] {
                    if let value { query.append((name, value)) }
                }
                try ConnectReport.connectors(try await api.ask(.get, "connectors", query: query))
                    .print(asJSON: options.json)
            }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Show what a connector and its tasks are doing.")
        @OptionGroup var options: ConnectOptions
        @Argument(help: "The connector.") var connector: String

        func run() async throws {
            try await options.show("status", of: connector, as: ConnectReport.status)
        }
    }

    struct Plugins: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "plugins", abstract: "List the plug-ins.")
        @OptionGroup var options: ConnectOptions
        @Flag(help: "Converters, transforms and predicates too.") var all = false

        func run() async throws {
            try await options.withAPI { api in
                let query: ConnectClient.Query = all ? [("connectorsOnly", "false")] : []
                try ConnectReport.plugins(try await api.ask(.get, "connector-plugins", query: query))
                    .print(asJSON: options.json)
            }
        }
    }

    struct Logs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "logs", abstract: "Show what a connector and its tasks have logged.")
        @OptionGroup var options: ConnectOptions
        @Argument(help: "The connector.") var connector: String
        @Option(help: "The lowest level: DEBUG, INFO, WARN or ERROR.") var level: String?
        @Option(help: "Only this task.") var task: Int?
        @Option(help: "How many lines at most.") var limit: Int?
        @Flag(help: "Go on with what comes, until interrupted.") var follow = false

        func run() async throws {
            var query: ConnectClient.Query = []
            if let level { query.append(("level", level)) }
            if let task { query.append(("task", "\(task)")) }
            if let limit { query.append(("limit", "\(limit)")) }
            let isFollowing = follow
            try await options.withAPI { [query] api in
                func show(_ entry: JSONValue) { print(options.json ? entry.text : ConnectReport.logLine(entry)) }
                if isFollowing {
                    return try await api.follow(
                        "connectors", connector, "logs", query: query + [("follow", "true")]
                    ) { line in
                        if let entry = try? JSONValue(parsing: line) { show(entry) }
                    }
                }
                let answer = try await api.ask(.get, "connectors", connector, "logs", query: query)
                for entry in answer.array ?? answer["entries"]?.array ?? [] { show(entry) }
            }
        }
    }
}

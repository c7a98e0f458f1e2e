import ArgumentParser
import JSON

/// What is wanted of a connector.
extension Connect {
    struct Restart: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restart", abstract: "Restart a connector, its tasks, or one of them.")
        @OptionGroup var options: ConnectOptions
        @Argument(help: "The connector.") var connector: String
        @Flag(help: "Its tasks too.") var includeTasks = false
        @Flag(help: "Only what has failed.") var onlyFailed = false
        @Option(help: "Only this task.") var task: Int?

        func validate() throws {
            if task != nil, includeTasks || onlyFailed {
                throw ValidationError(
                    "--task restarts one task: it goes with neither --include-tasks nor --only-failed")
            }
        }

        func run() async throws {
            try await options.perform(connector, "restarting") { api in
                if let task {
                    try await api.ask(.post, "connectors", connector, "tasks", "\(task)", "restart")
                } else {
                    // What is not asked for is left to the worker's own default.
                    let query: ConnectClient.Query =
                        (includeTasks ? [("includeTasks", "true")] : []) + (onlyFailed ? [("onlyFailed", "true")] : [])
                    try await api.ask(.post, "connectors", connector, "restart", query: query)
                }
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pause", abstract: "Pause a connector: its tasks stay and do nothing.")
        @OptionGroup var options: ConnectOptions
        @Argument(help: "The connector.") var connector: String

        func run() async throws {
            try await options.perform(connector, "pausing") { try await $0.ask(.put, "connectors", connector, "pause") }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume", abstract: "Resume a connector that is paused or stopped.")
        @OptionGroup var options: ConnectOptions
        @Argument(help: "The connector.") var connector: String

        func run() async throws {
            try await options.perform(connector, "resuming") {
                try await $0.ask(.put, "connectors", connector, "resume")
            }
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stop", abstract: "Stop a connector: its tasks go, its offsets stay.")
        @OptionGroup var options: ConnectOptions
        @Argument(help: "The connector.") var connector: String

        func run() async throws {
            try await options.perform(connector, "stopping") { try await $0.ask(.put, "connectors", connector, "stop") }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete a connector.")
        @OptionGroup var options: ConnectOptions
        @Argument(help: "The connector.") var connector: String
        @Flag(help: "Its offsets too, so that one of its name begins anew.") var offsets = false

        func run() async throws {
            try await options.perform(connector, "deleted") { api in
                try await api.ask(
                    .delete, "connectors", connector, query: offsets ? [("offsets", "true")] : [])
            }
        }
    }
}

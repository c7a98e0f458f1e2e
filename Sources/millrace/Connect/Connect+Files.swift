import ArgumentParser
import JSON

/// What is done with files of connectors.
extension Connect {
    /// The files, and where they go.
    struct FileOptions: ParsableArguments {
        @OptionGroup var options: ConnectOptions
        @Argument(help: "Files of connectors, and folders of them (.json, .properties).") var files: [String]
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "create", abstract: "Create connectors.")
        @OptionGroup var input: FileOptions

        func run() async throws {
            let files = try ConnectorFiles.read(input.files)
            try await input.options.withAPI { api in
                var table = Table("connector", "result")
                for file in files {
                    try await ConnectorChanges(api: api).create(file)
                    table.add(.text(file.name), .text("created"))
                }
                try table.print(asJSON: input.options.json)
            }
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Create connectors, and change those whose configuration differs.",
            discussion: "Connectors that no file describes are left alone.")
        @OptionGroup var input: FileOptions

        func run() async throws {
            let files = try ConnectorFiles.read(input.files)
            try await input.options.withAPI { api in
                let changes = ConnectorChanges(api: api)
                var table = Table("connector", "result")
                for file in files {
                    let step = try await changes.step(for: file)
                    try await changes.carryOut(step)
                    table.add(.text(file.name), .text(step.result))
                }
                try table.print(asJSON: input.options.json)
            }
        }
    }

    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff",
            abstract: "Show what apply would change; the values of secrets are hidden.")
        @OptionGroup var input: FileOptions

        func run() async throws {
            let files = try ConnectorFiles.read(input.files)
            try await input.options.withAPI { api in
                var table = Table("connector", "result", "key", "old", "new")
                for file in files {
                    let step = try await ConnectorChanges(api: api).step(for: file)
                    for change in step.difference.changes {
                        table.add(
                            .text(file.name), .text(step.result), .text(change.key),
                            .init(change.old.map(change.shown)), .init(change.new.map(change.shown)))
                    }
                    guard !input.options.json, step.isNew || !step.difference.isEmpty else { continue }
                    print("\(file.name): \(step.isNew ? "to be created" : "to be changed")")
                    for line in step.difference.lines { print("  \(line)") }
                }
                if input.options.json { try table.print(asJSON: true) }
            }
        }
    }

    struct Validate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "validate",
            abstract: "Show what is wrong with configurations, without using them.")
        @OptionGroup var input: FileOptions

        func run() async throws {
            let files = try ConnectorFiles.read(input.files)
            try await input.options.withAPI { api in
                var errorCount: Int64 = 0
                for file in files {
                    let answer = try await ConnectorChanges(api: api).validate(file)
                    let errors = answer["error_count"]?.int64 ?? 0
                    errorCount += errors
                    if input.options.json {
                        print(answer.text)
                    } else {
                        print("\(file.name): \(errors) error(s)")
                        let problems = ConnectReport.problems(answer)
                        if !problems.isEmpty { try problems.print(asJSON: false) }
                    }
                }
                if errorCount > 0 { throw ExitCode.failure }
            }
        }
    }
}

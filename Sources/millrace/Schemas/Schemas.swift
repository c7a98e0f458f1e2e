import ArgumentParser
import JSON
import SchemaClient

/// Shows and changes the schemas of a Schema Registry.
struct Schemas: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schemas",
        abstract: "Show and change the schemas of a Schema Registry.",
        subcommands: [
            List.self, Versions.self, Show.self, Register.self, Check.self, Delete.self, Config.self, Mode.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the subjects, with the latest version of each.")
        @OptionGroup var options: SchemaOptions
        @Option(help: "Only subjects that begin so; :*: for those of all contexts.") var prefix: String?
        @Flag(help: "Those that are deleted and can be had back too.") var deleted = false

        func run() async throws {
            var query = [RegistryRequest.Parameter.on("latestOnly")]
            if let prefix { query.append(.init("subjectPrefix", prefix)) }
            if deleted { query.append(.on("deleted")) }
            try await options.show(["schemas"], query: query, as: SchemaReport.schemas)
        }
    }

    struct Versions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "versions", abstract: "List the versions of a subject.")
        @OptionGroup var options: SchemaOptions
        @Argument(help: "The subject.") var subject: String
        @Flag(help: "Those that are deleted and can be had back too.") var deleted = false

        func run() async throws {
            try await options.withRegistry { registry in
                let query = deleted ? [RegistryRequest.Parameter.on("deleted")] : []
                let path = ["subjects", subject, "versions"]
                var schemas: [JSONValue] = []
                for version in try await registry.ask(.get, path, query: query).array ?? [] {
                    guard let number = version.int64 else { continue }
                    schemas.append(try await registry.ask(.get, path + [String(number)], query: query))
                }
                if options.json { return print(JSONValue.array(schemas).text) }
                try SchemaReport.schemas(.array(schemas)).print(asJSON: false)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Print a schema: its text for people, all that the registry has of it as JSON.")
        @OptionGroup var options: SchemaOptions
        @Argument(help: "The subject; leave it out with --id.") var subject: String?
        @Option(help: "The version: a number, or latest.") var version = "latest"
        @Option(help: "The schema with this id, instead of a subject's version.") var id: Int32?
        @Option(help: "Another form of the text, such as resolved or serialized.") var format: String?
        @Flag(help: "A deleted version too.") var deleted = false

        func validate() throws {
            guard (subject == nil) != (id == nil) else { throw ValidationError("give either a subject or --id") }
        }

        func run() async throws {
            var query = format.map { [RegistryRequest.Parameter("format", $0)] } ?? []
            if deleted { query.append(.on("deleted")) }
            let path = id.map { ["schemas", "ids", String($0)] } ?? ["subjects", subject ?? "", "versions", version]
            try await options.withRegistry { registry in
                let schema = try await registry.ask(.get, path, query: query)
                print(options.json ? schema.text : schema["schema"]?.string ?? "")
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete a subject, or one version of it.")
        @OptionGroup var options: SchemaOptions
        @Argument(help: "The subject.") var subject: String
        @Option(help: "The version; all of them if not given.") var version: String?
        @Flag(help: "For good: only what was deleted before can be.") var permanent = false

        func run() async throws {
            let path = ["subjects", subject] + (version.map { ["versions", $0] } ?? [])
            try await options.show(path, by: .delete, query: permanent ? [.on("permanent")] : []) {
                SchemaReport.deleted($0, of: subject)
            }
        }
    }
}

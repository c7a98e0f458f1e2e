import ArgumentParser
import Broker
import HTTPService
import JSON
import TransportSecurity

/// Where a connector goes on.
extension Connect {
    struct Offsets: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "offsets",
            abstract: "Show, set and reset a connector's offsets.",
            subcommands: [Show.self, Set.self, Reset.self], defaultSubcommand: Show.self)

        struct Show: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "show", abstract: "Show a connector's offsets.")
            @OptionGroup var options: ConnectOptions
            @Argument(help: "The connector.") var connector: String

            func run() async throws {
                try await options.show("offsets", of: connector, as: ConnectReport.offsets)
            }
        }

        struct Set: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "set",
                abstract: "Set offsets of a stopped connector.",
                discussion: "The file is what `offsets show --json` prints; an offset of null begins anew.")
            @OptionGroup var options: ConnectOptions
            @Argument(help: "The connector.") var connector: String
            @Argument(help: "A file with the offsets, in JSON.") var file: String

            func run() async throws {
                let text = try BoundedFile.text(file, atMost: 16 << 20)
                let body: JSONValue
                do { body = try JSONValue(parsing: text) } catch {
                    throw ConfigurationError("\(file): it is no JSON: \(error)")
                }
                try await options.withAPI { api in
                    print(try await api.ask(.patch, "connectors", connector, "offsets", body: body).told(options))
                }
            }
        }

        struct Reset: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "reset", abstract: "Have a stopped connector begin anew.")
            @OptionGroup var options: ConnectOptions
            @Argument(help: "The connector.") var connector: String

            func run() async throws {
                try await options.withAPI { api in
                    print(try await api.ask(.delete, "connectors", connector, "offsets").told(options))
                }
            }
        }
    }
}

extension JSONValue {
    /// The server's message, or all that it said.
    fileprivate func told(_ options: ConnectOptions) -> String {
        options.json ? text : self["message"]?.string ?? text
    }
}

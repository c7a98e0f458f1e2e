import ArgumentParser
import JSON

/// What every tool that talks to a Connect worker takes.
struct ConnectOptions: ParsableArguments {
    @Option(help: "A worker's REST API.")
    var url: String = "http://127.0.0.1:8083"

    @Option(help: "The user, where the API asks for one.")
    var user: String?

    @Option(help: "A file with the user's password; without it, MILLRACE_CONNECT_PASSWORD has it.")
    var passwordFile: String?

    @Option(help: "A PEM file with the authority of the worker's certificate; the system's own if not given.")
    var caFile: String?

    @Flag(help: "Print JSON for programs instead of tables for people.")
    var json = false

    func validate() throws {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw ValidationError("--url \(url): must begin with http:// or https://")
        }
    }

    /// Runs `body` with a client that is closed afterwards.
    func withAPI<Result>(_ body: (ConnectClient) async throws -> Result) async throws -> Result {
        let credentials = try APICredentials.basic(
            user: user, passwordFile: passwordFile, variable: "MILLRACE_CONNECT_PASSWORD")
        let api = try ConnectClient(url: url, credentials: credentials, authority: caFile)
        do {
            let result = try await body(api)
            await api.close()
            return result
        } catch {
            await api.close()
            throw error
        }
    }

    /// Asks for a part of what there is of a connector, and prints it: as it came for programs, as a table for people.
    func show(_ part: String, of connector: String, as table: (JSONValue) -> Table) async throws {
        try await withAPI { api in
            let answer = try await api.ask(.get, "connectors", connector, part)
            if json { return print(answer.text) }
            try table(answer).print(asJSON: false)
        }
    }

    /// Asks for one thing that has no answer, and prints what was done.
    func perform(_ name: String, _ done: String, _ body: (ConnectClient) async throws -> Void) async throws {
        try await withAPI(body)
        var table = Table("connector", "result")
        table.add(.text(name), .text(done))
        try table.print(asJSON: json)
    }
}

/// What the server, or the way to it, has against a request.
struct ConnectToolError: Error, CustomStringConvertible {
    /// The server's status, if it answered.
    var status: Int?
    /// What is wrong, for a person.
    var message: String

    var description: String { message }
}

extension Table.Cell {
    /// Text that may be missing.
    init(_ text: String?) { self = text.map(Self.text) ?? .missing }
}

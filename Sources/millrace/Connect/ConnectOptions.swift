import ArgumentParser
import JSON

/// What every tool that talks to a Connect worker takes.
struct ConnectOptions: ParsableArguments {
    @Option(help: "A worker's REST API.")
    var url: String = "http://127.0.0.1:8083"

    @Flag(help: "Print JSON for programs instead of tables for people.")
    var json = false

    func validate() throws {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw ValidationError("--url \(url): must begin with http:// or https://")
        }
    }

    /// Runs `body` with a client that is closed afterwards.
    func withAPI<Result>(_ body: (ConnectClient) async throws -> Result) async throws -> Result {
        let api = ConnectClient(url: url)
        do {
            let result = try await body(api)
            await api.close()
            return result
        } catch {
            await api.close()
            throw error
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

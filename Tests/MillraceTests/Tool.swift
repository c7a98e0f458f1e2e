import ArgumentParser

@testable import millrace

/// The program's tools, run within the tests.
enum Tool {
    /// Runs one as a shell does; what it prints is printed.
    ///
    /// - Throws: `ExitCode` and what else it fails with.
    static func run(_ arguments: [String]) async throws {
        var command = try Millrace.parseAsRoot(arguments)
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }
}

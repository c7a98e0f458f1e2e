/// What a finished command left behind.
package struct CommandResult: Sendable {
    /// The exit code, or the negated signal that ended the command.
    package let status: Int32
    /// Standard output, empty when it went to a file.
    package let output: String
    /// Standard error.
    package let errors: String

    /// The output read as JSON.
    ///
    /// - Throws: ``HarnessError`` when it is none.
    package func json() throws -> JSON {
        // Clients log to standard output now and then; the JSON is what they print last.
        guard let line = output.split(separator: "\n").last, let value = JSON(parsing: String(line)) else {
            throw HarnessError("no JSON at the end of: \(output.suffix(500)) \(errors.suffix(2000))")
        }
        return value
    }
}

/// Commands that the tests run to their end: the clients from outside, and the server's own tools.
package enum Command {
    /// Runs a command and waits for its end.
    ///
    /// - Parameters:
    ///   - executable: A path, or a name to be found in `PATH`.
    ///   - input: A file that the command reads; nothing when nil.
    ///   - output: A file that takes standard output; collected in the result when nil.
    ///   - limit: After this long the command is killed.
    /// - Returns: What it left behind, whatever its exit code.
    /// - Throws: ``HarnessError`` when it cannot be started or takes too long.
    package static func run(
        _ executable: String, _ arguments: [String], input: String? = nil, output: String? = nil,
        within limit: Duration = .seconds(120)
    ) async throws -> CommandResult {
        let process = try await ChildProcess.start(
            executable, arguments, input: input, output: output.map { .file($0) } ?? .collected)
        return try await process.result(within: limit)
    }

    /// The same, for a command that has to end well.
    ///
    /// - Throws: ``HarnessError`` with what it printed when it did not.
    package static func check(
        _ executable: String, _ arguments: [String], input: String? = nil, output: String? = nil,
        within limit: Duration = .seconds(120)
    ) async throws -> CommandResult {
        let result = try await run(executable, arguments, input: input, output: output, within: limit)
        guard result.status == 0 else {
            throw HarnessError(
                """
                \(executable) \(arguments.joined(separator: " ")) ended with \(result.status)
                \(result.output.suffix(1000))\(result.errors.suffix(4000))
                """)
        }
        return result
    }

    /// Runs `kcat`, which has to end well.
    ///
    /// It gives a broker 5 s for its metadata unless told otherwise, which a busy machine can take; and it reads a
    /// user's settings, which are none of a test's.
    package static func kcat(
        _ arguments: [String], output: String? = nil, within limit: Duration = .seconds(120)
    ) async throws -> CommandResult {
        try await check(
            "env", ["KCAT_CONFIG=/dev/null", "kcat", "-m", "60"] + arguments, output: output, within: limit)
    }

    /// Runs one of the scripts in `Tests/Clients`, which has to end well.
    package static func python(
        _ script: String, _ arguments: [String], within limit: Duration = .seconds(300)
    ) async throws -> CommandResult {
        try await check(
            Repository.python(), [Repository.clientScript(script)] + arguments, within: limit)
    }

    /// Runs the server's binary as a tool, which has to end well.
    package static func millrace(
        _ arguments: [String], input: String? = nil, output: String? = nil
    ) async throws -> CommandResult {
        try await check(Repository.serverBinary(), arguments, input: input, output: output)
    }
}

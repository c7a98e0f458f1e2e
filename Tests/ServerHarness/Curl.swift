import Foundation

/// What a server answered to one `curl`.
package struct CurlAnswer: Sendable {
    /// The HTTP status code.
    package let status: Int
    /// The body as it came.
    package let body: String
    /// The header lines, names in lower case.
    package let headers: [String: String]

    /// The body as JSON; nil when it is none.
    package var json: JSON? {
        JSON(parsing: body)
    }
}

/// `curl` as a user types it.
package enum Curl {
    /// Makes one request.
    ///
    /// - Parameters:
    ///   - method: The HTTP method, left to curl when nil.
    ///   - url: The whole address.
    ///   - json: A body to send as `application/json`.
    ///   - options: Further arguments, such as a certificate or a password.
    /// - Throws: ``HarnessError`` when no answer came.
    package static func request(
        _ method: String? = nil, _ url: String, json: String? = nil, options: [String] = []
    ) async throws -> CurlAnswer {
        // Neither the user's settings nor a proxy has a say in what a test asks of this machine.
        var arguments = ["-q", "--noproxy", "*", "--silent", "--show-error", "--include", "--max-time", "60"]
        if let method { arguments += ["-X", method] }
        if let json { arguments += ["-H", "Content-Type: application/json", "--data", json] }
        let output = try await Command.check("curl", arguments + options + [url]).output
        return try parse(output)
    }

    private static func parse(_ output: String) throws -> CurlAnswer {
        // One grapheme in Swift, so lines are split by unicode scalars' CR LF pair as a character.
        guard let end = output.range(of: "\r\n\r\n") else {
            throw HarnessError("curl printed no header: \(output.prefix(500))")
        }
        let lines = output[..<end.lowerBound].split(separator: "\r\n")
        guard let first = lines.first, let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw HarnessError("curl printed no status: \(output.prefix(500))") }
        let headers = lines.dropFirst().map { line -> (String, String) in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                parts[0].lowercased(), parts.dropFirst().first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
            )
        }
        return CurlAnswer(
            status: status, body: String(output[end.upperBound...]),
            headers: Dictionary(headers) { first, _ in first })
    }
}

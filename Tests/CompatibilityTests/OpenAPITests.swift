import Foundation
import ServerHarness
import Testing

/// Requests that Schemathesis makes up from the OpenAPI document of Connect's API.
@Suite(.timeLimit(.minutes(3)))
struct OpenAPITests {
    @Test func requestsMadeFromTheDocumentAreAnsweredAsItSays() async throws {
        try await ServerProcess.with { server in
            // In a folder of the test's own, where what it has found is kept while it runs. It prints its seed.
            let run = [
                "-C", server.directory.url.path(), try Repository.python(), "-m", "schemathesis.cli", "run",
                "\(server.connect)/openapi.json", "--phases", "examples,coverage,fuzzing", "--max-examples", "20",
                "--max-time", "40", "--workers", "2", "--no-color", "--checks",
                "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
                    + "unsupported_method,allow_header_conformance",
            ]
            let result = try await Command.run("env", run)
            #expect(result.status == 0, "\(result.output.suffix(6000))\(result.errors.suffix(1000))")
            let made = result.output.split(separator: "\n").first { $0.contains(" generated, ") } ?? ""
            print("schemathesis:\(made)")
            #expect(made.contains("passed"))
            // Whatever was asked of it, the server is well.
            #expect(try await Curl.request(nil, "\(server.connect)/health").status == 200)
        }
    }
}

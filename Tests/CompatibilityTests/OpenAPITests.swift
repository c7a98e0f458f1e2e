import Foundation
import ServerHarness
import Testing

/// Requests that Schemathesis makes up from the OpenAPI documents of the HTTP APIs.
@Suite(.timeLimit(.minutes(5)))
struct OpenAPITests {
    @Test(arguments: HTTPAPI.allCases)
    func requestsMadeFromTheDocumentAreAnsweredAsItSays(api: HTTPAPI) async throws {
        try await ServerProcess.with { server in
            if api == .rest { try await nameWhatThereIs(server) }
            // In a folder of the test's own, where what it has found is kept while it runs. It prints its seed. One
            // worker: two of them can meet in Python's parser and fail there, whatever the server answers.
            let checks =
                "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
                + "unsupported_method,allow_header_conformance"
            // That it throws away much of what it makes up is no fault of the server.
            // An answer may take as long as a read of API v3 may wait, 30 s.
            let run = [
                "-C", server.directory.url.path(),
                "SCHEMATHESIS_HOOKS=\(Repository.clientScript("bounded_partitions.py"))", try Repository.python(), "-m",
                "schemathesis.cli", "run",
                "\(api.address(of: server))/openapi.json", "--phases", "examples,coverage,fuzzing", "--max-examples",
                "\(api.examples)", "--max-time", "60", "--workers", "1", "--request-timeout", "40", "--no-color",
                "--suppress-health-check", "all", "--checks", checks,
            ]
            let result = try await Command.run("env", run, within: .seconds(180))
            #expect(result.status == 0, "\(result.output.suffix(6000))\(result.errors.suffix(1000))")
            let made = result.output.split(separator: "\n").first { $0.contains(" generated, ") } ?? ""
            print("schemathesis, \(api.rawValue):\(made)")
            #expect(made.contains("passed"))
            // Whatever was asked of it, the server is well.
            for api in HTTPAPI.allCases {
                let answer = try await Curl.request(nil, api.address(of: server) + api.probe)
                #expect(answer.status == 200, "\(api.rawValue): \(answer.body)")
            }
        }
    }

    /// Tells Schemathesis, by the file of settings that it looks for, what there is behind the paths of API v3: with
    /// another cluster's id every answer would be a 404, and with the names of the server's own topics it would take
    /// those away from it.
    private func nameWhatThereIs(_ server: ServerProcess) async throws {
        let clusters = try await Curl.request(nil, server.rest + "/v3/clusters").json
        let cluster = try #require(clusters?["data"]?[0]?["cluster_id"]?.string)
        let brokers = try await Curl.request(nil, server.rest + "/brokers").json
        let broker = try #require(brokers?["brokers"]?[0]?.int)
        let topic = try await Curl.request(
            "POST", "\(server.rest)/v3/clusters/\(cluster)/topics", json: #"{"topic_name":"made-up"}"#)
        #expect(topic.status == 201, "\(topic.body)")
        let settings = """
            [parameters]
            "path.cluster_id" = "\(cluster)"
            "path.broker_id" = \(broker)
            "path.topic_name" = "made-up"

            """
        try settings.write(toFile: server.directory.path("schemathesis.toml"), atomically: true, encoding: .utf8)
    }
}

extension HTTPAPI {
    /// What is answered with 200 whatever was asked for before.
    fileprivate var probe: String {
        switch self {
        case .connect: "/health"
        case .schemaRegistry: "/subjects"
        case .rest: "/topics"
        }
    }

    /// How many requests are made up for each operation, beside those that the document itself leads to.
    fileprivate var examples: Int { self == .rest ? 8 : 20 }
}

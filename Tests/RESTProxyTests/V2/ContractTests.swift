import HTTPTestSupport
import JSON
import Testing

/// A row for each error of the API that a request alone can bring about: what is sent, and the answer to the letter.
@Suite struct ContractTests {
    struct Row: Sendable {
        var request: String
        var body: String?
        var type: String = ProxyServer.v2
        var accept: String?
        var status: Int
        var code: Int64
        var message: String
    }

    private static let json = "application/vnd.kafka.json.v2+json"
    private static let binary = "application/vnd.kafka.binary.v2+json"

    private static let rows: [Row] = [
        Row(request: "GET /topics/none", status: 404, code: 40401, message: "Topic not found."),
        Row(request: "GET /topics/none/partitions", status: 404, code: 40401, message: "Topic not found."),
        Row(request: "GET /topics/none/partitions/0", status: 404, code: 40401, message: "Topic not found."),
        Row(request: "GET /topics/t/partitions/9", status: 404, code: 40402, message: "Partition not found."),
        Row(request: "GET /topics/t/partitions/9/offsets", status: 404, code: 40402, message: "Partition not found."),
        Row(request: "GET /topics/none/partitions/0/offsets", status: 404, code: 40401, message: "Topic not found."),
        Row(
            request: "POST /topics/none/partitions/0", body: #"{"records":[{"value":1}]}"#, type: json, status: 404,
            code: 40401, message: "Topic not found."),
        Row(
            request: "POST /topics/a%20b", body: #"{"records":[{"value":1}]}"#, type: json, status: 400, code: 40002,
            message: "looking up topic a b: The topic's name is not valid, or the topic may not be used this way."),
        Row(request: "GET /topics/t/partitions/x", status: 404, code: 404, message: "HTTP 404 Not Found"),
        Row(request: "GET /nowhere", status: 404, code: 404, message: "HTTP 404 Not Found"),
        Row(request: "DELETE /topics/t", status: 405, code: 405, message: "HTTP 405 Method Not Allowed"),
        Row(
            request: "POST /topics/t", body: #"{"records":[{"value":1}]}"#, type: "application/json", status: 415,
            code: 415, message: "HTTP 415 Unsupported Media Type"),
        Row(
            request: "POST /topics/t", body: #"{"records":[{"value":1}]}"#, status: 415, code: 415,
            message: "HTTP 415 Unsupported Media Type"),
        Row(
            request: "POST /consumers/g", body: "{}", type: "text/plain", status: 415, code: 415,
            message: "HTTP 415 Unsupported Media Type"),
        Row(
            request: "GET /topics", accept: "text/html", status: 406, code: 406, message: "HTTP 406 Not Acceptable"),
        Row(
            request: "GET /topics", accept: json, status: 406, code: 406, message: "HTTP 406 Not Acceptable"),
        Row(
            request: "POST /topics/none", body: #"{"records":[{"value":1}]}"#, type: json, status: 404, code: 40401,
            message: "Topic not found."),
        Row(
            request: "POST /topics/t", body: #"{"records":[]}"#, type: json, status: 422, code: 422,
            message: "records may not be empty"),
        Row(
            request: "POST /topics/t", body: "{", type: json, status: 400, code: 400,
            message: "Malformed JSON: expected a member's name at line 1, column 2"),
        Row(
            request: "POST /topics/t", body: "", type: json, status: 422, code: 42206,
            message: "Payload error. Request body is empty. Data is required."),
        Row(
            request: "POST /topics/t", body: #"{"records":[{"value":"?"}]}"#, type: binary, status: 400, code: 400,
            message: #"Bad Request: data="?" is not a valid base64 string."#),
        Row(
            request: "POST /topics/t", body: #"{"records":[{"value":{"a":1}}]}"#, type: binary, status: 400, code: 400,
            message: #"Bad Request: data={"a":1} is not a base64 string."#),
        Row(
            request: "POST /topics/t", body: #"{"records":[{"value":1}]}"#,
            type: "application/vnd.kafka.text.v2+json", status: 400, code: 400,
            message: "Bad Request: data=1 is not a string."),
        Row(
            request: "POST /consumers/g", body: #"{"fetch.min.bytes":-5}"#, status: 400, code: 40001,
            message: "Invalid consumer configuration. It does not abide by the constraints: "
                + "Invalid value -5 for configuration fetch.min.bytes: Value must be between -1 and 10000000"),
        Row(
            request: "POST /consumers/g", body: #"{"format":"xml"}"#, status: 422, code: 422,
            message: "Invalid format type."),
        Row(
            request: "POST /consumers/g", body: #"{"auto.commit.enable":"x"}"#, status: 422, code: 42204,
            message: "Invalid consumer configuration: Invalid value x for configuration enable.auto.commit: "
                + "Expected value to be either true or false"),
        Row(
            request: "POST /consumers/g", body: #"{"name":"taken"}"#, status: 409, code: 40902,
            message: "Consumer with specified consumer ID already exists in the specified consumer group."),
        Row(
            request: "GET /consumers/g/instances/taken/records", accept: json, status: 406, code: 40601,
            message: "The requested embedded data format does not match the deserializer for this consumer instance"),
        Row(
            request: "GET /consumers/g/instances/taken/offsets", status: 404, code: 40402,
            message: "Partition not found."),
        Row(
            request: "POST /consumers/g/instances/taken/subscription", body: "{}", status: 422, code: 422,
            message: "topics or topic_pattern has to be given"),
        Row(
            request: "POST /consumers/g/instances/taken/assignments", body: "{}", status: 422, code: 422,
            message: "partitions may not be null"),
        Row(
            request: "POST /consumers/g/instances/taken/assignments",
            body: #"{"partitions":[{"topic":"t","partition":-1}]}"#, status: 422, code: 422,
            message: "partitions[].partition must be greater than or equal to 0"),
        Row(
            request: "POST /consumers/g/instances/taken/positions/end",
            body: #"{"partitions":[{"topic":"t","partition":0}]}"#, status: 409, code: 40903,
            message: "Illegal state: No current assignment for partition t-0"),
    ]

    /// Every route of an instance, for one that there is not.
    private static let missingInstance: [Row] =
        ([
            ("DELETE", "", nil), ("POST", "/subscription", #"{"topics":["t"]}"#), ("GET", "/subscription", nil),
            ("DELETE", "/subscription", nil), ("POST", "/assignments", #"{"partitions":[]}"#),
            ("GET", "/assignments", nil),
            ("POST", "/positions", #"{"offsets":[{"topic":"t","partition":0,"offset":0}]}"#),
            ("POST", "/positions/beginning", #"{"partitions":[]}"#), ("POST", "/positions/end", #"{"partitions":[]}"#),
            ("POST", "/offsets", nil), ("GET", "/offsets", #"{"partitions":[{"topic":"t","partition":0}]}"#),
            ("GET", "/records", nil),
        ] as [(String, String, String?)]).map { method, path, body in
            Row(
                request: "\(method) /consumers/g/instances/none\(path)", body: body, status: 404, code: 40403,
                message: "Consumer instance not found.")
        }

    private static let instance: [Row] = [
        Row(
            request: "POST /consumers/g/instances/taken/subscription", status: 422, code: 42206,
            message: "Payload error. Request body is empty. Data is required."),
        Row(
            request: "POST /consumers/g/instances/taken/subscription",
            body: #"{"topics":["t"],"topic_pattern":"t.*"}"#, status: 422, code: 422,
            message: "topics and topic_pattern exclude each other; give one of them"),
        Row(
            request: "POST /consumers/g/instances/taken/positions/beginning",
            body: #"{"partitions":[{"topic":"t","partition":0}]}"#, status: 409, code: 40903,
            message: "Illegal state: No current assignment for partition t-0"),
        Row(
            request: "POST /consumers/g/instances/taken/positions",
            body: #"{"offsets":[{"topic":"t","partition":0,"offset":0}]}"#, status: 409, code: 40903,
            message: "Illegal state: No current assignment for partition t-0"),
        Row(
            request: "POST /consumers/g/instances/taken/offsets", body: "{}", status: 422, code: 422,
            message: "offsets may not be null"),
        // Not waited for: the instance would answer nothing else meanwhile.
        Row(
            request: "POST /consumers/g/instances/taken/offsets",
            body: #"{"offsets":[{"topic":"none","partition":0,"offset":0}]}"#, status: 404, code: 40401,
            message: "Topic not found."),
        Row(
            request: "POST /consumers/g/instances/taken/offsets",
            body: #"{"offsets":[{"topic":"t","partition":9,"offset":0}]}"#, status: 404, code: 40402,
            message: "Partition not found."),
        Row(
            request: "GET /consumers/g/instances/taken/records", status: 409, code: 40903,
            message: "Illegal state: Consumer is not subscribed to any topics or assigned any partitions"),
    ]

    @Test func errorsHaveTheirCodesAndBodies() async throws {
        try await ProxyFixture.with(["auto.create.topics.enable": "false"]) { fixture in
            try await fixture.serving { server in
                try await server.createTopic("t")
                _ = try await server.createInstance("g", #"{"name":"taken"}"#)
                for row in Self.rows + Self.missingInstance + Self.instance {
                    let words = row.request.split(separator: " ").map(String.init)
                    let answer = try await server.send(
                        words[0], words[1], row.body, type: row.type, accept: row.accept)
                    #expect(answer.status == row.status, "\(row.request): \(answer.body)")
                    let json = try JSONValue(parsing: answer.body)
                    #expect(json.object?.count == 2, "\(row.request): \(answer.body)")
                    #expect(json["error_code"]?.int64 == row.code, "\(row.request): \(answer.body)")
                    #expect(json["message"]?.string == row.message, "\(row.request)")
                }
            }
        }
    }

    @Test func everyRouteIsInTheDocument() async throws {
        try await ProxyFixture.serving { server in
            let document = try JSONValue(parsing: try await server.send("GET", "/openapi.json").body)
            let paths = try #require(document["paths"]?.object)
            let instance = "/consumers/{group}/instances/{instance}"
            let expected: [String: Set<String>] = [
                "/": ["get", "post"], "/topics": ["get"], "/topics/{topic}": ["get", "post"], "/brokers": ["get"],
                "/topics/{topic}/partitions": ["get"], "/topics/{topic}/partitions/{partition}": ["get", "post"],
                "/topics/{topic}/partitions/{partition}/offsets": ["get"], "/consumers/{group}": ["post"],
                instance: ["delete"], instance + "/subscription": ["get", "post", "delete"],
                instance + "/assignments": ["get", "post"], instance + "/positions": ["post"],
                instance + "/positions/beginning": ["post"], instance + "/positions/end": ["post"],
                instance + "/offsets": ["get", "post"], instance + "/records": ["get"], "/openapi.json": ["get"],
            ]
            var found: [String: Set<String>] = [:]
            for path in paths { found[path.name] = Set(path.value.object?.map(\.name) ?? []) }
            #expect(found == expected)
        }
    }

    @Test func theDocumentHasTheTypesThatRoutesTakeAndGive() async throws {
        try await ProxyFixture.serving { server in
            let document = try JSONValue(parsing: try await server.send("GET", "/openapi.json").body)
            let produce = document["paths"]?["/topics/{topic}"]?["post"]
            let taken = produce?["requestBody"]?["content"]
            // What the records are has to be said.
            #expect(taken?[Self.json] != nil && taken?[Self.binary] != nil)
            #expect(taken?["application/json"] == nil && taken?[ProxyServer.v2] == nil)
            for status in ["200", "404", "default"] {
                #expect(produce?["responses"]?[status]?["content"]?[ProxyServer.v2] != nil, "\(status)")
            }
            let read = document["paths"]?["/consumers/{group}/instances/{instance}/records"]?["get"]
            #expect(read?["responses"]?["200"]?["content"]?[Self.binary] != nil)
        }
    }

    private static let hostileBodies = [
        String(repeating: "[", count: 100_000), String(repeating: #"{"records":"#, count: 50_000), "\u{0}", "{}}",
        "tru",
        #"{"records":[{"value":1e99999}],"records":[]}"#, #"{"records":[{"value":"\uD800"}],"x":1}"#,
        String(repeating: "9", count: 100_000), #"{"records":[{"headers":[1]}]}"#,
        #"{"records":[{"partition":1e3}]}"#,
    ]

    @Test func hostileBodiesAreRefused() async throws {
        try await ProxyFixture.serving { server in
            try await server.createTopic("t")
            for body in Self.hostileBodies {
                for (target, type) in [
                    ("/topics/t", Self.json), ("/topics/t", Self.binary), ("/consumers/g", ProxyServer.v2),
                ] {
                    let answer = try await server.send("POST", target, body, type: type)
                    let found = "\(target) \(body.prefix(40)): \(answer.status) \(answer.body.prefix(200))"
                    #expect((400..<500).contains(answer.status), "\(found)")
                }
            }
            #expect(try await server.send("GET", "/topics").status == 200)
        }
    }
}

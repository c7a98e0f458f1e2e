import Foundation
import ServerHarness
import Testing

/// Requests that nobody should send, to the three HTTP APIs of a server: a clear 4xx in the API's own form, the
/// connection closed where it has to be, and the server well afterwards.
@Suite(.timeLimit(.minutes(5)))
struct HostileHTTPTests {
    /// A route that reads a body.
    struct Route: Sendable {
        var api: HTTPAPI
        /// The method and the path; `CLUSTER` stands for the cluster's id.
        var request: String
        var type = "application/json"
        /// A body that is sound but for `VALUE`, which has to be of a type that is hard to come by.
        var body: String
    }

    /// What came back on one connection.
    private struct Answer {
        let text: String
        let isClosed: Bool

        var status: Int { Int(text.dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0 }
        var count: Int { text.components(separatedBy: "HTTP/1.1 ").count - 1 }
        /// Empty where there is none.
        var body: String { text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "" }
    }

    /// A server with the topic `t`, and the id of its cluster.
    private func serving(_ body: (ServerProcess, String) async throws -> Void) async throws {
        try await ServerProcess.with { server in
            let clusters = try await Curl.request(nil, server.rest + "/v3/clusters").json
            let cluster = try #require(clusters?["data"]?[0]?["cluster_id"]?.string)
            let topics = "\(server.rest)/v3/clusters/\(cluster)/topics"
            #expect(try await Curl.request("POST", topics, json: #"{"topic_name":"t"}"#).status == 201)
            let processID = server.processID
            try await body(server, cluster)
            #expect(server.isRunning && server.processID == processID)
            for address in [server.connect + "/connectors", server.schemaRegistry + "/subjects", topics] {
                #expect(try await Curl.request(nil, address).status == 200, "\(address)")
            }
        }
    }

    /// Sends bytes and reads until the server closes the connection.
    private func send(_ bytes: [UInt8], to address: String) throws -> Answer {
        let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        let connection = try RawConnection(port: port)
        connection.send(bytes)
        let received = connection.receiveUntilClosed()
        return Answer(text: String(decoding: received ?? [], as: UTF8.self), isClosed: received != nil)
    }

    /// The head of a request up to the fields of its body.
    private func head(_ route: Route, _ cluster: String) -> String {
        "\(route.request.replacing("CLUSTER", with: cluster)) HTTP/1.1\r\nHost: h\r\nContent-Type: \(route.type)\r\n"
    }

    // MARK: Bodies

    private static let routes: [Route] = [
        Route(
            api: .connect, request: "POST /connectors",
            body: #"{"name":"hostile","config":VALUE}"#),
        Route(api: .connect, request: "PUT /connectors/hostile/config", body: "VALUE"),
        Route(
            api: .schemaRegistry, request: "POST /subjects/s/versions",
            type: "application/vnd.schemaregistry.v1+json", body: #"{"schema":VALUE}"#),
        Route(api: .schemaRegistry, request: "PUT /config", body: #"{"compatibility":VALUE}"#),
        Route(
            api: .schemaRegistry, request: "POST /compatibility/subjects/s/versions",
            body: #"{"schema":"\"int\"","references":VALUE}"#),
        Route(
            api: .rest, request: "POST /topics/t", type: "application/vnd.kafka.json.v2+json",
            body: #"{"records":[{"value":1,"partition":VALUE}]}"#),
        Route(
            api: .rest, request: "POST /topics/t", type: "application/vnd.kafka.avro.v2+json",
            body: #"{"value_schema_id":VALUE,"records":[{"value":1}]}"#),
        Route(
            api: .rest, request: "POST /consumers/g", type: "application/vnd.kafka.v2+json",
            body: #"{"fetch.min.bytes":VALUE}"#),
        Route(
            api: .rest, request: "POST /v3/clusters/CLUSTER/topics",
            body: #"{"topic_name":"x","partitions_count":VALUE}"#),
        Route(
            api: .rest, request: "POST /v3/clusters/CLUSTER/topics/t/records:batch", body: #"{"entries":VALUE}"#),
    ]

    /// Answers 200 whatever comes, and says of each record what became of it.
    private static let stream = Route(
        api: .rest, request: "POST /v3/clusters/CLUSTER/topics/t/records", body: #"{"partition_id":VALUE}"#)

    private static func nested(_ begin: String, _ middle: String = "", _ end: String = "") -> [UInt8] {
        Array((String(repeating: begin, count: 100_000) + middle + String(repeating: end, count: 100_000)).utf8)
    }

    /// Values that no member of a body is meant to have.
    private static let values: [(name: String, bytes: [UInt8])] = [
        ("nested lists", nested("[", "", "]")), ("nested objects", nested(#"{"a":"#, "1", "}")),
        ("lists that do not end", nested("[")), ("1e400", Array("1e400".utf8)), ("-1e400", Array("-1e400".utf8)),
        ("a number close to 0", Array("1e-999999999999".utf8)),
        ("a number of 1000 digits", Array(String(repeating: "9", count: 1000).utf8)),
        ("bytes that are no text", [0x22, 0xFF, 0xFE, 0x22]), ("a long form of a slash", [0x22, 0xC0, 0xAF, 0x22]),
        ("half of a pair", [0x22, 0xED, 0xA0, 0x80, 0x22]), ("a list", Array("[1]".utf8)),
        ("an object", Array(#"{"a":true}"#.utf8)), ("a truth", Array("true".utf8)),
    ]

    /// Bodies that are no JSON, or no object.
    private static let wholes: [(name: String, bytes: [UInt8])] = [
        ("a cut body", Array(#"{"a":"#.utf8)), ("a body and more", Array("{} x".utf8)),
        ("words", Array("nonsense".utf8)), ("a text", Array(#""x""#.utf8)), ("a number", Array("3".utf8)),
        ("a list as a body", Array("[1,2]".utf8)), ("a mark of byte order", [0xEF, 0xBB, 0xBF] + Array("{}".utf8)),
    ]

    /// All hostile bodies for a route.
    private func bodies(for route: Route) -> [(name: String, bytes: [UInt8])] {
        let parts = route.body.components(separatedBy: "VALUE")
        return Self.wholes
            + Self.values.map { (name: $0.name, bytes: Array(parts[0].utf8) + $0.bytes + Array(parts[1].utf8)) }
    }

    private func send(
        _ body: [UInt8], to route: Route, of server: ServerProcess, _ cluster: String, fields: String = ""
    ) throws -> Answer {
        let head = head(route, cluster) + "Connection: close\r\n\(fields)Content-Length: \(body.count)\r\n\r\n"
        return try send(Array(head.utf8) + body, to: route.api.address(of: server))
    }

    @Test func bodiesThatAreNotMeantAreRefused() async throws {
        try await serving { server, cluster in
            for route in Self.routes {
                for (name, body) in bodies(for: route) {
                    let answer = try send(body, to: route, of: server, cluster)
                    let found = "\(route.request) \(route.type), \(name): \(answer.text.prefix(400))"
                    #expect([400, 422].contains(answer.status), "\(found)")
                    let json = JSON(parsing: answer.body)
                    // The code is the status, or one of those that begin with it.
                    let code = json?["error_code"]?.int ?? 0
                    #expect(code == answer.status || code / 100 == answer.status, "\(found)")
                    #expect(json?["message"]?.string?.isEmpty == false, "\(found)")
                    #expect(answer.isClosed && answer.count == 1, "\(found)")
                }
            }
            // Nothing of it was taken for something else.
            #expect(try await Curl.request(nil, server.connect + "/connectors").body == "[]")
            #expect(try await Curl.request(nil, server.schemaRegistry + "/subjects").body == "[]")
        }
    }

    @Test func recordsThatAreNotMeantAreRefusedWithinTheStream() async throws {
        try await serving { server, cluster in
            for (name, body) in bodies(for: Self.stream) where name != "a body and more" {
                let answer = try send(body, to: Self.stream, of: server, cluster)
                let found = "\(name): \(answer.text.prefix(400))"
                #expect(answer.status == 200 && answer.isClosed && answer.count == 1, "\(found)")
                #expect(answer.body.contains(#"{"error_code":400,"message":"Bad Request: "#), "\(found)")
                #expect(answer.body.hasSuffix("\r\n0\r\n\r\n"), "\(found)")
            }
        }
    }

    // MARK: Sizes

    @Test(arguments: HTTPAPI.allCases) func whatIsTooLargeIsRefusedWithTheLimit(api: HTTPAPI) async throws {
        try await serving { server, cluster in
            let route = try #require(Self.routes.first { $0.api == api })
            let head = head(route, cluster)
            // Nothing of the first is waited for; the second is only known to be too long once it has come.
            let piece = "100000\r\n" + String(repeating: " ", count: 1 << 20) + "\r\n"
            let requests = [
                head + "Content-Length: 1099511627776\r\n\r\n{}",
                head + "Transfer-Encoding: chunked\r\n\r\n"
                    + String(repeating: piece, count: api.bodyLimit / (1 << 20) + 2) + "0\r\n\r\n",
            ]
            for request in requests {
                let answer = try send(Array(request.utf8), to: api.address(of: server))
                let found = "\(answer.text.prefix(400))"
                #expect(answer.status == 413 && answer.isClosed && answer.count == 1, "\(found)")
                let json = JSON(parsing: answer.body)
                #expect(json?["error_code"]?.int == 413, "\(found)")
                #expect(json?["message"]?.string?.contains(String(api.bodyLimit)) == true, "\(found)")
            }
        }
    }

    /// The bytes that a shell command writes.
    private func output(of command: String, in directory: TemporaryDirectory) async throws -> [UInt8] {
        let path = directory.path("output")
        _ = try await Command.check("sh", ["-c", "\(command) > '\(path)'"])
        return [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    @Test func compressedBombsDoNotGoOff() async throws {
        try await serving { server, cluster in
            let zip = #"head -c 209715200 /dev/zero | tr '\0' ' ' | gzip -9"#
            let bomb = try await output(of: zip, in: server.directory)
            let cut = try await output(of: "echo '{}' | gzip | head -c 15", in: server.directory)
            let before = try server.memoryKiB(.anonymous)
            let encoded = "Content-Encoding: gzip\r\n"
            for route in Self.routes {
                for (body, fields, status) in [
                    (bomb, encoded, 413), (cut, encoded, 400), (Array("{}".utf8), encoded, 400),
                    (bomb, "Content-Encoding: gzip, gzip\r\n", 415), (bomb, "Content-Encoding: br\r\n", 415),
                ] {
                    let answer = try send(body, to: route, of: server, cluster, fields: fields)
                    let found = "\(route.request), \(body.count), \(fields): \(answer.text.prefix(400))"
                    #expect(answer.status == status && answer.isClosed && answer.count == 1, "\(found)")
                    #expect(JSON(parsing: answer.body)?["error_code"]?.int == status, "\(found)")
                }
            }
            let stream = try send(bomb, to: Self.stream, of: server, cluster, fields: encoded)
            #expect(stream.status == 200 && stream.body.contains(#"{"error_code":413,"#), "\(stream.text)")
            let grown = try (server.memoryKiB(.anonymous) - before) / 1024
            print("compressed bombs: \(grown) MiB more after")
            #expect(grown < 100)
        }
    }

    // MARK: Framing

    /// What follows the head of a request, and would let somebody else see another request in it.
    private static let framings: [(name: String, rest: String)] = [
        ("two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        ("a list of lengths", "Content-Length: 2, 2\r\n\r\n{}"),
        ("a length below zero", "Content-Length: -1\r\n\r\n{}"),
        ("a length beyond all numbers", "Content-Length: 99999999999999999999999\r\n\r\n{}"),
        ("length and chunks", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n"),
        ("a coding before chunks", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        ("a space before the colon", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        ("a chunk of no size", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        ("a chunk below zero", "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n"),
        ("a chunk beyond all numbers", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
        ("a chunk that is longer than it says", "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"),
    ]

    @Test func whatCouldBeReadInTwoWaysEndsTheConnection() async throws {
        try await serving { server, cluster in
            let next = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
            for route in Self.routes + [Self.stream] {
                for (name, rest) in Self.framings {
                    let request = head(route, cluster) + rest + next
                    let answer = try send(Array(request.utf8), to: route.api.address(of: server))
                    let found = "\(route.request), \(name): \(answer.text.prefix(400))"
                    // A stream is answered before its first chunk is seen.
                    let isStreamed = answer.status == 200 && route.body == Self.stream.body
                    #expect(answer.status == 400 || isStreamed, "\(found)")
                    #expect(answer.body.contains(#"{"error_code":400,"message":""#), "\(found)")
                    #expect(answer.isClosed && answer.count == 1, "\(found)")
                }
            }
        }
    }
}

extension HTTPAPI {
    /// The most bytes that a body may have, as the API is set up by itself.
    fileprivate var bodyLimit: Int { self == .rest ? 16_777_216 : 8_388_608 }
}

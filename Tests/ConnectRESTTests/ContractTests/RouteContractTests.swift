import ConnectRuntime
import HTTPService
import HTTPTestSupport
import HTTPTypes
import JSON
import KafkaClient
import Logging
import Testing

@testable import ConnectREST

/// What holds for every route alike.
@Suite(.serialized) struct RouteContractTests {
    /// A group that does not sign: what workers ask of each other is answered as everything else.
    private static let unsigned = ["connect.protocol": "compatible"]

    private func serving(
        _ properties: [String: String] = [:], _ body: (ConnectServer, ServedDocument) async throws -> Void
    ) async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(properties) { server in
                let config = #"{"connector.class":"FileStreamSource","file":"\#(fixture.file("none"))","topic":"t"}"#
                #expect(try await server.send("PUT", "/connectors/c/config", config).status == 201)
                try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
                try await body(server, try await ServedDocument(server))
            }
        }
    }

    /// A route's path with names of what there is.
    private func target(_ route: ServedDocument.Route, connector: String = "c") -> String {
        route.path.replacing("{name}", with: connector).replacing("{task}", with: "0")
            .replacing("{plugin}", with: "FileStreamSource").replacing("{logger}", with: "root")
    }

    private func message(_ answer: RawHTTP.Answer) throws -> String? {
        let json = try JSONValue(parsing: answer.body)
        #expect(json["error_code"]?.int64 == Int64(answer.status))
        return json["message"]?.string
    }

    @Test func aSlashAtTheEndAndHEADMakeNoDifference() async throws {
        try await serving { server, document in
            let reads = document.routes.filter { $0.method == "GET" }
            #expect(reads.count > 10)
            for route in reads {
                let path = target(route)
                let plain = try await server.send("GET", path)
                #expect(plain.status == 200, "\(route)")
                let slash = try await server.send("GET", path + "/")
                #expect(slash.status == 200 && slash.body.isEmpty == plain.body.isEmpty, "\(route)")
                let head = try await server.send("HEAD", path)
                #expect(head.status == 200 && head.body.isEmpty, "\(route)")
                #expect(head.headers["content-type"] == plain.headers["content-type"], "\(route)")
            }
        }
    }

    @Test func theMethodsOfAPathAreListed() async throws {
        try await serving { server, document in
            for path in Set(document.routes.map(\.path)).sorted() {
                let methods = document.routes.filter { $0.path == path }.map(\.method)
                let expected = Set(methods + (methods.contains("GET") ? ["HEAD"] : []) + ["OPTIONS"]).sorted()
                let target = target(.init(method: "", path: path))
                let options = try await server.send("OPTIONS", target)
                #expect(options.status == 200, "\(path)")
                #expect(options.headers["allow"] == expected.joined(separator: ","), "\(path)")
                let other = try #require(["GET", "PATCH", "POST", "DELETE"].first { !methods.contains($0) })
                let refused = try await server.send(other, target)
                #expect(refused.status == 405, "\(other) \(path)")
                #expect(try message(refused) == "HTTP 405 Method Not Allowed")
                #expect(refused.headers["allow"] == options.headers["allow"], "\(path)")
            }
        }
    }

    @Test func onlyJSONIsSpoken() async throws {
        try await serving { server, document in
            for route in document.routes {
                let answer = try await server.send(route.method, target(route), fields: ["Accept: text/html"])
                #expect(answer.status == 406, "\(route)")
                #expect(try message(answer) == "HTTP 406 Not Acceptable")
                guard route.method != "GET" else { continue }
                let typed = try await server.send(route.method, target(route), fields: ["Content-Type: text/plain"])
                #expect(typed.status == 415, "\(route)")
                #expect(try message(typed) == "HTTP 415 Unsupported Media Type")
            }
            // Nothing of all that has changed anything.
            #expect(try await server.send("GET", "/connectors").body == #"["c"]"#)
            try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
        }
    }

    @Test func aBodyThatIsNoneIsNoErrorOfTheServer() async throws {
        try await serving(Self.unsigned) { server, document in
            let withBody = document.routes.filter { document.operation($0)?["requestBody"] != nil }
            #expect(withBody.count >= 8)
            for route in withBody {
                for body in ["{", "{\"a\":}", "[1,2", "\"\\ud800", "nul"] {
                    let answer = try await server.send(route.method, target(route), body)
                    #expect(answer.status == 400, "\(route) \(body)")
                    #expect(try message(answer)?.hasPrefix("Malformed JSON: ") == true, "\(route) \(body)")
                }
                // An empty list is a body where a list is asked for.
                let lists = document.operation(route)?["requestBody"]?["content"]?["application/json"]?["schema"]
                let empty = lists?["type"] == "array" ? "[null]" : "[]"
                for body in ["null", empty, "7", "\"text\"", "{\"offsets\":7,\"config\":[],\"level\":{}}", nil] {
                    let answer = try await server.send(route.method, target(route), body)
                    #expect([400, 422].contains(answer.status), "\(route) \(body ?? "nothing"): \(answer.body)")
                    #expect(try message(answer)?.isEmpty == false)
                }
            }
        }
    }

    @Test func aConnectorThatThereIsNotIsA404() async throws {
        try await serving(Self.unsigned) { server, document in
            let bodies = [
                "POST /connectors/{name}/tasks": "[]", "PATCH /connectors/{name}/config": "{}",
                "PATCH /connectors/{name}/offsets": #"{"offsets":[{"partition":{"a":1},"offset":null}]}"#,
            ]
            for route in document.routes where route.path.contains("{name}") {
                // What makes one, and topics, of which one that there is not has none, as in Kafka.
                if route.description == "PUT /connectors/{name}/config" || route.path.contains("/topics") { continue }
                let answer = try await server.send(route.method, target(route, connector: "x"), bodies["\(route)"])
                #expect(answer.status == 404, "\(route)")
                let message = try message(answer) ?? ""
                #expect(message.contains("x"), "\(route): \(message)")
            }
        }
    }

    @Test func everyRouteIsDescribed() async throws {
        try await serving { _, document in
            for route in document.routes {
                let operation = document.operation(route)
                #expect(operation?["summary"]?.string?.isEmpty == false, "\(route) needs a description")
                let names = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                    $0.dropFirst().dropLast()
                }
                let parameters = (operation?["parameters"]?.array ?? []).filter { $0["in"] == "path" }
                #expect(parameters.compactMap { $0["name"]?.string } == names.map(String.init), "\(route)")
                #expect(parameters.allSatisfy { $0["description"] != nil }, "\(route)")
                let statuses = (operation?["responses"]?.object?.members ?? []).map(\.name)
                #expect(statuses.contains { $0.hasPrefix("2") } && statuses.last == "default", "\(route)")
            }
            let identifiers = document.routes.compactMap { document.operation($0)?["operationId"]?.string }
            #expect(Set(identifiers).count == document.routes.count)
        }
    }

    /// What the routes of the code and the descriptions have in common is all of both.
    @Test func routesAndDescriptionsAreTheSame() throws {
        let configuration = try WorkerConfiguration(), plugins = PluginCatalog(version: "1")
        let herder = try DistributedHerder(
            configuration, client: try KafkaClient(bootstrapServers: ["127.0.0.1:1"]), plugins: plugins,
            logger: Logger(label: "test"))
        let routes = ConnectRoutes(
            herder: herder, configuration: configuration, plugins: plugins,
            version: ServerVersion(version: "1", commit: "x"), forwarding: RequestForwarding(peers: nil))
        var table = routes.table
        routes.addLoggers(to: &table)
        let described = table.entries.filter { $0.description != nil }
        #expect(Set(described.map { "\($0.method.rawValue) \($0.path)" }) == Set(ConnectDescriptions.all.keys))
        #expect(described.count == ConnectDescriptions.all.count, "no route is there twice")
        let others = table.entries.filter { $0.description == nil }.map { "\($0.method.rawValue) \($0.path)" }
        #expect(others == [], "these need a description")
    }
}

import HTTPService
import HTTPTestSupport
import JSON
import ServerHarness
import Testing

/// What the rows of the contract leave out: paths behind contexts, aliases, media types, members for newer clients.
@Suite(.timeLimit(.minutes(2))) struct RegistryRequestTests {
    private func serving(
        _ settings: [String: String] = [:], _ body: (RegistryServer) async throws -> Void
    ) async throws { try await RegistryFixture.with { try await $0.serving(settings, body) } }

    @Test func aPathMayBeginWithAContext() async throws {
        try await serving { server async throws in
            #expect(
                try await server.send("POST", "/contexts/.c/subjects/s/versions", #"{"schema":"a"}"#).status == 200)
            #expect(try await server.send("GET", "/subjects").body == #"[":.c:s"]"#)
            #expect(try await server.send("GET", "/contexts/c/subjects").body == #"[":.c:s"]"#)
            #expect(try await server.send("GET", "/contexts/.d/subjects").body == "[]")
            #expect(try await server.get("/contexts/.c/subjects/s/versions/1")["subject"]?.string == ":.c:s")
            #expect(try await server.get("/contexts/:.c:/schemas/ids/1")["schema"]?.string == "a")
            #expect(try await server.send("GET", "/schemas/ids/1").status == 404)
            #expect(try await server.get("/schemas/ids/1?subject=:.c:")["schema"]?.string == "a")
            // A subject that is said without its context is found in whatever context has it.
            #expect(try await server.get("/subjects/s/versions/1")["subject"]?.string == ":.c:s")
            #expect(
                try await server.send("PUT", "/contexts/.c/config", #"{"compatibility":"NONE"}"#).status == 200)
            #expect(try await server.get("/config/:.c:")["compatibilityLevel"]?.string == "NONE")
            #expect(try await server.get("/config")["compatibilityLevel"]?.string == "BACKWARD")
            #expect(
                try await server.send("PUT", "/contexts/.c/mode/s", #"{"mode":"READONLY"}"#).status == 200)
            #expect(try await server.get("/mode/:.c:s")["mode"]?.string == "READONLY")
            #expect(try await server.send("GET", "/contexts/a:b/subjects").status == 400)
            #expect(try await server.send("GET", "/schemas").body == "[]", "those of the default context")
            #expect(try await server.get("/schemas?subjectPrefix=:*:").array?.count == 1)
        }
    }

    @Test func anAliasStandsForASubject() async throws {
        try await serving { server async throws in
            #expect(try await server.register("orders", "a") == 1)
            #expect(try await server.send("PUT", "/config/old", #"{"alias":"orders"}"#).status == 200)
            #expect(try await server.get("/subjects/old/versions/latest")["subject"]?.string == "orders")
            #expect(try await server.register("old", "a b?") == 2)
            #expect(try await server.send("GET", "/subjects/orders/versions").body == "[1,2]")
            #expect(
                try await server.get("/schemas?subjectPrefix=ol&aliases=true").array?.first?["aliases"]
                    == ["old"])
            #expect(try await server.send("GET", "/subjects").body == #"["orders"]"#)
            #expect(try await server.get("/config/old")["alias"]?.string == "orders", "its own settings are its own")
        }
    }

    @Test func answersAreInTheTypeThatIsTaken() async throws {
        try await serving { server async throws in
            for (accept, type) in [
                ("application/json", "application/json"),
                ("application/vnd.schemaregistry+json;q=0.9, application/json", "application/vnd.schemaregistry+json"),
                ("*/*", "application/vnd.schemaregistry.v1+json"),
                ("application/vnd.schemaregistry.v1+json", "application/vnd.schemaregistry.v1+json"),
            ] {
                let answer = try await server.send("GET", "/subjects", fields: ["Accept: \(accept)"])
                #expect(answer.status == 200 && answer.headers["content-type"] == type, "\(accept)")
                let error = try await server.send("GET", "/schemas/ids/9", fields: ["Accept: \(accept)"])
                #expect(error.status == 404 && error.headers["content-type"] == type, "\(accept)")
            }
            #expect(try await server.send("GET", "/subjects", fields: ["Accept: text/html"]).status == 406)
            for (type, status) in [
                ("application/vnd.schemaregistry.v1+json", 200), ("application/vnd.schemaregistry+json", 200),
                ("application/octet-stream", 200), ("application/json; charset=utf-8", 200), ("text/plain", 415),
                ("application/x-www-form-urlencoded", 415),
            ] {
                let body = #"{"schema":"a"}"#
                let text = try await RawHTTP.exchange(
                    server.address,
                    "POST /subjects/s/versions HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Type: \(type)\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
                #expect(text.hasPrefix("HTTP/1.1 \(status)"), "\(type): \(text)")
            }
        }
    }

    @Test func newerClientsGetMoreMembers() async throws {
        try await serving { server async throws in
            #expect(try await server.register("s", "a") == 1)
            let field = ["Confluent-Accept-Unknown-Properties: true"]
            for target in ["/subjects/s/versions/1", "/schemas/ids/1"] {
                let plain = try await server.get(target)
                #expect(plain["ts"] == nil && plain["deleted"] == nil)
                let answer = try await server.send("GET", target, fields: field)
                let json = try JSONValue(parsing: answer.body)
                #expect((json["ts"]?.int64 ?? 0) > 0 && json["deleted"] == false)
            }
        }
    }

    @Test func referencesSayTheirContextWhereThatIsAskedFor() async throws {
        try await serving { server async throws in
            #expect(try await server.register(":.c:base", "a") == 1)
            let body = #"{"schema":"@b","references":[{"name":"b","subject":"base","version":1}]}"#
            #expect(try await server.send("POST", "/subjects/:.c:s/versions", body).status == 200)
            let target = "/subjects/:.c:s/versions/1"
            #expect(try await server.get(target)["references"]?.array?.first?["subject"] == "base")
            let qualified = try await server.get(target + "?referenceFormat=qualified")
            #expect(qualified["references"]?.array?.first?["subject"] == ":.c:base")
        }
    }

    @Test func metadataIsFoundByItsProperties() async throws {
        try await serving { server async throws in
            for (number, owner) in ["a", "b", "a"].enumerated() {
                let body =
                    #"{"schema":"x f\#(number)?","metadata":{"properties":{"owner":"\#(owner)","n":"\#(number)"}}}"#
                #expect(try await server.send("POST", "/subjects/s/versions", body).status == 200)
            }
            #expect(try await server.get("/subjects/s/metadata?key=owner&value=a")["version"] == 3)
            #expect(try await server.get("/subjects/s/metadata?key=owner&value=b")["version"] == 2)
            #expect(try await server.get("/subjects/s/metadata?key=owner&value=a&key=n&value=0")["version"] == 1)
            #expect(try await server.send("GET", "/subjects/s/metadata?key=owner&value=c").status == 404)
        }
    }

    @Test func whatIsTooLargeIsNotTaken() async throws {
        try await serving(["kafkastore.max.request.size": "4096"]) { server async throws in
            let long = String(repeating: "a", count: 5000)
            let answer = try await server.send("POST", "/subjects/s/versions", #"{"schema":"\#(long)"}"#)
            #expect(answer.status == 422)
            #expect(
                answer.body
                    == #"{"error_code":42209,"message":"Register operation failed because schema is too large"}"#)
            #expect(try await server.register("s", "a") == 1)
        }
        let limits = ["size.limit.filter.enabled": "true", "size.limit.filter.max.request.body.size": "100"]
        try await serving(limits) { server async throws in
            let long = String(repeating: "a", count: 200)
            #expect(try await server.send("POST", "/subjects/s/versions", #"{"schema":"\#(long)"}"#).status == 413)
        }
    }

    @Test func everyRouteIsDescribed() async throws {
        try await serving { server async throws in
            let document = try await ServedDocument(server)
            for route in document.routes {
                let operation = document.operation(route)
                #expect(operation?["summary"]?.string?.isEmpty == false, "\(route) needs a description")
                let names = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                    String($0.dropFirst().dropLast())
                }
                let parameters = (operation?["parameters"]?.array ?? []).filter { $0["in"] == "path" }
                #expect(parameters.compactMap { $0["name"]?.string } == names, "\(route)")
                #expect(parameters.allSatisfy { $0["description"] != nil }, "\(route)")
            }
            let identifiers = document.routes.compactMap { document.operation($0)?["operationId"]?.string }
            #expect(Set(identifiers).count == document.routes.count)
        }
    }
}

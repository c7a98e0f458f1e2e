import HTTPService
import HTTPTestSupport
import HTTPTypes
import JSON
import Logging
import ServerHarness
import Testing

@Suite struct BasicAuthenticationTests {
    private func serving(
        _ change: (inout HTTPService.Configuration) throws -> Void, _ body: (HTTPListener) async throws -> Void
    ) async throws {
        var routes = RouteTable()
        routes.add(.get, "/who") { ServiceResponse(json: .string("\($0.principal)")) }
        routes.add(.post, "/things/{name}/parts") { ServiceResponse(json: .string("\($0.principal)")) }
        var configuration = HTTPService.Configuration(listeners: [HTTPListener(host: "127.0.0.1", port: 0)])
        configuration.authentication = try BasicAuthentication(
            users: ["ada": "s3same:öffne dich", "bob": ""], realm: "test",
            exemptions: [.init(.post, "/things/{name}/parts")])
        try change(&configuration)
        let service = HTTPService(configuration: configuration, routes: routes, logger: Logger(label: "test"))
        async let running: Void = service.run()
        try await body(try #require(try await service.addresses().first))
        await service.shutdown()
        try await running
    }

    @Test func whoIsKnownIsThePrincipal() async throws {
        try await serving({ _ in }) { address in
            let ada = try await Curl.request(nil, "\(address)/who", options: ["-u", "ada:s3same:öffne dich"])
            #expect(ada.status == 200 && ada.body == #""User:ada""#)
            let bob = try await Curl.request(nil, "\(address)/who", options: ["-u", "bob:"])
            #expect(bob.body == #""User:bob""#)
        }
    }

    @Test(arguments: [
        nil, "", "Basic", "Basic ", "Basic !!!!", "Basic YWRh", "Bearer abc", "Basic YWRhOg==", "Basic OnMzc2FtZQ==",
        "Basic YWRhOnMzc2FtZQ==", "Basic bm9ib2R5Om5vYm9keSBoYXMgdGhpcyBwYXNzd29yZA==",
    ])
    func whoIsNotIsA401(authorization: String?) async throws {
        try await serving({ _ in }) { address in
            let options = authorization.map { ["-H", "Authorization: \($0)"] } ?? []
            for path in ["/who", "/nothing"] {
                let answer = try await Curl.request(nil, "\(address)\(path)", options: options)
                #expect(answer.status == 401)
                #expect(answer.headers["www-authenticate"] == #"Basic realm="test", charset="UTF-8""#)
                #expect(answer.json == ["error_code": 401, "message": "User cannot access the resource."])
            }
        }
    }

    @Test func whatIsExemptNeedsNoPassword() async throws {
        try await serving({ _ in }) { address in
            let answer = try await Curl.request("POST", "\(address)/things/a%2Fb/parts/")
            #expect(answer.status == 200 && answer.body == #""User:ANONYMOUS""#)
            #expect(try await Curl.request("PUT", "\(address)/things/a/parts").status == 401)
        }
    }

    @Test func aBrowserAsksWithoutAPasswordWhetherAPageMayAsk() async throws {
        try await serving({ $0.crossOrigin = CrossOriginPolicy(origins: "http://ui.example", methods: "PUT") }) {
            address in
            let answer = try await Curl.request(
                "OPTIONS", "\(address)/who",
                options: ["-H", "Origin: http://ui.example", "-H", "Access-Control-Request-Method: PUT"])
            #expect(answer.status == 200 && answer.headers["access-control-allow-methods"] == "PUT")
            let refused = try await Curl.request(nil, "\(address)/who", options: ["-H", "Origin: http://ui.example"])
            // The page gets to see that a password is missing.
            #expect(refused.status == 401 && refused.headers["access-control-allow-origin"] == "http://ui.example")
        }
    }

    @Test func thereHasToBeAUser() {
        #expect(throws: HTTPServiceError.self) { try BasicAuthentication(users: [:], realm: "x") }
    }

    @Test func aLoginConfigurationIsRead() throws {
        let file = try JAASFile(
            parsing: """
                // Who may ask.
                KafkaConnect {
                    org.example.PropertyFileLoginModule required /* all
                    of them */ file="/etc/users; {}.properties" debug=true;
                };
                # another
                Other { a.B optional; c.D sufficient x="1"; };
                """)
        #expect(
            file.modules(of: "KafkaConnect") == [
                .init(
                    className: "org.example.PropertyFileLoginModule", flag: "required",
                    options: ["file": "/etc/users; {}.properties", "debug": "true"])
            ])
        #expect(file.modules(of: "Other")?.map(\.className) == ["a.B", "c.D"])
        #expect(file.modules(of: "None") == nil)
    }

    @Test(arguments: [
        ("KafkaConnect", "line 1: there has to be {"), ("A { b.C; };", "line 1: there has to be required"),
        ("A {\n b.C required file \"x\"; };", "line 2: there has to be ="),
        ("A { b.C required; }", "there has to be ;"),
        ("A { b.C required x=\"1; };", "has no \" at its end"), ("/* A", "has no */ at its end"),
    ])
    func whatIsNoLoginConfigurationIsSaid(text: String, problem: String) {
        let error = #expect(throws: HTTPServiceError.self) { try JAASFile(parsing: text) }
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }
}

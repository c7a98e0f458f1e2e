import HTTPService
import HTTPTestSupport
import HTTPTypes
import JSON
import Logging
import Testing

/// What answers carry for browsers and proxies.
@Suite struct CrossOriginTests {
    private func serving(
        _ change: (inout HTTPService.Configuration) throws -> Void, _ body: (HTTPListener) async throws -> Void
    ) async throws {
        var routes = RouteTable()
        routes.add(.get, "/x") { _ in ServiceResponse(json: 1) }
        var configuration = HTTPService.Configuration(listeners: [HTTPListener(host: "127.0.0.1", port: 0)])
        try change(&configuration)
        let service = HTTPService(configuration: configuration, routes: routes, logger: Logger(label: "test"))
        async let running: Void = service.run()
        try await body(try #require(try await service.addresses().first))
        await service.shutdown()
        try await running
    }

    private func headers(
        _ address: HTTPListener, _ method: String, _ fields: [String]
    ) async throws -> [String: String] {
        try await RawHTTP.send(address, method, "/x", fields: fields).headers
    }

    @Test func aPageOfASiteThatMayAskSeesTheAnswer() async throws {
        let origins = "http://ui.example, https://*.tools.example"
        try await serving({ $0.crossOrigin = CrossOriginPolicy(origins: origins, methods: "") }) { address in
            for (origin, isAllowed) in [
                ("http://ui.example", true), ("https://a.b.tools.example", true), ("https://ui.example", false),
                ("http://ui.example.evil", false), ("https://tools.example", false), ("null", false),
            ] {
                let found = try await headers(address, "GET", ["Origin: \(origin)"])
                #expect(found["access-control-allow-origin"] == (isAllowed ? origin : nil), "\(origin)")
                #expect(found["access-control-allow-credentials"] == (isAllowed ? "true" : nil))
                #expect(found["vary"] == "Origin")
            }
            #expect(try await headers(address, "GET", [])["vary"] == nil)
        }
    }

    @Test func aPreflightIsAnswered() async throws {
        try await serving({ $0.crossOrigin = CrossOriginPolicy(origins: "http://a", methods: "get, put") }) { address in
            let asked = ["Origin: http://a", "Access-Control-Request-Method: PUT"]
            let granted = try await headers(address, "OPTIONS", asked)
            #expect(granted["access-control-allow-origin"] == "http://a")
            #expect(granted["access-control-allow-methods"] == "GET,PUT")
            #expect(granted["access-control-allow-headers"]?.contains("Content-Type") == true)
            #expect(granted["access-control-max-age"] == "1800")
            let method = try await headers(
                address, "OPTIONS", ["Origin: http://a", "Access-Control-Request-Method: DELETE"])
            #expect(method["access-control-allow-methods"] == nil)
            let origin = try await headers(
                address, "OPTIONS", ["Origin: http://b", "Access-Control-Request-Method: PUT"])
            #expect(origin["access-control-allow-origin"] == nil && origin["access-control-allow-methods"] == nil)
            // OPTIONS of anyone else lists the route's methods as ever.
            #expect(try await headers(address, "OPTIONS", [])["allow"] == "GET,HEAD,OPTIONS")
        }
    }

    @Test func everySiteMayAskWithoutCredentials() async throws {
        try await serving({ $0.crossOrigin = CrossOriginPolicy(origins: "*", methods: "") }) { address in
            let found = try await headers(address, "GET", ["Origin: http://anywhere"])
            #expect(found["access-control-allow-origin"] == "*")
            #expect(found["access-control-allow-credentials"] == nil)
            let asked = ["Origin: http://a", "Access-Control-Request-Method: POST"]
            #expect(try await headers(address, "OPTIONS", asked)["access-control-allow-methods"] == "GET,POST,HEAD")
        }
        #expect(CrossOriginPolicy(origins: " , ", methods: "GET") == nil)
    }

    @Test func rulesAddFieldsToEveryAnswer() async throws {
        let rules =
            #"set X-Frame-Options:DENY, "add Cache-Control: no-cache, no-store", set Content-Type:application/problem+json, setDate Expires:0"#
        try await serving({ $0.responseHeaders = try ResponseHeaderRules(parsing: rules) }) { address in
            let found = try await headers(address, "GET", [])
            #expect(found["x-frame-options"] == "DENY")
            #expect(found["cache-control"] == "no-cache, no-store")
            #expect(found["content-type"] == "application/problem+json")
            #expect(found["expires"] == found["date"] || found["expires"]?.hasSuffix(" GMT") == true)
            let missing = try await RawHTTP.send(address, "GET", "/nothing")
            #expect(missing.status == 404 && missing.headers["x-frame-options"] == "DENY")
        }
    }

    @Test(arguments: [
        ("set", "Invalid format of header config 'set'"), ("put X:y", "Invalid header config action: 'put'"),
        ("set X", "Invalid format of header name and header value pair 'X'"), ("set :y", "Invalid header name ''"),
        ("set A B:y", "Invalid header name 'A B'"), ("addDate X:soon", "number of milliseconds"),
        ("\"set X:y", "has no second one"),
    ])
    func whatIsNoRuleIsSaid(text: String, problem: String) {
        let error = #expect(throws: HTTPServiceError.self) { try ResponseHeaderRules(parsing: text) }
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }
}

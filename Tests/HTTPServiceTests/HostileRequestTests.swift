import HTTPService
import HTTPTestSupport
import HTTPTypes
import JSON
import Testing

/// Requests that two servers could read in two ways, or that are none: a clear answer, and the connection is closed.
@Suite(.timeLimit(.minutes(1))) struct HostileRequestTests {
    private var routes: RouteTable {
        var routes = RouteTable()
        routes.add(.get, "/echo/{text}") { request in
            ServiceResponse(
                json: .array([.string(request.parameter("text"))] + request.queryValues("x").map { .string($0) }))
        }
        routes.add(.post, "/json") { request in ServiceResponse(json: try request.json()) }
        return routes
    }

    /// Sends bytes, and a second request behind them that must not be answered.
    private func answer(_ request: String) async throws -> String {
        var text = ""
        try await TestService.serve(
            routes,
            {
                $0.limits.headerSize = 8192
                $0.limits.targetSize = 2048
                $0.limits.headerCount = 50
            }
        ) { address in
            text = try await RawSocket.connect(to: address) { socket in
                try? await socket.send(request + "GET /echo/smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
                return await socket.rest()
            }
        }
        return text
    }

    private static let json = "POST /json HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"

    @Test(
        arguments: [
            ("two lengths", json + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
            ("two equal lengths", json + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400),
            ("a list of lengths", json + "Content-Length: 2, 2\r\n\r\n{}", 400),
            ("a length with a sign", json + "Content-Length: +2\r\n\r\n{}", 400),
            ("a length below zero", json + "Content-Length: -1\r\n\r\n{}", 400),
            ("a length in hexadecimal", json + "Content-Length: 0x2\r\n\r\n{}", 400),
            ("a length beyond all numbers", json + "Content-Length: 99999999999999999999999\r\n\r\n{}", 400),
            ("no length", json + "Content-Length:\r\n\r\n{}", 400),
            ("length and chunks", json + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            ("chunks and length", json + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", 400),
            ("another coding", json + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
            ("chunks that are not last", json + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
            ("chunks twice", json + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            ("a coding that is none", json + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
            ("a space before the colon of chunks", json + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
            ("a chunk of no size", json + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400),
            ("a chunk below zero", json + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n", 400),
            ("a chunk beyond all numbers", json + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400),
            (
                "a chunk that is longer than it says", json + "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
                400
            ),
            ("a size that ends in LF", json + "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n", 400),
            (
                "chunks in HTTP/1.0",
                json.replacing("1.1", with: "1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400
            ),
            ("a folded field", "GET /echo/x HTTP/1.1\r\nHost: h\r\nX-A: b\r\n c\r\n\r\n", 400),
            ("a first field with a space", "GET /echo/x HTTP/1.1\r\n Host: h\r\n\r\n", 400),
            ("a space before a colon", "GET /echo/x HTTP/1.1\r\nHost : h\r\n\r\n", 400),
            ("a field without a colon", "GET /echo/x HTTP/1.1\r\nHost: h\r\nnothing\r\n\r\n", 400),
            ("a field without a name", "GET /echo/x HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n", 400),
            ("a single LF behind a field", "GET /echo/x HTTP/1.1\r\nHost: h\nX-A: b\r\n\r\n", 400),
            ("a single LF behind the line", "GET /echo/x HTTP/1.1\nHost: h\r\n\r\n", 400),
            ("a single CR in a field", "GET /echo/x HTTP/1.1\r\nHost: h\r\nX-A: b\rc\r\n\r\n", 400),
            ("NUL in a field", "GET /echo/x HTTP/1.1\r\nHost: h\r\nX-A: b\0c\r\n\r\n", 400),
            ("NUL in a name", "GET /echo/x HTTP/1.1\r\nHost: h\r\nX\0A: b\r\n\r\n", 400),
            ("NUL in the path", "GET /echo/\0 HTTP/1.1\r\nHost: h\r\n\r\n", 400),
            ("no host", "GET /echo/x HTTP/1.1\r\nX-A: b\r\n\r\n", 400),
            ("two hosts", "GET /echo/x HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", 400),
            ("a host that is none", "GET /echo/x HTTP/1.1\r\nHost: h/i\r\n\r\n", 400),
            ("no version", "GET /echo/x\r\n\r\n", 400),
            ("a version to come", "GET /echo/x HTTP/3.7\r\nHost: h\r\n\r\n", 400),
            ("no method", " /echo/x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
            ("a method that is none", "G<T /echo/x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
            ("no path", "GET echo/x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
            ("another host to connect to", "CONNECT example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n", 405),
            ("a path of another protocol", "GET ftp://h/echo/x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
            ("a long path", "GET /echo/\(String(repeating: "x", count: 3000)) HTTP/1.1\r\nHost: h\r\n\r\n", 414),
            ("a path without end", "GET /echo/\(String(repeating: "x", count: 100_000))", 431),
            (
                "a huge field",
                "GET /echo/x HTTP/1.1\r\nHost: h\r\nX-A: \(String(repeating: "x", count: 9000))\r\n\r\n", 431
            ),
            (
                "many fields",
                "GET /echo/x HTTP/1.1\r\nHost: h\r\n" + String(repeating: "X: y\r\n", count: 60) + "\r\n", 431
            ),
            ("no HTTP", "\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}hello", 400),
        ] as [(String, String, Int)])
    func whatIsNoSoundRequestIsRefused(name: String, request: String, status: Int) async throws {
        let text = try await answer(request)
        let version = name.hasPrefix("a version") ? ["400", "505"] : ["\(status)"]
        #expect(version.contains { text.hasPrefix("HTTP/1.1 \($0) ") }, "\(text)")
        #expect(text.contains("\r\nconnection: close\r\n"))
        #expect(text.contains(#"{"error_code":"#))
        #expect(!text.contains("smuggled") && text.components(of: "HTTP/1.1 ") == 1, "\(text)")
    }

    @Test(arguments: [
        ("/echo/a%2Fb", #"["a/b"]"#), ("/echo/%2e%2e%2fetc", #"["../etc"]"#), ("//echo//x", #"["x"]"#),
        ("/echo/x?x=%00%0a", "[\"x\",\"\\u0000\\n\"]"), ("http://other/echo/x?x=1", #"["x","1"]"#),
        ("HTTPS://other/echo/x", #"["x"]"#), ("/echo/x#/../y", #"["x"]"#),
        ("/echo/%c3%a4?x=%F0%9F%98%80", #"["ä","😀"]"#),
    ])
    func unusualPathsAreWhatTheyAre(target: String, body: String) async throws {
        let text = try await answer("GET \(target) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 200 ") && text.hasSuffix("\r\n\r\n\(body)"), "\(text)")
    }

    @Test(arguments: [
        "/echo/..", "/echo/x/../y", "/./echo/x", "/echo/%2e%2E", "/echo/%2e", "/echo/%FF", "/echo/x?x=%c3",
        "/echo/x?%80=1",
        "/echo/%00", "/echo/a%0d%0ab", "/echo/%7f",
    ])
    func pathsThatStandForAnotherAreRefused(target: String) async throws {
        let text = try await answer("GET \(target) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 400 ") && text.contains(#""message":"The path"#), "\(text)")
    }

    @Test func whatComesBehindAFaultIsNotAnswered() async throws {
        let good = "GET /echo/good HTTP/1.1\r\nHost: h\r\n\r\n"
        let text = try await answer(good + good + "GET /echo/bad HTTP/1.1\r\n\r\n")
        #expect(text.components(of: "HTTP/1.1 200 ") == 2 && text.components(of: "HTTP/1.1 400 ") == 1)
        #expect(!text.contains("smuggled"))
    }

    @Test func manyRequestsInARowAreAnsweredInOrder() async throws {
        var text = ""
        try await TestService.serve(routes) { address in
            text = try await RawSocket.connect(to: address) { socket in
                let requests = (0..<2000).map {
                    "GET /\($0 % 3 == 0 ? "none" : "echo/\($0)") HTTP/1.1\r\nHost: h\r\n\r\n"
                }
                try await socket.send(requests.joined())
                try await socket.send("GET /echo/end HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                return await socket.rest()
            }
        }
        let bodies = text.split(separator: "[\"").dropFirst().compactMap { $0.split(separator: "\"").first }
        #expect(bodies.map(String.init) == (0..<2000).filter { $0 % 3 != 0 }.map(String.init) + ["end"])
    }

    @Test func otherExpectationsThanToGoOnAreA417() async throws {
        let request = Self.json + "Content-Length: 2\r\nExpect: the-unexpected\r\n\r\n"
        #expect(try await answer(request).hasPrefix("HTTP/1.1 417 Expectation Failed\r\n"))
        // Who is refused before it sends its body is not told to go on, and the connection is of no more use.
        let refused = try await answer(
            "POST /none HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        #expect(refused.hasPrefix("HTTP/1.1 404 ") && refused.contains("\r\nconnection: close\r\n"))
        #expect(!refused.contains("100 Continue"))
    }

    @Test func clientsOfHTTP10AreServed() async throws {
        let one = try await answer("GET /echo/x HTTP/1.0\r\n\r\n")
        #expect(one.hasPrefix("HTTP/1.1 200 OK\r\n") && one.hasSuffix("\r\n\r\n[\"x\"]"))
        #expect(one.contains("\r\nconnection: close\r\n"))
        let kept = try await answer(
            "GET /echo/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /echo/y HTTP/1.0\r\n\r\n")
        #expect(kept.contains("\r\nconnection: keep-alive\r\n") && kept.hasSuffix("\r\n\r\n[\"y\"]"))
    }

    @Test func theServerAsSuchHasOptions() async throws {
        let text = try await answer("OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(try await answer("GET * HTTP/1.1\r\nHost: h\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int {
        split(separator: text, omittingEmptySubsequences: false).count - 1
    }
}

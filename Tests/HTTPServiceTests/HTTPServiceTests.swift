import HTTPService
import HTTPTestSupport
import HTTPTypes
import JSON
import LogHarness
import Logging
import Testing

@Suite struct HTTPServiceTests {
    @Test func aRequestOverTheWireIsAnswered() async throws {
        try await serving { address in
            let answer = try await RawHTTP.exchange(
                address, "GET /echo/a%2Fb/?x=1+2&x=3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.lowercased().contains("content-type: application/json\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n[\"a/b\",\"1 2\",\"3\"]"))
        }
    }

    @Test func twoListenersServeTheSame() async throws {
        try await serving(listeners: 2) { addresses in
            #expect(Set(addresses.map(\.port)).count == 2)
            for address in addresses {
                let answer = try await RawHTTP.exchange(
                    address, "HEAD /echo/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(answer.lowercased().contains("content-length: 5\r\n"))
                #expect(answer.hasSuffix("\r\n\r\n"))
            }
        }
    }

    @Test func aBodyBeyondTheLimitIsRefused() async throws {
        try await serving { address in
            let body = String(repeating: "x", count: 2000)
            let announced = try await RawHTTP.exchange(
                address, "POST /json HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\nConnection: close\r\n\r\n" + body)
            #expect(announced.hasPrefix("HTTP/1.1 413 "))
            let message = "HTTP 413 Request Entity Too Large: a request's body may have 1000 bytes at most"
            #expect(announced.hasSuffix(#"{"error_code":413,"message":"\#(message)"}"#))
            let chunked = try await RawHTTP.exchange(
                address,
                "POST /json HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + "7d0\r\n" + body + "\r\n0\r\n\r\n")
            #expect(chunked.hasPrefix("HTTP/1.1 413 "))
            let head = try await RawHTTP.exchange(
                address, "HEAD /json HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\nConnection: close\r\n\r\n" + body)
            #expect(head.hasPrefix("HTTP/1.1 413 "))
            #expect(head.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func connectionsBeyondTheLimitWaitForTheirTurn() async throws {
        var routes = RouteTable()
        let order = AsyncStream<String>.makeStream()
        routes.add(.get, "/{name}") { request in
            order.continuation.yield(request.parameter("name"))
            return ServiceResponse(json: "x")
        }
        let request = "GET /one HTTP/1.1\r\nHost: h\r\n\r\n"
        try await TestService.serve(routes, { $0.limits.connections = 1 }) { address in
            async let first: Void = RawSocket.connect(to: address) { socket in
                try await socket.send(request)
                _ = try await socket.receive(until: "\"x\"")
                for _ in 0..<5 {
                    try await socket.send(request.replacing("one", with: "more"))
                    _ = try await socket.receive(until: "\"x\"")
                }
            }
            for await _ in order.stream { break }
            // The first one has its connection for as long as it likes.
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(request.replacing("one", with: "two"))
                _ = try await socket.receive(until: "\"x\"")
            }
            try await first
        }
        order.continuation.finish()
        var found: [String] = []
        for await name in order.stream { found.append(name) }
        #expect(found == ["more", "more", "more", "more", "more", "two"])
    }

    @Test func whatLiesBehindA500IsLogged() async throws {
        let lines = LogLines()
        var routes = RouteTable()
        routes.add(.get, "/broken") { _ in throw HTTPServiceError("the disk is on fire") }
        routes.add(.get, "/refused") { _ in throw ServiceError(.conflict, "not now") }
        let service = HTTPService(
            configuration: .init(listeners: [HTTPListener(host: "127.0.0.1", port: 0)]), routes: routes,
            logger: lines.logger)
        async let running: Void = service.run()
        let address = try #require(try await service.addresses().first)
        #expect(try await RawHTTP.send(address, "GET", "/broken").status == 500)
        #expect(try await RawHTTP.send(address, "GET", "/refused").status == 409)
        await service.shutdown()
        try await running
        let errors = lines.all.filter { $0.hasPrefix("error") }
        #expect(errors.count == 1)
        #expect(errors.first?.contains("the disk is on fire") == true)
        #expect(errors.first?.contains("/broken") == true)
    }

    @Test func aServiceThatIsShutDownBeforeItRunsEnds() async throws {
        let service = HTTPService(
            configuration: .init(listeners: [HTTPListener(host: "127.0.0.1", port: 0)]), routes: RouteTable(),
            logger: Logger(label: "test"))
        await service.shutdown()
        await #expect(throws: CancellationError.self) { try await service.addresses() }
        try await service.run()
    }

    @Test func aShutdownWaitsForRequestsAsLongAsItsPatienceLasts() async throws {
        var routes = RouteTable()
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        routes.add(.get, "/never") { _ in
            arrival.finish()
            // Nothing is ever sent; only a cancellation ends the wait.
            let (never, end) = AsyncStream<Void>.makeStream()
            for await _ in never {}
            end.finish()
            return ServiceResponse(.ok)
        }
        let service = HTTPService(
            configuration: .init(listeners: [HTTPListener(host: "127.0.0.1", port: 0)]), routes: routes,
            logger: Logger(label: "test"))
        async let running: Void = service.run()
        let address = try #require(try await service.addresses().first)
        async let answer = RawHTTP.exchange(address, "GET /never HTTP/1.1\r\nHost: h\r\n\r\n")
        for await _ in arrivals {}
        await service.shutdown(patience: .milliseconds(10))
        try await running
        _ = try? await answer
    }

    @Test func aClientThatWaitsForContinueGetsIt() async throws {
        try await serving { address in
            let answer = try await RawHTTP.exchange(
                address,
                "POST /json HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"
            )
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
        }
    }

    @Test func aPortInUseIsAnError() async throws {
        try await serving { address in
            let second = HTTPService(
                configuration: .init(listeners: [address]), routes: RouteTable(), logger: Logger(label: "test"))
            await #expect(throws: (any Error).self) { try await second.run() }
            await #expect(throws: (any Error).self) { try await second.addresses() }
        }
    }

    private func serving(_ body: (HTTPListener) async throws -> Void) async throws {
        try await serving(listeners: 1) { try await body($0[0]) }
    }

    private func serving(listeners: Int, _ body: ([HTTPListener]) async throws -> Void) async throws {
        var routes = RouteTable()
        routes.add(.get, "/echo/{text}") { request in
            ServiceResponse(
                json: .array(([request.parameter("text")] + request.queryValues("x")).map(JSONValue.string)))
        }
        routes.add(.post, "/json") { request in ServiceResponse(json: try request.json()) }
        let service = HTTPService(
            configuration: .init(
                listeners: Array(repeating: HTTPListener(host: "127.0.0.1", port: 0), count: listeners),
                maximumBodySize: 1000), routes: routes, logger: Logger(label: "test"))
        async let running: Void = service.run()
        try await body(service.addresses())
        await service.shutdown()
        try await running
    }
}

@Suite struct HTTPListenerTests {
    @Test func listenersAreReadAsKafkaWritesThem() throws {
        #expect(
            try HTTPListener.list("http://localhost:8083, HTTPS://[::1]:0,http://:1")
                == [
                    .init(host: "localhost", port: 8083), .init(.https, host: "::1", port: 0), .init(host: "", port: 1),
                ])
        #expect(HTTPListener(.https, host: "0.0.0.0", port: 7).local.description == "https://127.0.0.1:7")
        #expect(HTTPListener(host: "::1", port: 7).description == "http://[::1]:7")
        #expect(HTTPListener(host: "", port: 7).local.description == "http://127.0.0.1:7")
        #expect(HTTPListener(host: "::", port: 7).local.authority == "[::1]:7")
        #expect(HTTPListener(host: "h", port: 7).local.authority == "h:7")
    }

    @Test(arguments: ["", "localhost:8083", "ftp://h:1", "http://h", "http://h:70000", "http://h:x"])
    func otherTextIsRefused(text: String) {
        #expect(throws: HTTPServiceError.self) { try HTTPListener.list(text) }
    }
}

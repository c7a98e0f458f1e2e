import HTTPService
import HTTPTestSupport
import HTTPTypes
import JSON
import ServerHarness
import Synchronization
import Testing

/// Clients that take their time: each limit is far below what a failing test would wait.
@Suite(.timeLimit(.minutes(1))) struct SlowClientTests {
    private static let short = Duration.milliseconds(30)
    /// What a client that asks at once keeps to on a busy machine too.
    private static let longer = Duration.milliseconds(300)
    private static let post =
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n"

    private var routes: RouteTable {
        var routes = RouteTable()
        routes.add(.post, "/echo") { ServiceResponse(json: .integer($0.body.count)) }
        routes.add(streaming: .post, "/stream") { request in
            var size = 0
            for try await bytes in request.bytes { size += bytes.count }
            return ServiceResponse(json: .integer(size))
        }
        routes.add(.get, "/next") { _ in ServiceResponse(json: "next") }
        return routes
    }

    @Test(arguments: ["G", "GET /next HTTP/1.1\r\nHost: h\r\n", "PRI * HTTP/2.0\r\n"])
    func aHeadThatDoesNotComeIsA408(beginning: String) async throws {
        try await TestService.serve(routes, { $0.timeouts.head = Self.short }) { address in
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(beginning)
                let answer = await socket.rest()
                // Until it is known what is spoken there is nothing to say.
                guard !beginning.hasPrefix("PRI") else { return #expect(answer.isEmpty) }
                #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
                #expect(answer.contains("the head of the request did not come in time"))
            }
        }
    }

    @Test(arguments: ["/echo", "/stream"])
    func aBodyThatDoesNotComeIsA408(path: String) async throws {
        try await TestService.serve(routes, { $0.timeouts.body = Self.short }) { address in
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(Self.post.replacing("/echo", with: path) + "12345")
                let answer = await socket.rest()
                #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
                #expect(answer.contains("the body did not come in time") && answer.contains("connection: close"))
            }
        }
    }

    @Test func aBodyThatDoesNotComeOverHTTP2IsA408() async throws {
        try await TestService.serve(routes, { $0.timeouts.body = Self.short }) { address in
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(bytes: RawHTTP2.beginning)
                let fields = RawHTTP2.fields("POST", "/echo", [("content-type", "application/json")])
                try await socket.send(bytes: RawHTTP2.Frame(1, flags: 4, stream: 1, fields).bytes)
                _ = try await RawHTTP2.receive(1, &socket)
                let body = try await RawHTTP2.receive(0, &socket).payload
                #expect(String(decoding: body, as: UTF8.self).contains("the body did not come in time"))
            }
        }
    }

    @Test func aRouteThatTakesItsTimeIsNoFaultOfTheClient() async throws {
        let (signals, signal) = AsyncStream<Void>.makeStream()
        var routes = RouteTable(mediaTypes: ["text/plain"])
        routes.add(streaming: .post, "/slow") { request in
            for await _ in signals { break }
            var size = 0
            for try await bytes in request.bytes { size += bytes.count }
            return ServiceResponse(type: "text/plain", body: Array(String(size).utf8))
        }
        let change: (inout HTTPService.Configuration) -> Void = {
            $0.timeouts.body = Self.short
            $0.timeouts.head = Self.short
        }
        try await TestService.serve(routes, change) { address in
            try await RawSocket.connect(to: address) { socket in
                // More than waits for a route, so that nothing is read for a while.
                let size = 1 << 20
                let head =
                    "POST /slow HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: \(size)\r\n\r\n"
                try await socket.send(bytes: Array(head.utf8) + [UInt8](repeating: 0x78, count: size))
                // Another client's patience ends meanwhile, more than once.
                for _ in 0..<3 {
                    try await RawSocket.connect(to: address) { other in
                        try await other.send("G")
                        #expect(await other.rest().hasPrefix("HTTP/1.1 408 "))
                    }
                }
                signal.yield()
                #expect(try await socket.receive(until: "\r\n\r\n\(size)").hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test(arguments: [false, true])
    func whoTakesNoAnswerIsLeft(isHTTP2: Bool) async throws {
        let hasEnded = Mutex(false)
        var routes = RouteTable()
        routes.add(.get, "/flood", producing: ["text/plain"]) { _ in
            ServiceResponse(type: "text/plain") { send in
                defer { hasEnded.withLock { $0 = true } }
                let piece = [UInt8](repeating: 0x78, count: 1 << 16)
                while true { try await send(piece) }
            }
        }
        try await TestService.serve(routes, { $0.timeouts.write = Self.short }) { address in
            try await RawSocket.connect(to: address) { socket in
                if isHTTP2 {
                    try await socket.send(bytes: RawHTTP2.beginning)
                    let fields = RawHTTP2.fields("GET", "/flood")
                    try await socket.send(bytes: RawHTTP2.Frame(1, flags: 5, stream: 1, fields).bytes)
                } else {
                    try await socket.send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n")
                }
                try await wait(for: "the end of the stream") { hasEnded.withLock { $0 } }
            }
        }
    }

    @Test(arguments: ["", "GET /next HTTP/1.1\r\nHost: h\r\n\r\n"])
    func anIdleConnectionIsClosed(beginning: String) async throws {
        try await TestService.serve(routes, { $0.timeouts.idle = Self.longer }) { address in
            try await RawSocket.connect(to: address) { socket in
                if !beginning.isEmpty { try await socket.send(beginning) }
                let answer = await socket.rest()
                #expect(answer.hasSuffix(beginning.isEmpty ? "" : "\"next\""))
            }
        }
    }

    @Test func anIdleConnectionOfHTTP2IsToldToGo() async throws {
        try await TestService.serve(routes, { $0.timeouts.idle = Self.longer }) { address in
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(bytes: RawHTTP2.beginning)
                let frame = try await RawHTTP2.receive(7, &socket)
                #expect(frame.stream == 0)
            }
        }
    }
}

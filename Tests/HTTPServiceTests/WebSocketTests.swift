import HTTPService
import HTTPTestSupport
import HTTPTypes
import JSON
import LogHarness
import ServerHarness
import Synchronization
import Testing

/// Routes that become WebSockets, and clients that keep to the protocol or do not.
@Suite(.timeLimit(.minutes(1))) struct WebSocketTests {
    private typealias Frame = RawWebSocket.Frame

    private var limits: WebSocketLimits {
        var limits = WebSocketLimits()
        limits.messageSize = 100_000
        limits.fragmentCount = 4
        return limits
    }

    private var routes: RouteTable {
        var routes = RouteTable()
        routes.add(webSocket: "/echo", subprotocols: ["b", "a"], limits: limits) { _, connection in
            for try await message in connection.messages { try await connection.send(message) }
        }
        routes.add(.get, "/echo") { _ in ServiceResponse(json: "plain") }
        routes.add(webSocket: "/who/{name}") { request, connection in
            try await connection.send(text: "\(request.parameter("name")) \(request.principal)")
        }
        routes.add(webSocket: "/refused") { _, _ in throw ServiceError(.conflict, "not now") }
        routes.add(webSocket: "/broken") { _, _ in throw HTTPServiceError("the disk is on fire") }
        return routes
    }

    /// Opens a WebSocket.
    private func open(
        _ address: HTTPListener, _ target: String, _ body: (inout RawSocket) async throws -> Void
    ) async throws {
        try await RawSocket.connect(to: address) { socket in
            try await socket.send(RawWebSocket.request(target))
            #expect(try await socket.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
            try await body(&socket)
        }
    }

    /// What a request for a WebSocket is answered.
    private func answer(_ address: HTTPListener, _ request: String) async throws -> String {
        try await RawSocket.connect(to: address) { socket in
            try await socket.send(request)
            return try await socket.receive(until: "\r\n\r\n")
        }
    }

    @Test(arguments: [true, false])
    func messagesGoBothWays(onEventLoops: Bool) async throws {
        try await TestService.serve(routes, { $0.runsOnEventLoops = onEventLoops }) { address in
            try await open(address, "/echo") { socket in
                for size in [0, 1, 125, 126, 65535, 65536, 100_000] {
                    let frame = Frame(2, [UInt8](repeating: 7, count: size))
                    try await socket.send(bytes: RawWebSocket.bytes(frame))
                    #expect(try await RawWebSocket.receive(&socket) == frame)
                }
                try await socket.send(bytes: RawWebSocket.bytes(Frame.text("häh"), isLast: false))
                try await socket.send(bytes: RawWebSocket.bytes(Frame(9, [1, 2])))
                try await socket.send(bytes: RawWebSocket.bytes(Frame(0, Array("?".utf8))))
                #expect(try await RawWebSocket.receive(&socket) == Frame(10, [1, 2]))
                #expect(try await RawWebSocket.receive(&socket) == .text("häh?"))
                try await socket.send(bytes: RawWebSocket.bytes(Frame(8, [0x03, 0xE9])))
                #expect(try await RawWebSocket.receive(&socket).code == 1001)
                #expect(await socket.rest().isEmpty)
            }
        }
    }

    @Test func framesRightBehindTheRequestAreTaken() async throws {
        try await TestService.serve(routes) { address in
            try await RawSocket.connect(to: address) { socket in
                let request = Array(RawWebSocket.request("/echo").utf8)
                try await socket.send(bytes: request + RawWebSocket.bytes(.text("early")))
                let head = try await socket.receive(until: "\r\n\r\n").lowercased()
                #expect(head.contains("\r\nsec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"))
                #expect(head.contains("\r\nupgrade: websocket\r\n") && head.contains("\r\nconnection: upgrade\r\n"))
                #expect(try await RawWebSocket.receive(&socket) == .text("early"))
            }
        }
    }

    @Test func theHandshakeHasToBeOne() async throws {
        try await TestService.serve(routes) { address in
            let good = RawWebSocket.request("/echo")
            for (request, status) in [
                (good.replacing("Version: 13", with: "Version: 8"), "426"),
                (good.replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "short"), "400"),
                (good.replacing("\r\n\r\n", with: "\r\nContent-Length: 2\r\n\r\n{}"), "400"),
                (good.replacing("/echo", with: "/nothing"), "404"), (good.replacing("GET", with: "POST"), "405"),
                (good.replacing("Upgrade: websocket", with: "Upgrade: h2c"), "200"),
            ] {
                let head = try await answer(address, request)
                #expect(head.hasPrefix("HTTP/1.1 \(status) "), "\(request)")
                // What asked for another protocol is not parsed any further.
                #expect(head.lowercased().contains("\r\nconnection: close\r\n"))
            }
            #expect(try await Curl.request(nil, "\(address)/echo").body == "\"plain\"")
            let plain = try await Curl.request(nil, "\(address)/who/x")
            #expect(plain.status == 426 && plain.headers["upgrade"] == "websocket")
        }
    }

    @Test func aSubprotocolIsAgreedOn() async throws {
        try await TestService.serve(routes) { address in
            for (offer, chosen) in [("x, a, b", "b"), ("a", "a"), ("x", nil)] {
                let request = RawWebSocket.request("/echo", fields: ["Sec-WebSocket-Protocol: \(offer)"])
                let head = try await answer(address, request).lowercased()
                #expect(head.hasPrefix("http/1.1 101 "))
                #expect(head.contains("sec-websocket-protocol: \(chosen ?? "")\r\n") == (chosen != nil))
            }
        }
    }

    @Test func whoIsNotAllowedGetsNone() async throws {
        try await TestService.serve(
            routes,
            {
                $0.authentication = try BasicAuthentication(users: ["ada": "s"], realm: "test")
                $0.crossOrigin = CrossOriginPolicy(origins: "http://ui.example", methods: "")
            }
        ) { address in
            let ada = "Authorization: Basic YWRhOnM="
            #expect(try await answer(address, RawWebSocket.request("/who/x")).hasPrefix("HTTP/1.1 401 "))
            for (origin, status) in [
                ("http://ui.example", "101"), ("http://test", "101"), ("http://evil.example", "403"), ("null", "403"),
            ] {
                let request = RawWebSocket.request("/who/x", fields: [ada, "Origin: \(origin)"])
                #expect(try await answer(address, request).hasPrefix("HTTP/1.1 \(status) "), "\(origin)")
            }
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(RawWebSocket.request("/who/x", fields: [ada]))
                _ = try await socket.receive(until: "\r\n\r\n")
                #expect(try await RawWebSocket.receive(&socket) == .text("x User:ada"))
                #expect(try await RawWebSocket.receive(&socket).code == 1000)
            }
        }
    }

    @Test func whatTheRouteThrowsEndsIt() async throws {
        let lines = LogLines()
        try await TestService.serve(routes, logger: lines.logger) { address in
            try await open(address, "/refused") { socket in
                let frame = try await RawWebSocket.receive(&socket)
                #expect(frame.code == 1008 && frame.payload.dropFirst(2).elementsEqual("not now".utf8))
                try await socket.send(bytes: RawWebSocket.bytes(Frame(8, [0x03, 0xF0])))
                #expect(await socket.rest().isEmpty)
            }
            try await open(address, "/broken") { socket in
                let frame = try await RawWebSocket.receive(&socket)
                #expect(frame.code == 1011)
            }
        }
        #expect(lines.all.contains { $0.hasPrefix("error") && $0.contains("the disk is on fire") })
    }

    @Test(
        arguments: [
            ("unmasked", RawWebSocket.bytes(.text("x"), isMasked: false), 1002),
            ("flags", RawWebSocket.bytes(.text("x"), flags: 0x40), 1002),
            ("an unknown kind", RawWebSocket.bytes(.init(3, [1])), 1002),
            ("a fragment of nothing", RawWebSocket.bytes(.init(0, [1])), 1002),
            ("a message in another", RawWebSocket.bytes(.init(1), isLast: false) + RawWebSocket.bytes(.init(1)), 1002),
            ("a ping in pieces", RawWebSocket.bytes(.init(9, [1]), isLast: false), 1002),
            ("a long ping", RawWebSocket.bytes(.init(9, [UInt8](repeating: 0, count: 126))), 1002),
            ("no UTF-8", RawWebSocket.bytes(.init(1, [0xFF, 0xFE])), 1007),
            ("a code that is none", RawWebSocket.bytes(.init(8, [0x03, 0xED])), 1002),
            ("half a code", RawWebSocket.bytes(.init(8, [0x03])), 1002),
            ("too large a frame", RawWebSocket.bytes(.init(2, [UInt8](repeating: 0, count: 100_001))), 1009),
            (
                "a length of the whole memory",
                [0x82, 0xFF, 0x7F] + [UInt8](repeating: 0xFF, count: 7) + [0, 0, 0, 0], 1009
            ),
            (
                "too large a message",
                RawWebSocket.bytes(.init(2, [UInt8](repeating: 0, count: 60_000)), isLast: false)
                    + RawWebSocket.bytes(.init(0, [UInt8](repeating: 0, count: 60_000))), 1009
            ),
            (
                "too many pieces",
                RawWebSocket.bytes(.init(2), isLast: false)
                    + (0..<4).flatMap { _ in RawWebSocket.bytes(.init(0), isLast: false) }, 1008
            ),
        ] as [(String, [UInt8], Int)])
    func whoBreaksTheProtocolIsToldSo(name: String, bytes: [UInt8], code: Int) async throws {
        try await TestService.serve(routes) { address in
            try await open(address, "/echo") { socket in
                try await socket.send(bytes: bytes)
                #expect(try await RawWebSocket.receive(&socket).code == code)
                #expect(await socket.rest().isEmpty)
            }
        }
    }

    @Test func aSilentClientIsAsked() async throws {
        let problem = Mutex<WebSocketError?>(nil)
        var limits = WebSocketLimits()
        limits.pingInterval = .milliseconds(200)
        var routes = RouteTable()
        routes.add(webSocket: "/wait", limits: limits) { _, connection in
            do {
                for try await _ in connection.messages {}
            } catch let error as WebSocketError {
                problem.withLock { $0 = error }
            }
        }
        try await TestService.serve(routes) { address in
            try await open(address, "/wait") { socket in
                for _ in 0..<3 {
                    #expect(try await RawWebSocket.receive(&socket).opcode == 9)
                    try await socket.send(bytes: RawWebSocket.bytes(Frame(10)))
                }
                var frame = try await RawWebSocket.receive(&socket)
                while frame.opcode == 9 { frame = try await RawWebSocket.receive(&socket) }
                #expect(frame.code == 1001)
            }
            try await wait(for: "the route's end") { problem.withLock { $0?.code } == .goingAway }
        }
    }

    @Test func aRouteThatTakesNothingStopsTheClient() async throws {
        let (signals, signal) = AsyncStream<Void>.makeStream()
        let taken = Tally()
        var routes = RouteTable()
        routes.add(webSocket: "/slow") { _, connection in
            for await _ in signals { break }
            for try await message in connection.messages { taken.add(message.size) }
        }
        try await TestService.serve(routes) { address in
            try await open(address, "/slow") { socket in
                let sent = Tally()
                let writer = socket.writer
                async let writing: Void = {
                    let frame = RawWebSocket.bytes(Frame(2, [UInt8](repeating: 1, count: 1 << 20)))
                    for _ in 0..<24 {
                        try await writer.send(bytes: frame)
                        sent.add(1 << 20)
                    }
                }()
                var looks = (last: -1, count: 0)
                try await wait(for: "the client to stand still") { sent.standsStill(at: &looks) }
                #expect(looks.last < 20 << 20)
                signal.yield()
                try await writing
                try await wait(for: "everything to be taken") { taken.count == 24 << 20 }
            }
        }
    }

    @Test func sendingWaitsForAClientThatTakesNothing() async throws {
        let sent = Tally()
        let hasEnded = Mutex(false)
        var routes = RouteTable()
        routes.add(webSocket: "/flood") { _, connection in
            defer { hasEnded.withLock { $0 = true } }
            let piece = [UInt8](repeating: 1, count: 1 << 20)
            while true {
                try await connection.send(.binary(piece))
                sent.add(1)
            }
        }
        try await TestService.serve(routes) { address in
            try await open(address, "/flood") { _ in
                var looks = (last: -1, count: 0)
                try await wait(for: "the server to stand still") { sent.standsStill(at: &looks) }
                #expect(looks.last < 64)
            }
            try await wait(for: "the route's end") { hasEnded.withLock { $0 } }
        }
    }

    @Test func aServiceThatStopsSaysSo() async throws {
        let service = HTTPService(
            configuration: .init(listeners: [HTTPListener(host: "127.0.0.1", port: 0)]), routes: routes,
            logger: LogLines().logger)
        async let running: Void = service.run()
        let address = try #require(try await service.addresses().first)
        try await open(address, "/echo") { socket in
            async let stopping: Void = service.shutdown()
            #expect(try await RawWebSocket.receive(&socket).code == 1001)
            try await socket.send(bytes: RawWebSocket.bytes(Frame(8, [0x03, 0xE9])))
            #expect(await socket.rest().isEmpty)
            await stopping
        }
        try await running
    }
}

import HTTPService
import HTTPTestSupport
import HTTPTypes
import JSON
import Logging
import ServerHarness
import Synchronization
import Testing
import TransportSecurity

/// HTTP/2 beside HTTP/1.1, and what it makes easy to ask for too much of.
@Suite(.timeLimit(.minutes(1))) struct HTTP2Tests {
    private var routes: RouteTable {
        var routes = RouteTable()
        routes.add(.get, "/echo/{text}") { ServiceResponse(json: .string($0.parameter("text"))) }
        routes.add(.get, "/host") { ServiceResponse(json: .string($0.authority ?? "none")) }
        routes.add(.post, "/json") { ServiceResponse(json: .integer($0.body.count)) }
        return routes
    }

    private static let priorKnowledge = ["--http2-prior-knowledge", "--write-out", "\n%{http_version}"]

    @Test func aClientThatKnowsIsServedOnAPlainListener() async throws {
        try await TestService.serve(routes) { address in
            let answer = try await Curl.request(nil, "\(address)/echo/a%2Fb", options: Self.priorKnowledge)
            #expect(answer.status == 200 && answer.body == "\"a/b\"\n2")
            #expect(answer.headers["content-length"] == "5" && answer.headers["date"]?.hasSuffix(" GMT") == true)
            let host = try await Curl.request(nil, "\(address)/host", options: Self.priorKnowledge)
            #expect(host.body == "\"\(address.authority)\"\n2")
            let directory = try TemporaryDirectory()
            let path = directory.path("large")
            _ = try await Command.check("sh", ["-c", "head -c 500000 /dev/zero > '\(path)'"])
            let posted = try await Curl.request(
                nil, "\(address)/json",
                options: Self.priorKnowledge + ["-H", "Content-Type: application/json", "--data-binary", "@\(path)"])
            #expect(posted.body == "500000\n2")
            let missing = try await Curl.request(nil, "\(address)/none", options: Self.priorKnowledge)
            #expect(missing.status == 404)
            let head = try await Curl.request(nil, "\(address)/echo/x", options: Self.priorKnowledge + ["--head"])
            #expect(head.status == 200 && head.headers["content-length"] == "3")
            // Others get what they speak.
            #expect(try await Curl.request(nil, "\(address)/echo/x", options: ["--http1.1"]).body == "\"x\"")
            #expect(try await Curl.request(nil, "\(address)/echo/x", options: ["--http2"]).body == "\"x\"")
        }
    }

    @Test func aBodyBeyondTheLimitIsRefused() async throws {
        try await TestService.serve(routes, { $0.maximumBodySize = 1000 }) { address in
            let directory = try TemporaryDirectory()
            let path = directory.path("large")
            _ = try await Command.check("sh", ["-c", "head -c 3000000 /dev/zero > '\(path)'"])
            for options in [["--data-binary", "@\(path)"], ["--upload-file", path, "-X", "POST"]] {
                let answer = try await Curl.request(
                    nil, "\(address)/json",
                    options: ["--http2-prior-knowledge", "-H", "Content-Type: application/json"] + options)
                #expect(answer.status == 413 && answer.body.contains("1000 bytes at most"))
            }
        }
    }

    @Test func theHandshakeOfTLSTellsWhatIsSpoken() async throws {
        let files = try await CertificateFiles.make()
        let keys = [
            "ssl.keystore.key": try files.text("server.key"),
            "ssl.keystore.certificate.chain": try files.text("server.pem"),
        ]
        for isEnabled in [true, false] {
            try await TestService.serve(
                routes,
                {
                    $0.listeners = [HTTPListener(.https, host: "127.0.0.1", port: 0)]
                    $0.tls = TLSSettings(keys, prefix: "")
                    $0.isHTTP2Enabled = isEnabled
                }
            ) { address in
                let trust = ["--cacert", files.path("authority.pem"), "--write-out", "\n%{http_version}"]
                let both = try await Curl.request(nil, "\(address)/echo/x", options: trust + ["--http2"])
                #expect(both.body == "\"x\"\n\(isEnabled ? "2" : "1.1")")
                let old = try await Curl.request(nil, "\(address)/echo/x", options: trust + ["--http1.1"])
                #expect(old.body == "\"x\"\n1.1")
                let silent = try await Curl.request(nil, "\(address)/echo/x", options: trust + ["--no-alpn"])
                #expect(silent.body == "\"x\"\n1.1")
            }
        }
    }

    @Test func withoutItThePrefaceIsNoRequest() async throws {
        try await TestService.serve(routes, { $0.isHTTP2Enabled = false }) { address in
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(bytes: RawHTTP2.beginning)
                #expect(await socket.rest().hasPrefix("HTTP/1.1 "))
            }
        }
    }

    @Test func pathsAreLookedAtAsWithHTTP11() async throws {
        try await TestService.serve(routes) { address in
            for (path, status) in [("/echo/%2e%2e", 400), ("/echo/%FF", 400), ("/echo/x/", 200)] {
                let answer = try await Curl.request(
                    nil, "\(address)\(path)", options: ["--http2-prior-knowledge", "--path-as-is"])
                #expect(answer.status == status, "\(path)")
            }
        }
    }

    // MARK: Too much

    /// Begins a connection, sends frames, and reads until the server says that it goes away, or just goes.
    private func isEnded(by frames: [UInt8]) async throws -> Bool {
        var hasEnded = false
        try await TestService.serve(routes) { address in
            hasEnded = try await RawSocket.connect(to: address) { socket in
                try await socket.send(bytes: RawHTTP2.beginning)
                try? await socket.send(bytes: frames)
                while let frame = try? await RawHTTP2.receive(&socket) {
                    if frame.type == 7, frame.payload.count >= 8, frame.payload[7] != 0 { return true }
                }
                return true
            }
            // The server serves others as ever.
            #expect(try await Curl.request(nil, "\(address)/echo/x").body == "\"x\"")
        }
        return hasEnded
    }

    @Test func rapidResetsEndTheConnection() async throws {
        let frames = (0..<1000).flatMap { number in
            RawHTTP2.Frame(1, flags: 5, stream: 2 * number + 1, RawHTTP2.fields("GET", "/echo/x")).bytes
                + RawHTTP2.Frame(3, stream: 2 * number + 1, [0, 0, 0, 8]).bytes
        }
        #expect(try await isEnded(by: frames))
    }

    @Test(arguments: [
        ("pings", RawHTTP2.Frame(6, [UInt8](repeating: 0, count: 8))), ("settings", RawHTTP2.Frame(4)),
        ("priorities", RawHTTP2.Frame(2, stream: 1, [0, 0, 0, 0, 1])),
    ])
    func floodsOfSmallFramesEndTheConnection(name: String, frame: RawHTTP2.Frame) async throws {
        #expect(try await isEnded(by: (0..<20_000).flatMap { _ in frame.bytes }))
    }

    @Test func headsWithoutEndEndTheConnection() async throws {
        let head = RawHTTP2.Frame(1, stream: 1, RawHTTP2.fields("GET", "/echo/x")).bytes
        let field: [UInt8] = [0x00, 0x01, 0x78, 0x01, 0x79]
        #expect(try await isEnded(by: head + (0..<10_000).flatMap { _ in RawHTTP2.Frame(9, stream: 1, field).bytes }))
        let large: [UInt8] = [0x00, 0x01, 0x78, 0x64] + [UInt8](repeating: 0x78, count: 100)
        let many = [UInt8]((0..<140).map { _ in large }.joined())
        let frames = RawHTTP2.Frame(1, stream: 1, RawHTTP2.fields("GET", "/echo/x") + many).bytes
        let rest = RawHTTP2.Frame(9, stream: 1, many).bytes + RawHTTP2.Frame(9, flags: 4, stream: 1, many).bytes
        #expect(try await isEnded(by: frames + rest), "40 kB of fields")
    }

    @Test func moreRequestsAtATimeThanAllowedAreRefused() async throws {
        let (never, end) = AsyncStream<Void>.makeStream()
        let arrived = Mutex(0)
        var routes = RouteTable()
        routes.add(.get, "/wait") { _ in
            arrived.withLock { $0 += 1 }
            for await _ in never {}
            return ServiceResponse(.noContent)
        }
        try await TestService.serve(routes, { $0.limits.concurrentStreams = 10 }) { address in
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(bytes: RawHTTP2.beginning)
                let settings = try await RawHTTP2.receive(4, &socket).payload
                #expect(settings.starts(with: [0, 3, 0, 0, 0, 10]))
                // From the client's word on that it knows; before, the library's own bound of 100 holds.
                try await socket.send(bytes: RawHTTP2.Frame(4, flags: 1).bytes)
                for number in 0..<11 {
                    let fields = RawHTTP2.fields("GET", "/wait")
                    try await socket.send(bytes: RawHTTP2.Frame(1, flags: 5, stream: 2 * number + 1, fields).bytes)
                }
                // The eleventh is refused, or the connection with it: the client was told.
                var frame = try? await RawHTTP2.receive(&socket)
                while let found = frame, found.type != 3, found.type != 7 {
                    frame = try? await RawHTTP2.receive(&socket)
                }
                #expect(arrived.withLock { $0 } <= 10)
            }
            end.finish()
        }
    }
}

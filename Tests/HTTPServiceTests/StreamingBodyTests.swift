import HTTPService
import HTTPTestSupport
import HTTPTypes
import JSON
import ServerHarness
import Synchronization
import Testing

/// Bodies that are read while they come.
@Suite(.timeLimit(.minutes(1))) struct StreamingBodyTests {
    /// Answers each bit of a body with it.
    private var echo: RouteTable {
        var routes = RouteTable(mediaTypes: ["text/plain"])
        routes.add(streaming: .post, "/echo") { request in
            ServiceResponse(type: "text/plain") { send in
                for try await bytes in request.bytes { try await send(bytes) }
            }
        }
        routes.add(streaming: .post, "/first") { request in
            for try await bytes in request.bytes { return ServiceResponse(type: "text/plain", body: bytes) }
            return ServiceResponse(.noContent)
        }
        routes.add(.get, "/next") { _ in ServiceResponse(json: "next") }
        return routes
    }

    private static let head =
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test(arguments: [true, false])
    func theAnswerGoesOnWhileTheBodyComes(onEventLoops: Bool) async throws {
        try await TestService.serve(echo, { $0.runsOnEventLoops = onEventLoops }) { address in
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(Self.head)
                #expect(try await socket.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
                for word in ["one", "two", "three"] {
                    let size = String(word.utf8.count, radix: 16)
                    try await socket.send("\(size)\r\n\(word)\r\n")
                    #expect(try await socket.receive(until: "\(word)\r\n") == "\(size)\r\n\(word)\r\n")
                }
                try await socket.send("0\r\n\r\n")
                #expect(try await socket.receive(until: "0\r\n\r\n") == "0\r\n\r\n")
                // The connection is good for another one.
                try await socket.send("GET /next HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                #expect(await socket.rest().hasSuffix("\r\n\r\n\"next\""))
            }
        }
    }

    @Test(arguments: [true, false])
    func theAnswerGoesOnWhileTheBodyComesOverHTTP2(onEventLoops: Bool) async throws {
        try await TestService.serve(echo, { $0.runsOnEventLoops = onEventLoops }) { address in
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(bytes: RawHTTP2.beginning)
                let fields = RawHTTP2.fields("POST", "/echo", [("content-type", "text/plain")])
                try await socket.send(bytes: RawHTTP2.Frame(1, flags: 4, stream: 1, fields).bytes)
                let head = try await RawHTTP2.receive(1, &socket)
                #expect(head.stream == 1 && head.flags & 1 == 0)
                for word in ["one", "two", "three"] {
                    try await socket.send(bytes: RawHTTP2.Frame(0, stream: 1, Array(word.utf8)).bytes)
                    #expect(try await RawHTTP2.receive(0, &socket).payload == Array(word.utf8))
                }
                try await socket.send(bytes: RawHTTP2.Frame(0, flags: 1, stream: 1).bytes)
                let end = try await RawHTTP2.receive(0, &socket)
                #expect(end.flags & 1 == 1 && end.payload.isEmpty)
            }
        }
    }

    @Test func theClientIsReadFromOnlyAsFastAsTheBodyIsTaken() async throws {
        let (signals, signal) = AsyncStream<Void>.makeStream()
        let hasBegun = Mutex(false)
        var routes = RouteTable(mediaTypes: ["text/plain"])
        routes.add(streaming: .post, "/slow") { request in
            hasBegun.withLock { $0 = true }
            for await _ in signals { break }
            var size = 0
            for try await bytes in request.bytes { size += bytes.count }
            return ServiceResponse(type: "text/plain", body: Array(String(size).utf8))
        }
        try await TestService.serve(routes) { address in
            let size = 64 << 20
            let sent = Tally()
            try await RawSocket.connect(to: address) { socket in
                let head =
                    "POST /slow HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: \(size)\r\n\r\n"
                try await socket.send(head)
                let writer = socket.writer
                async let writing: Void = {
                    let piece = [UInt8](repeating: 0x78, count: 1 << 20)
                    for _ in 0..<64 {
                        try await writer.send(bytes: piece)
                        sent.add(piece.count)
                    }
                }()
                // The system's buffers take some megabytes, and then it stands still.
                try await wait(for: "the route") { hasBegun.withLock { $0 } }
                var looks = (last: -1, count: 0)
                try await wait(for: "the client to stand still") { sent.standsStill(at: &looks) }
                #expect(looks.last < size / 2)
                signal.yield()
                try await writing
                #expect(try await socket.receive(until: "\r\n\r\n\(size)").hasPrefix("HTTP/1.1 200"))
            }
        }
    }

    @Test func whatIsLeftOfABodyEndsTheConnection() async throws {
        try await TestService.serve(echo) { address in
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(Self.head.replacing("/echo", with: "/first") + "3\r\none\r\n")
                let answer = await socket.rest()
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("one"))
                #expect(answer.contains("connection: close\r\n"))
            }
        }
    }

    @Test func aBodyThatBreaksOffReachesTheRoute() async throws {
        let problems = Mutex<[String]>([])
        var routes = RouteTable(mediaTypes: ["text/plain"])
        routes.add(streaming: .post, "/echo") { request in
            do {
                for try await _ in request.bytes {}
            } catch {
                problems.withLock { $0.append("\(error)") }
                throw error
            }
            return ServiceResponse(.ok)
        }
        try await TestService.serve(routes) { address in
            try await RawSocket.connect(to: address) { socket in
                try await socket.send(Self.head + "3\r\none\r\nzz\r\n")
                let answer = await socket.rest()
                #expect(answer.hasPrefix("HTTP/1.1 400 "))
                #expect(answer.contains("The size of a chunk is no number"))
            }
            try await RawSocket.connect(to: address) { socket in try await socket.send(Self.head + "3\r\none\r\n") }
            try await wait(for: "both to be noticed") { problems.withLock { $0.count } == 2 }
        }
    }
}

import HTTPService
import HTTPTestSupport
import HTTPTypes
import Logging
import ServerHarness
import Synchronization
import Testing

/// Answers that are written bit by bit.
@Suite(.timeLimit(.minutes(1))) struct ServiceStreamTests {
    private struct Enough: Error {}

    private func serving(_ routes: RouteTable, _ body: (HTTPListener) async throws -> Void) async throws {
        let service = HTTPService(
            configuration: .init(listeners: [HTTPListener(host: "127.0.0.1", port: 0)]), routes: routes,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        async let running: Void = service.run()
        try await body(try #require(try await service.addresses().first))
        await service.shutdown()
        try await running
    }

    @Test func eachBitArrivesBeforeTheNextIsWritten() async throws {
        let (signals, signal) = AsyncStream<Void>.makeStream()
        var routes = RouteTable()
        routes.add(.get, "/stream", producing: ["text/plain"]) { _ in
            ServiceResponse(type: "text/plain") { send in
                try await send(Array("one".utf8))
                for await _ in signals { break }
                try await send(Array("two".utf8))
            }
        }
        try await serving(routes) { address in
            let text = try await RawHTTP.follow(address, "/stream") { text in
                if text.contains("one") { signal.yield() }
            }
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.lowercased().contains("content-type: text/plain\r\n"))
            #expect(!text.lowercased().contains("content-length"))
            #expect(text.hasSuffix("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"))
        }
    }

    @Test func aStreamOfKnownLengthIsNotInChunks() async throws {
        var routes = RouteTable()
        routes.add(.get, "/stream", producing: ["text/plain"]) { _ in
            var response = ServiceResponse(type: "text/plain") { send in
                try await send(Array("one".utf8))
                try await send(Array("two".utf8))
            }
            response.headers[.contentLength] = "6"
            return response
        }
        try await serving(routes) { address in
            let text = try await RawHTTP.follow(address, "/stream") { _ in }
            #expect(!text.lowercased().contains("transfer-encoding"))
            #expect(text.lowercased().contains("content-length: 6\r\n"))
            #expect(text.hasSuffix("\r\n\r\nonetwo"))
        }
    }

    @Test func whoGoesEndsTheStream() async throws {
        let isOver = Mutex(false)
        var routes = RouteTable()
        routes.add(.get, "/stream") { _ in
            ServiceResponse(type: "text/plain") { send in
                defer { isOver.withLock { $0 = true } }
                while true {
                    try await send(Array("again".utf8))
                    await Task.yield()
                }
            }
        }
        try await serving(routes) { address in
            await #expect(throws: Enough.self) {
                try await RawHTTP.follow(address, "/stream") { text in if text.contains("again") { throw Enough() } }
            }
            try await wait(for: "the end of the stream") { isOver.withLock { $0 } }
        }
    }

    @Test func aRouteMaySayWhatItProduces() async {
        var routes = RouteTable()
        routes.add(.get, "/text", producing: ["text/plain"]) { _ in
            ServiceResponse(type: "text/plain", body: Array("words".utf8))
        }
        routes.add(.get, "/stream") { _ in ServiceResponse(type: "text/plain") { _ in } }
        func status(_ accept: String, _ target: String = "/text") async -> Int {
            let request = ServiceRequest(method: .get, target: target, headers: [.accept: accept])
            return await routes.respond(to: request).status.code
        }
        #expect(await status("text/plain;version=0.0.4") == 200)
        #expect(await status("text/*") == 200)
        #expect(await status("application/json") == 200)
        #expect(await status("text/html") == 406)
        #expect(await status("text/plain", "/stream") == 406)
        let head = await routes.respond(to: ServiceRequest(method: .head, target: "/text"))
        #expect(head.body.isEmpty && head.headers[.contentLength] == "5")
    }
}

import Foundation
import HTTPService
import HTTPTestSupport
import HTTPTypes
import JSON
import ServerHarness
import Testing

/// Compressed answers and bodies.
@Suite(.timeLimit(.minutes(1))) struct ContentEncodingTests {
    private static let words = Array(String(repeating: "all work and no play ", count: 2000).utf8)

    private var routes: RouteTable {
        var routes = RouteTable(mediaTypes: ["application/json", "text/plain"])
        routes.add(.get, "/words") { _ in ServiceResponse(type: "text/plain", body: Self.words) }
        routes.add(.get, "/short") { _ in ServiceResponse(json: "short") }
        routes.add(.get, "/image") { _ in ServiceResponse(type: "image/png", body: Self.words) }
        routes.add(.get, "/lines", producing: ["application/x-ndjson"]) { _ in
            ServiceResponse(type: "application/x-ndjson") { send in
                for number in 0..<100 { try await send(Array("{\"line\":\(number)}\n".utf8)) }
            }
        }
        routes.add(.get, "/measured", producing: ["text/plain"]) { request in
            let words = request.queryFlag("short") == true ? Array(Self.words.prefix(20)) : Self.words
            var response = ServiceResponse(type: "text/plain") { send in try await send(words) }
            response.headers[.contentLength] = String(words.count)
            return response
        }
        routes.add(.get, "/events", producing: ["text/event-stream"]) { _ in
            ServiceResponse(type: "text/event-stream") { send in try await send(Array("data: 1\n\n".utf8)) }
        }
        routes.add(.post, "/size") { ServiceResponse(json: .integer($0.body.count)) }
        routes.add(streaming: .post, "/sum") { request in
            var size = 0
            for try await bytes in request.bytes { size += bytes.count }
            return ServiceResponse(json: .integer(size))
        }
        return routes
    }

    /// Makes a file out of what a shell command writes.
    private func file(_ directory: TemporaryDirectory, _ command: String) async throws -> String {
        let path = directory.path("body")
        _ = try await Command.check("sh", ["-c", "\(command) > '\(path)'"])
        return path
    }

    private func post(
        _ address: HTTPListener, _ path: String, _ file: String, _ encoding: String
    ) async throws -> CurlAnswer {
        try await Curl.request(
            "POST", "\(address)\(path)",
            options: [
                "-H", "Content-Type: text/plain", "-H", "Content-Encoding: \(encoding)", "-H", "Expect:",
                "--data-binary", "@\(file)",
            ])
    }

    @Test func anAnswerIsCompressedForWhoAcceptsIt() async throws {
        try await TestService.serve(routes) { address in
            let plain = try await Curl.request(nil, "\(address)/words")
            #expect(plain.headers["content-encoding"] == nil && plain.headers["vary"] == "Accept-Encoding")
            #expect(plain.body.utf8.elementsEqual(Self.words))
            let packed = try await Curl.request(nil, "\(address)/words", options: ["--compressed"])
            #expect(packed.headers["content-encoding"] == "gzip")
            #expect(packed.headers["content-length"].flatMap { Int($0) } ?? .max < 2000)
            #expect(packed.body.utf8.elementsEqual(Self.words))
            for refusal in ["gzip;q=0", "identity", "br, gzip; q=0.0"] {
                let answer = try await Curl.request(
                    nil, "\(address)/words", options: ["-H", "Accept-Encoding: \(refusal)"])
                #expect(answer.headers["content-encoding"] == nil, "\(refusal)")
            }
        }
    }

    @Test func whatGetsNoSmallerIsLeftAlone() async throws {
        try await TestService.serve(routes) { address in
            for path in ["/short", "/image", "/events"] {
                let answer = try await Curl.request(
                    nil, "\(address)\(path)", options: ["-H", "Accept-Encoding: gzip", "--output", "-"])
                #expect(answer.status == 200 && answer.headers["content-encoding"] == nil, "\(path)")
            }
        }
        try await TestService.serve(routes, { $0.compression.isEnabled = false }) { address in
            let answer = try await Curl.request(nil, "\(address)/words", options: ["--compressed"])
            #expect(answer.headers["content-encoding"] == nil && answer.headers["vary"] == nil)
        }
    }

    @Test func aStreamIsCompressedBitByBit() async throws {
        try await TestService.serve(routes) { address in
            let answer = try await Curl.request(nil, "\(address)/lines", options: ["--compressed"])
            #expect(answer.headers["content-encoding"] == "gzip")
            #expect(answer.body == (0..<100).map { "{\"line\":\($0)}\n" }.joined())
        }
    }

    /// A client that waits for a length that never comes would wait for ever.
    @Test func aStreamThatSaysItsLengthSaysItOfWhatItSends() async throws {
        try await TestService.serve(routes) { address in
            let plain = try await Curl.request(nil, "\(address)/measured")
            #expect(plain.headers["content-length"] == String(Self.words.count))
            #expect(plain.body.utf8.elementsEqual(Self.words))
            let packed = try await Curl.request(nil, "\(address)/measured", options: ["--compressed"])
            #expect(packed.headers["content-encoding"] == "gzip" && packed.headers["content-length"] == nil)
            #expect(packed.body.utf8.elementsEqual(Self.words))
            let short = try await Curl.request(nil, "\(address)/measured?short=true", options: ["--compressed"])
            #expect(short.headers["content-encoding"] == nil && short.headers["content-length"] == "20")
        }
    }

    @Test(arguments: ["/size", "/sum"])
    func bodiesAreUnpacked(path: String) async throws {
        let directory = try TemporaryDirectory()
        try await TestService.serve(routes) { address in
            let gzip = try await file(directory, "seq 100000 | gzip -c")
            #expect(try await post(address, path, gzip, "gzip").body == "588895")
            #expect(try await post(address, path, gzip, "identity, X-GZip").body == "588895")
            let two = try await file(directory, "(seq 10 | gzip -c; seq 10 | gzip -c)")
            #expect(try await post(address, path, two, "gzip").body == "42")
            let python = "import sys,zlib; sys.stdout.buffer.write(zlib.compress(b'x'*1000))"
            let framed = try await file(directory, "python3 -c \"\(python)\"")
            #expect(try await post(address, path, framed, "deflate").body == "1000")
            let raw = "\(python)".replacing("zlib.compress(b'x'*1000)", with: "zlib.compress(b'x'*1000)[2:-4]")
            let bare = try await file(directory, "python3 -c \"\(raw)\"")
            #expect(try await post(address, path, bare, "deflate").body == "1000")
        }
    }

    @Test(arguments: ["/size", "/sum"])
    func whatIsNotWhatItIsSaidToBeIsA400(path: String) async throws {
        let directory = try TemporaryDirectory()
        try await TestService.serve(routes) { address in
            for (command, problem) in [
                ("echo no gzip", "is damaged"), ("seq 1000 | gzip -c | head -c 500", "ends too early"),
                ("(seq 10 | gzip -c; echo behind)", "is damaged"),
            ] {
                let answer = try await post(address, path, try await file(directory, command), "gzip")
                #expect(answer.status == 400 && answer.body.contains(problem), "\(command): \(answer.body)")
            }
            let other = try await post(address, path, try await file(directory, "echo x"), "br")
            #expect(other.status == 415 && other.body.contains("the encoding br is not known here"))
            let twice = try await post(address, path, try await file(directory, "echo x"), "gzip, gzip")
            #expect(twice.status == 415 && twice.body.contains("not 2 times"))
        }
    }

    @Test func aBombDoesNotGoOff() async throws {
        let directory = try TemporaryDirectory()
        let bomb = try await file(directory, "head -c 50000000 /dev/zero | gzip -9c")
        try await TestService.serve(routes) { address in
            let streamed = try await post(address, "/sum", bomb, "gzip")
            #expect(streamed.status == 413 && streamed.body.contains("more than 250 times its size"))
            let collected = try await post(address, "/size", bomb, "gzip")
            #expect(collected.status == 413)
        }
        try await TestService.serve(
            routes,
            {
                $0.limits.expansion = 2000
                $0.maximumBodySize = 100_000
            }
        ) { address in
            let collected = try await post(address, "/size", bomb, "gzip")
            #expect(collected.status == 413 && collected.body.contains("100000 bytes at most"))
            // A stream has no bound of its own: that is its route's business.
            #expect(try await post(address, "/sum", bomb, "gzip").body == "50000000")
        }
    }
}

import RecordFormat
import Testing

@testable import millrace_bench

struct HTTPMessageReaderTests {
    /// Messages as they come out: first lines with statuses, and bodies.
    private final class Messages {
        private var input = ReceivedBytes(capacity: 16)
        private var reader = HTTPMessageReader()
        private var body = ""
        private(set) var found: [String] = []

        /// Reads what comes further.
        func add(_ bytes: some Sequence<UInt8>) throws {
            try input.append(Array(bytes))
            while let part = try reader.next(&input) {
                switch part {
                case .head(let line, let status): found.append(line + (status.map { " = \($0)" } ?? ""))
                case .body(let bytes): body += bytes.string
                case .end:
                    found.append(body)
                    body = ""
                }
            }
        }
    }

    private func messages(_ text: String) throws -> [String] {
        let messages = Messages()
        try messages.add(text.utf8)
        return messages.found
    }

    private static let conversation = [
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length:  5 \r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6;name=value\r\nchunks\r\nA\r\n, and more\r\n0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\n!\r\n0\r\nExpires: never\r\nServer: x\r\n\r\n",
        "GET /path HTTP/1.1\r\nHost: here\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab",
    ].joined()
    private static let expected = [
        "HTTP/1.1 200 OK = 200", "hello", "HTTP/1.1 200 OK = 200", "chunks, and more",
        "HTTP/1.1 204 No Content = 204", "", "HTTP/1.0 404 Not Found = 404", "", "HTTP/1.1 200 OK = 200", "!",
        "GET /path HTTP/1.1", "", "POST / HTTP/1.1", "ab",
    ]

    @Test func bodiesEndByLengthAndInChunks() throws {
        #expect(try messages(Self.conversation) == Self.expected)
    }

    /// Whatever the system calls bring at once, the same comes out.
    @Test func messagesMayBeCutAnywhere() throws {
        let bytes = Array(Self.conversation.utf8)
        let single = Messages()
        for byte in bytes { try single.add([byte]) }
        #expect(single.found == Self.expected)
        for cut in bytes.indices {
            let halves = Messages()
            try halves.add(bytes[..<cut])
            try halves.add(bytes[cut...])
            try #require(halves.found == Self.expected, "cut at \(cut)")
        }
    }

    @Test func aHeadThatHasNotEndedIsWaitedFor() throws {
        #expect(try messages("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n") == [])
        #expect(try messages("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel") == ["HTTP/1.1 200 OK = 200"])
    }

    @Test(arguments: [
        // Lengths.
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        // Ends that are not known here.
        "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        // Statuses.
        "HTTP/1.1\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
        // Chunks.
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nlong\r\n",
    ])
    func whatIsNotInTheProtocolIsRefused(text: String) {
        #expect(throws: BenchFailure.self) { _ = try messages(text) }
    }

    @Test func whatIsNoBodyHasABound() {
        let endless = String(repeating: "x", count: HTTPMessageReader.headLimit)
        let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        let line = String(repeating: "x", count: HTTPMessageReader.chunkLineLimit)
        let fields = String(repeating: "Name: value\r\n", count: HTTPMessageReader.headLimit / 13 + 1)
        for text in [
            endless, "GET / HTTP/1.1\r\n" + endless, "GET / HTTP/1.1\r\n" + fields, chunked + "1;" + line,
            chunked + "0\r\n" + fields,
        ] {
            #expect(throws: BenchFailure.self) { _ = try messages(text) }
        }
    }
}

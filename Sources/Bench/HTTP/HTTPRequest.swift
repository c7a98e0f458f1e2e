/// A request that is made again and again.
struct HTTPRequest: Sendable {
    /// A field of the head.
    typealias Field = (name: String, value: String)

    /// The head, and the body of a request that is short.
    let beginning: [UInt8]
    /// What follows, so many times, before ``ending``.
    private(set) var piece: [UInt8] = []
    private(set) var pieceCount = 0
    private(set) var ending: [UInt8] = []

    /// A request with a body whose length it says, or without one.
    init(_ method: String, _ target: String, fields: [Field] = [], body: [UInt8] = []) {
        var fields = fields
        if method != "GET" { fields.append((name: "Content-Length", value: "\(body.count)")) }
        beginning = Self.head(method, target, fields) + body
    }

    /// A request whose body is `piece`, so many times, and then `rest`; it comes in chunks.
    init(
        _ method: String, _ target: String, fields: [Field], chunk piece: [UInt8],
        count: Int, rest: [UInt8]
    ) {
        var fields = fields
        fields.append((name: "Transfer-Encoding", value: "chunked"))
        beginning = Self.head(method, target, fields)
        self.piece = Self.chunk(piece)
        pieceCount = count
        ending = (rest.isEmpty ? [] : Self.chunk(rest)) + Self.chunk([])
    }

    private static func head(_ method: String, _ target: String, _ fields: [Field]) -> [UInt8] {
        let lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1"] + fields.map { "\($0.name): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// One without bytes is the last.
    private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8)
    }
}

import Crypto
import HTTPTypes

/// Whether a request may become a WebSocket, and what it is told (RFC 6455 section 4.2).
struct WebSocketHandshake {
    static let version = "13"

    /// What goes with the 101.
    private(set) var fields: HTTPFields = [:]
    /// What is answered instead.
    private(set) var answer: ServiceResponse?

    /// Whether a client asks for a WebSocket, or for something else to be spoken.
    static func isWanted(by headers: HTTPFields) -> Bool {
        tokens(headers[.upgrade]).contains { $0.lowercased() == "websocket" }
    }

    /// Looks at a request.
    ///
    /// - Throws: ``ServiceError`` with 403 for a page that may not ask, 400 for what is no handshake.
    init(_ request: ServiceRequest, _ route: WebSocketRoute, _ policy: CrossOriginPolicy?) throws(ServiceError) {
        try Self.checkOrigin(request, policy)
        guard request.headers[.secWebSocketVersion] == Self.version else {
            answer = RouteTable.upgradeRequired
            return
        }
        guard let key = request.headers[.secWebSocketKey], Base64.decode(key)?.count == 16 else {
            throw ServiceError(.badRequest, "Sec-WebSocket-Key has to be 16 bytes in base64")
        }
        fields[.upgrade] = "websocket"
        fields[.connection] = "upgrade"
        fields[.secWebSocketAccept] = Self.accept(key)
        let offered = Self.tokens(request.headers[.secWebSocketProtocol])
        if let chosen = route.subprotocols.first(where: offered.contains) { fields[.secWebSocketProtocol] = chosen }
    }

    /// Browsers let any page open a WebSocket to any address, with the passwords that they know: who may is looked at here.
    private static func checkOrigin(_ request: ServiceRequest, _ policy: CrossOriginPolicy?) throws(ServiceError) {
        guard let origin = request.headers[.origin] else { return }
        if let authority = request.authority?.lowercased() {
            let lower = origin.lowercased()
            if lower == "http://\(authority)" || lower == "https://\(authority)" { return }
        }
        guard policy?.allows(origin) == true else {
            throw ServiceError(.forbidden, "HTTP 403 Forbidden: pages of \(origin) may not open WebSockets here")
        }
    }

    /// What shows that the key was understood.
    static func accept(_ key: String) -> String {
        var hash = Insecure.SHA1()
        for part in [key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"] {
            Array(part.utf8).withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        return Base64.encode(Array(hash.finalize()))
    }

    private static func tokens(_ field: String?) -> [String] {
        (field ?? "").split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
    }
}

extension Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Writes padded text.
    static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for place in 0..<3 { bits = bits << 8 | (place < group.count ? UInt32(group[start + place]) : 0) }
            for place in 0..<4 {
                let isPadding = place > group.count
                output.append(
                    isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - 6 * place) & 0x3F)])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

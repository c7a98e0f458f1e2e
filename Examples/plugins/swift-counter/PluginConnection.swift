import JSON

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The worker's end of Millrace's plug-in protocol, on standard input and output: frames and messages, one request
/// at a time.
///
/// See docs/plugin-protocol.md. Without Foundation; of the repository it needs only the module JSON.
struct PluginConnection {
    /// What the worker asks.
    struct Request {
        var id: Int64
        var call: String
        var with: JSONValue
    }

    /// The most bytes of a frame; `hello` may say less.
    var maximumFrame = 16 * 1024 * 1024
    private var nextID: Int64 = 1
    private var waiting: [Request] = []

    /// The next request, or `nil` when the worker is through.
    mutating func next() throws -> Request? {
        if !waiting.isEmpty { return waiting.removeFirst() }
        while let message = try read() {
            if let request = Self.request(message) { return request }
        }
        return nil
    }

    /// Answers a request.
    func answer(_ request: Request, _ result: JSONValue) throws {
        try write(["id": .integer(request.id), "result": result])
    }

    /// Answers a request with an error.
    func refuse(_ request: Request, _ message: String, code: String = "failed", isRetriable: Bool = false) throws {
        let error: JSONValue = [
            "message": .string(message), "code": .string(code), "retriable": .bool(isRetriable),
        ]
        try write(["id": .integer(request.id), "error": error])
    }

    /// Asks the worker for something and waits for the answer; requests that come meanwhile wait.
    mutating func ask(_ call: String, _ with: JSONValue) throws -> JSONValue {
        let id = nextID
        nextID += 1
        try write(["id": .integer(id), "call": .string(call), "with": with])
        while let message = try read() {
            if let request = Self.request(message) {
                waiting.append(request)
            } else if let error = message["error"] {
                throw PluginError(message: error["message"]?.string ?? error.text)
            } else if message["id"]?.int64 == id {
                return message["result"] ?? .null
            }
        }
        throw PluginError(message: "the worker is gone")
    }

    private static func request(_ message: JSONValue) -> Request? {
        guard let id = message["id"]?.int64, let call = message["call"]?.string else { return nil }
        return Request(id: id, call: call, with: message["with"] ?? [:])
    }

    // MARK: Frames

    private func read() throws -> JSONValue? {
        guard let head = try read(4) else { return nil }
        let length = head.reduce(0) { $0 << 8 | Int($1) }
        guard length <= maximumFrame, let body = try read(length) else {
            throw PluginError(message: "a frame of \(length) bytes")
        }
        return try JSONValue(parsing: body)
    }

    private func read(_ count: Int) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var position = 0
        while position < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[position...])
                return readv(STDIN_FILENO, [iovec(iov_base: rest.baseAddress, iov_len: rest.count)], 1)
            }
            guard got > 0 else { return nil }
            position += got
        }
        return bytes
    }

    private func write(_ message: JSONValue) throws {
        let body = message.utf8
        let length = UInt32(body.count)
        let frame = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) } + body
        var position = 0
        while position < frame.count {
            let put = frame.withUnsafeBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(
                    mutating: UnsafeRawBufferPointer(rebasing: buffer[position...]))
                return writev(STDOUT_FILENO, [iovec(iov_base: rest.baseAddress, iov_len: rest.count)], 1)
            }
            guard put > 0 else { throw PluginError(message: "the worker is gone") }
            position += put
        }
    }
}

/// What went wrong, in a sentence for users.
struct PluginError: Error {
    var message: String
}

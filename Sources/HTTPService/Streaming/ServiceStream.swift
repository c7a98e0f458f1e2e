public import HTTPTypes

/// A body of unknown length that is written bit by bit while whoever asked reads on.
struct ServiceStream: Sendable {
    let write: ServiceResponse.StreamWriter
}

extension ServiceResponse {
    /// Writes a body: it calls what it is given with each bit of it, and returns when there is no more.
    ///
    /// What it is given waits while the reader is slow, and throws once the reader has gone.
    public typealias StreamWriter =
        @Sendable (_ send: (_ bytes: [UInt8]) async throws -> Void) async throws -> Void

    /// Creates an answer whose body is written bit by bit.
    ///
    /// - Parameters:
    ///   - type: The body's media type.
    ///   - write: Writes it. What it throws cuts the answer off, as status and header fields have been sent by then.
    public init(_ status: HTTPResponse.Status = .ok, type: String, stream write: @escaping StreamWriter) {
        self.init(status, headers: [.contentType: type])
        stream = ServiceStream(write: write)
    }

    /// Creates an answer with a body of any type.
    public init(_ status: HTTPResponse.Status = .ok, type: String, body: [UInt8]) {
        self.init(status, headers: [.contentType: type])
        self.body = body
    }
}

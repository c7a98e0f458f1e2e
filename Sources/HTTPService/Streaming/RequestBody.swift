import NIOCore

/// A request's body as it comes, for routes that were added as streaming.
///
/// The client is read from only as fast as the body is taken: at most 64 KiB and one read of the socket lie in between.
/// A body may be gone through once, by one task at a time. Bytes are what the client meant: what
/// `Content-Encoding` says has been undone.
///
/// Going through it throws ``ServiceError`` when the client sends what is no body, stays silent for too long, or sends a
/// body that grows out of all proportion; `CancellationError` once the client has gone.
public struct RequestBody: AsyncSequence, Sendable {
    /// Some of the bytes.
    public typealias Element = [UInt8]

    private enum Source: Sendable {
        case whole([UInt8])
        case pipe(BoundedPipe<ByteBuffer>, ContentEncoding?, expansion: Int)
    }

    private let source: Source

    /// Creates a body that is there already.
    public init(_ bytes: [UInt8]) { source = .whole(bytes) }

    init(_ pipe: BoundedPipe<ByteBuffer>, encoding: ContentEncoding?, expansion: Int) {
        source = .pipe(pipe, encoding, expansion: expansion)
    }

    /// Goes through the body; a second time there is nothing left.
    public func makeAsyncIterator() -> Iterator {
        switch source {
        case .whole(let bytes): Iterator(whole: bytes.isEmpty ? nil : bytes)
        case .pipe(let pipe, nil, _): Iterator(pipe: pipe)
        case .pipe(let pipe, let encoding?, let expansion):
            Iterator(pipe: pipe, inflater: BodyInflater(encoding, limit: .max, expansion: expansion))
        }
    }

    /// Goes through a body.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var whole: [UInt8]?
        fileprivate var pipe: BoundedPipe<ByteBuffer>?
        fileprivate var inflater: BodyInflater?

        /// The next bytes, at least one; waits for them.
        ///
        /// - Returns: `nil` at the end.
        public mutating func next() async throws -> [UInt8]? {
            guard let pipe else {
                defer { whole = nil }
                return whole
            }
            while true {
                if let piece = try inflater?.next() { return piece }
                guard let buffer = try await pipe.next() else {
                    try inflater?.finish()
                    return nil
                }
                guard buffer.readableBytes > 0 else { continue }
                let bytes = Array(buffer.readableBytesView)
                guard let inflater else { return bytes }
                inflater.feed(bytes)
            }
        }
    }
}

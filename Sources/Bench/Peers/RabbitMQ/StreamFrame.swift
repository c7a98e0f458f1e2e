import RecordFormat

/// A frame of RabbitMQ's stream protocol: a size of four bytes, a key, a version, and what the key says.
///
/// - SeeAlso: https://github.com/rabbitmq/rabbitmq-server/blob/main/deps/rabbitmq_stream/docs/PROTOCOL.adoc
struct StreamFrame {
    /// What a frame is about; of a response, the highest bit is set.
    enum Key {
        static let declarePublisher: UInt16 = 0x01
        static let publish: UInt16 = 0x02
        static let publishConfirm: UInt16 = 0x03
        static let publishError: UInt16 = 0x04
        static let subscribe: UInt16 = 0x07
        static let deliver: UInt16 = 0x08
        static let credit: UInt16 = 0x09
        static let create: UInt16 = 0x0D
        static let delete: UInt16 = 0x0E
        static let peerProperties: UInt16 = 0x11
        static let saslHandshake: UInt16 = 0x12
        static let saslAuthenticate: UInt16 = 0x13
        static let tune: UInt16 = 0x14
        static let open: UInt16 = 0x15
        static let close: UInt16 = 0x16
        static let heartbeat: UInt16 = 0x17
        static let response: UInt16 = 0x8000
    }

    /// What a response says.
    enum ResponseCode {
        static let ok: UInt16 = 1
        static let streamNotAvailable: UInt16 = 6

        /// The protocol's words for a code.
        static func text(_ code: UInt16) -> String {
            let known = [
                "OK", "stream does not exist", "subscription id already exists", "subscription id does not exist",
                "stream already exists", "stream not available", "SASL mechanism not supported",
                "authentication failure", "SASL error", "SASL challenge", "authentication failure, loopback only",
                "virtual host access failure", "unknown frame", "frame too large", "internal error", "access refused",
                "precondition failed", "publisher does not exist",
            ]
            return (1...known.count).contains(Int(code)) ? known[Int(code) - 1] : "code \(code)"
        }
    }

    /// Bytes of the size before each frame.
    static let prefixSize = 4
    /// Bytes of key and version.
    static let headerSize = 4

    let key: UInt16
    let version: UInt16
    /// Where the rest of it lies.
    let body: Range<Int>

    /// Reads the frame at `start`.
    ///
    /// - Returns: The frame, whose body ends where the next begins; `nil` until it is whole.
    /// - Throws: ``BenchFailure`` for a size that no frame has, or one above ``ReceivedBytes/limit``.
    static func next(in bytes: RawSpan, at start: Int) throws -> StreamFrame? {
        guard bytes.byteCount - start >= prefixSize else { return nil }
        let size = Int(bytes.bigEndian(at: start, as: UInt32.self))
        guard (headerSize...ReceivedBytes.limit).contains(size) else {
            throw BenchFailure(description: "RabbitMQ has sent a frame of \(size) bytes")
        }
        let content = start + prefixSize
        guard bytes.byteCount - content >= size else { return nil }
        return StreamFrame(
            key: bytes.bigEndian(at: content), version: bytes.bigEndian(at: content + 2),
            body: content + headerSize..<content + size)
    }

    /// Writes a frame of version 1 around what `body` writes.
    static func write(_ key: UInt16, to output: inout PeerOutput, _ body: (inout PeerOutput) -> Void) {
        let start = output.count
        output.append(bigEndian: UInt32(0))
        output.append(bigEndian: key)
        output.append(bigEndian: UInt16(1))
        body(&output)
        output.replace(bigEndian: UInt32(output.count - start - prefixSize), at: start)
    }
}

/// What the protocol's fields are written in.
extension PeerOutput {
    /// A string: a length of two bytes, and UTF-8.
    mutating func append(streamString text: String) {
        append(bigEndian: UInt16(text.utf8.count))
        append(text)
    }

    /// Pairs of strings, behind their number.
    mutating func append(streamMap pairs: [(String, String)]) {
        append(bigEndian: UInt32(pairs.count))
        for (key, value) in pairs {
            append(streamString: key)
            append(streamString: value)
        }
    }
}

import RecordFormat

@testable import millrace_bench

/// A client that is given bytes as if a server had sent them.
struct ClientInPieces<Client: PeerClient> {
    var client: Client
    private(set) var messages: [[UInt8]] = []
    private(set) var acknowledged = 0
    /// What it has said.
    private(set) var output = PeerOutput()

    /// Bytes of messages have to come whole, in whatever pieces they come.
    init(_ client: Client) { self.client = client }

    /// Has a consumer take `bytes`, which come `size` at once.
    ///
    /// - Returns: How many bytes are left that are no whole message.
    @discardableResult
    mutating func consume(_ bytes: [UInt8], pieces size: Int = .max) throws -> Int {
        var input = ReceivedBytes(capacity: 16)
        for start in stride(from: 0, to: bytes.count, by: min(size, bytes.count)) {
            try input.append(Array(bytes[start..<min(start + min(size, bytes.count), bytes.count)]))
            var found: [[UInt8]] = []
            try client.takeMessages(from: &input, answering: &output) { message in
                found.append(message.withUnsafeBytes { Array($0) })
            }
            messages += found
        }
        return input.count
    }

    /// Has a publisher take `bytes`, which come `size` at once.
    ///
    /// - Returns: How many bytes are left that are no whole acknowledgement.
    @discardableResult
    mutating func acknowledge(_ bytes: [UInt8], pieces size: Int = .max) throws -> Int {
        var input = ReceivedBytes(capacity: 16)
        for start in stride(from: 0, to: bytes.count, by: min(size, bytes.count)) {
            try input.append(Array(bytes[start..<min(start + min(size, bytes.count), bytes.count)]))
            acknowledged += try client.takeAcknowledgements(from: &input, answering: &output)
        }
        return input.count
    }

    /// The bytes of messages that are published.
    mutating func published(due: [Int64], size: Int) throws -> [UInt8] {
        var output = PeerOutput()
        try client.encode(PeerBatch(size: size, due: due), into: &output)
        return output.bytes
    }
}

/// A message as it is published: when it was due, and filler.
func message(due: Int64, size: Int) -> [UInt8] {
    withUnsafeBytes(of: due.bigEndian) { Array($0) } + [UInt8](repeating: UInt8(ascii: "x"), count: size - 8)
}

/// The bytes of a number as protocols have it.
func big<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

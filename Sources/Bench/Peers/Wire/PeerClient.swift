import RecordFormat

/// The client's end of a server's protocol: what it says and hears on one connection, and nothing of sockets or threads,
/// so that a comparison measures servers and not clients.
///
/// Publishing and consuming are bytes in and bytes out; the rest are conversations that happen before anything is
/// measured. One owner, one thread.
protocol PeerClient {
    /// The version that the server gave itself when it was greeted; empty where its protocol tells none.
    var serverVersion: String { get }

    /// Greets the server on a connection that was opened just now.
    mutating func greet(_ connection: PeerConnection) throws

    /// Makes a stream, without messages and on storage that lasts.
    mutating func createStream(_ name: String, on connection: PeerConnection) throws

    /// Removes a stream with its messages.
    mutating func deleteStream(_ name: String, on connection: PeerConnection) throws

    /// Makes ready for ``encode(_:into:)`` and ``takeAcknowledgements(from:answering:)``.
    mutating func beginPublishing(to stream: String, on connection: PeerConnection) throws

    /// Asks for all messages of a stream, from its first.
    mutating func beginConsuming(_ stream: String, on connection: PeerConnection) throws

    /// Writes messages to be published, for which the server will owe acknowledgements.
    mutating func encode(_ batch: PeerBatch, into output: inout PeerOutput) throws

    /// Takes what has come whole.
    ///
    /// - Returns: How many messages were acknowledged by it.
    /// - Throws: ``BenchFailure`` if the server refuses a message or says what is not in its protocol.
    mutating func takeAcknowledgements(
        from input: inout ReceivedBytes, answering output: inout PeerOutput
    ) throws -> Int

    /// Takes what has come whole, and writes what has to be said for more to come.
    ///
    /// - Parameter body: Is given each message.
    /// - Throws: ``BenchFailure`` if the server says what is not in its protocol.
    mutating func takeMessages(
        from input: inout ReceivedBytes, answering output: inout PeerOutput, _ body: (RawSpan) throws -> Void
    ) throws
}

/// Messages that are published together.
struct PeerBatch {
    /// A message has room for the time when it was due.
    static let smallestSize = 8
    /// Below what all servers take in one message as they come.
    static let largestSize = 512 << 10

    /// Bytes of each message.
    let size: Int
    /// When each was due, on ``MonotonicClock``.
    let due: [Int64]

    /// How many messages there are.
    var count: Int { due.count }

    /// When a message was due that was published as part of a batch.
    ///
    /// - Throws: ``BenchFailure`` if it is too short to be one of ours.
    static func due(_ message: RawSpan) throws -> Int64 {
        guard message.byteCount >= smallestSize else {
            throw BenchFailure(description: "a message of \(message.byteCount) bytes, which nobody has published")
        }
        return message.bigEndian(at: 0)
    }
}

import RecordFormat

/// A client at work: one connection, and the protocol that is spoken over it.
///
/// One owner, one thread.
final class PeerSession {
    private let connection: PeerConnection
    private var client: any PeerClient

    /// Connects and greets.
    init(port: UInt16, client: any PeerClient) throws {
        connection = try PeerConnection(port: port)
        self.client = client
        try self.client.greet(connection)
    }

    /// The version that the server gave itself; empty where it gave none.
    var serverVersion: String { client.serverVersion }

    /// Makes a stream, without messages.
    func createStream(_ name: String) throws { try client.createStream(name, on: connection) }

    /// Removes a stream with its messages.
    func deleteStream(_ name: String) throws { try client.deleteStream(name, on: connection) }

    /// Makes ready to publish to a stream.
    func beginPublishing(to stream: String) throws { try client.beginPublishing(to: stream, on: connection) }

    /// Sends messages, and takes acknowledgements that are there meanwhile.
    ///
    /// - Returns: How many messages were acknowledged.
    func publish(_ batch: PeerBatch) throws -> Int {
        try client.encode(batch, into: &connection.output)
        try connection.send()
        _ = try connection.receiveWhatIsThere()
        return try takeAcknowledgements()
    }

    /// Waits for acknowledgements.
    ///
    /// - Returns: How many messages were acknowledged, which may be none.
    func receiveAcknowledgements() throws -> Int {
        guard try connection.receive() else {
            throw BenchFailure(description: "the server acknowledges nothing for \(PeerConnection.patience) s")
        }
        return try takeAcknowledgements()
    }

    private func takeAcknowledgements() throws -> Int {
        let count = try client.takeAcknowledgements(from: &connection.input, answering: &connection.output)
        if connection.output.isPending { try connection.send() }
        return count
    }

    /// Asks for all messages of a stream, from its first.
    func beginConsuming(_ stream: String) throws { try client.beginConsuming(stream, on: connection) }

    /// Waits for messages.
    ///
    /// - Parameter body: Is given each, and the time at which it was there.
    /// - Returns: Whether the server has said something within ``PeerConnection/patience``, be it messages or not.
    func receiveMessages(_ body: (RawSpan, Int64) throws -> Void) throws -> Bool {
        guard try connection.receive() else { return false }
        let now = MonotonicClock.nanoseconds
        try client.takeMessages(from: &connection.input, answering: &connection.output) { try body($0, now) }
        if connection.output.isPending { try connection.send() }
        return true
    }
}

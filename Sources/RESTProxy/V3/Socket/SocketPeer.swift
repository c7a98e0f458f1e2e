/// The other end of a WebSocket.
protocol SocketPeer: Sendable {
    /// What the client sends, message by message; it ends when the client closes.
    associatedtype Messages: AsyncSequence & Sendable where Messages.Element == [UInt8]

    /// What the client sends.
    var messages: Messages { get }

    /// Sends a text; waits while the client is slow.
    ///
    /// - Throws: Once the client has gone.
    func send(text: String) async throws

    /// Tells the client that the socket ends.
    func close(code: UInt16, reason: String)
}

import Dispatch
import Synchronization

@testable import millrace_bench

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A server that says what it was told to say, whatever it hears, and remembers what that was.
final class ScriptedServer: Sendable {
    let port: UInt16
    private let heard = Mutex<[UInt8]>([])
    private let isDone = DispatchSemaphore(value: 0)

    /// Listens, and says `bytes` to the first who connects.
    init(saying bytes: [UInt8]) throws {
        let (listener, port) = try LoopbackSocket.listening()
        self.port = port
        DispatchQueue(label: "scripted server").async { [self] in
            defer { isDone.signal() }
            guard let connection = try? LoopbackSocket.nextConnection(of: listener) else { return }
            defer { for descriptor in [connection, listener] { close(descriptor) } }
            guard write(connection, bytes, bytes.count) == bytes.count else { return }
            var room = [UInt8](repeating: 0, count: 4096)
            while case let count = read(connection, &room, room.count), count > 0 {
                heard.withLock { $0 += room[..<count] }
            }
        }
    }

    /// Lets a client greet, and `body` go on with it.
    ///
    /// - Returns: What it has said, all in all.
    func heard<Client: PeerClient>(
        from client: inout Client, _ body: (inout Client, PeerConnection) throws -> Void = { _, _ in }
    ) throws -> [UInt8] {
        let result: Result<Void, any Error>
        do {
            let connection = try PeerConnection(port: port)
            result = Result {
                try client.greet(connection)
                try body(&client, connection)
            }
        }
        // The connection is closed by now.
        isDone.wait()
        try result.get()
        return heard.withLock { $0 }
    }
}

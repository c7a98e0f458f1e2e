import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The least that a server of HTTP/1.1 can do: one thread looks at all sockets, reads whole requests and answers each with
/// bytes that it has had from the start. What a ratio to it lacks to 1 is what is done with requests.
final class NullHTTPServer {
    let port: UInt16
    private let listener: Int32
    private let answers: [String: ByteSlice]
    private var connections: [NullHTTPConnection] = []

    /// Creates a server that listens.
    ///
    /// - Parameter answers: Whole answers, with their heads, by the targets that they are for; anything else is not found.
    init(port: UInt16 = 0, answers: [String: ByteSlice]) throws {
        (listener, self.port) = try LoopbackSocket.listening(on: port)
        self.answers = answers
    }

    deinit { close(listener) }

    /// How often ``run(while:)`` asks whether it may go on, in nanoseconds.
    private static let askInterval: Int64 = 250_000_000

    /// Serves until `mayGoOn` says no, which is asked some four times a second and not for each request.
    func run(while mayGoOn: () -> Bool) throws {
        // A client that has gone is told by the call that writes to it.
        signal(SIGPIPE, SIG_IGN)
        var nextAsk = Int64.min
        while true {
            if MonotonicClock.nanoseconds >= nextAsk {
                guard mayGoOn() else { return }
                nextAsk = MonotonicClock.nanoseconds + Self.askInterval
            }
            var watched = connections.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
            watched.append(pollfd(fd: listener, events: Int16(POLLIN), revents: 0))
            poll(&watched, nfds_t(watched.count), Int32(Self.askInterval / 1_000_000))
            var gone: Set<ObjectIdentifier> = []
            for (connection, socket) in zip(connections, watched) where socket.revents != 0 {
                // Who has gone or cannot be understood goes; the others stay.
                if (try? connection.serve(answers)) == nil { gone.insert(ObjectIdentifier(connection)) }
            }
            if !gone.isEmpty { connections.removeAll { gone.contains(ObjectIdentifier($0)) } }
            if watched[watched.count - 1].revents != 0 {
                connections.append(NullHTTPConnection(try LoopbackSocket.nextConnection(of: listener)))
            }
        }
    }
}

/// One client of the null HTTP server.
private final class NullHTTPConnection {
    /// Answers that wait to be taken; with more of them no further request is read.
    private static let answerLimit = 1000
    /// How much of the answers is handed over at once.
    private static let pieceSize = 256 << 10
    private static let notFound = ByteSlice("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    let descriptor: Int32
    private var input = ReceivedBytes()
    private var output: PeerOutput
    private var reader = HTTPMessageReader()
    /// What the request asks for that is being read.
    private var target = ""
    private var owed: [ByteSlice] = []
    /// How much of the first of ``owed`` is handed over.
    private var position = 0

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        output = PeerOutput(to: descriptor)
        LoopbackSocket.unblock(descriptor)
    }

    deinit { close(descriptor) }

    private var isFull: Bool { owed.count >= Self.answerLimit }

    /// What is waited for.
    var events: Int16 {
        let hasOutput = output.isPending || !owed.isEmpty
        return Int16((isFull ? 0 : POLLIN) | (hasOutput ? POLLOUT : 0))
    }

    /// Takes what has come, and sends what the socket takes.
    ///
    /// - Throws: ``BenchFailure`` if the client has gone or is not understood.
    func serve(_ answers: [String: ByteSlice]) throws {
        if !isFull { try receive() }
        while true {
            let isAll = try takeRequests(answers)
            try flush()
            // Behind answers that were taken there may be more requests that have come.
            if isAll || isFull { return }
        }
    }

    private func receive() throws {
        let count = try input.receive(from: descriptor)
        guard count > 0 || (count < 0 && [EAGAIN, EWOULDBLOCK, EINTR].contains(errno)) else {
            throw BenchFailure(description: "the client has gone")
        }
    }

    /// - Returns: Whether all that have come whole are taken.
    private func takeRequests(_ answers: [String: ByteSlice]) throws -> Bool {
        while !isFull {
            guard let part = try reader.next(&input) else { return true }
            switch part {
            case .head(let line, _): target = line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            case .body: break
            case .end: owed.append(answers[target] ?? Self.notFound)
            }
        }
        return false
    }

    private func flush() throws {
        try output.flush()
        while !output.isPending, !owed.isEmpty {
            var taken = 0
            while output.count < Self.pieceSize, taken < owed.count {
                let answer = owed[taken]
                let end = min(answer.count, position + Self.pieceSize - output.count)
                output.append(answer[position..<end])
                position = end < answer.count ? end : 0
                if position == 0 { taken += 1 }
            }
            owed.removeFirst(taken)
            try output.flush()
        }
    }
}

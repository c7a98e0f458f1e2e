#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A connection to a server on this machine: a blocking socket with what was received and what is to be sent.
///
/// One owner, one thread.
final class PeerConnection {
    /// Seconds in which something has to come, wherever something is waited for.
    static let patience = 10

    /// The socket, for those who wait for more than one.
    let descriptor: Int32
    var input = ReceivedBytes()
    var output: PeerOutput

    /// Connects.
    init(port: UInt16) throws {
        descriptor = try LoopbackSocket.connection(to: port)
        output = PeerOutput(to: descriptor)
        // A server that has gone is told by the call that writes to it.
        signal(SIGPIPE, SIG_IGN)
        var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Waits for bytes, and adds what has come to ``input``.
    ///
    /// - Returns: Whether something came within ``patience``.
    /// - Throws: ``BenchFailure`` where the server has closed the connection.
    func receive() throws -> Bool {
        while true {
            let count = try input.receive(from: descriptor)
            if count > 0 { return true }
            if count < 0, errno == EINTR { continue }
            guard count < 0, errno == EAGAIN || errno == EWOULDBLOCK else { throw Self.closed }
            return false
        }
    }

    /// Adds what has come to ``input``, without waiting for it.
    ///
    /// - Returns: Whether there was something.
    func receiveWhatIsThere() throws -> Bool {
        let count = try input.receive(from: descriptor, flags: Int32(MSG_DONTWAIT))
        guard count != 0 else { throw Self.closed }
        guard count > 0 || [EAGAIN, EWOULDBLOCK, EINTR].contains(errno) else { throw Self.closed }
        return count > 0
    }

    private static var closed: BenchFailure { BenchFailure(description: "the server has closed the connection") }

    /// Sends all of ``output``; what the server says meanwhile is received, because it may take no more before it has
    /// said that.
    func send() throws {
        try output.flush()
        while output.isPending {
            var socket = pollfd(fd: descriptor, events: Int16(POLLIN | POLLOUT), revents: 0)
            guard poll(&socket, 1, Int32(Self.patience * 1000)) != 0 else {
                throw BenchFailure(description: "the server has taken nothing for \(Self.patience) s")
            }
            if socket.revents & Int16(POLLIN) != 0 { _ = try receiveWhatIsThere() }
            try output.flush()
        }
    }

    /// Says what is in ``output`` and listens until the answer is there.
    ///
    /// - Parameters:
    ///   - what: What is asked for, for whoever reads why it was not had.
    ///   - take: Takes the answer from ``input``; `nil` before it is whole.
    func ask<Answer>(
        _ what: String, _ take: (inout ReceivedBytes, inout PeerOutput) throws -> Answer?
    ) throws -> Answer {
        do {
            try send()
            while true {
                if let answer = try take(&input, &output) { return answer }
                try send()
                guard try receive() else {
                    throw BenchFailure(description: "no answer within \(Self.patience) s")
                }
            }
        } catch let failure as BenchFailure {
            throw BenchFailure(description: "\(what): \(failure)")
        }
    }
}

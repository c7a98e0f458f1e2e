#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The same request over connections that stay open, by one thread that looks at all of them: each connection makes its next
/// request when one of its own is answered.
struct HTTPLoad: Sendable {
    /// When there is enough.
    enum End: Sendable {
        /// Once all requests are answered, which tell of so many records.
        case answers(records: Int)
        /// Once so many records have come, whatever else follows.
        case records(Int)
    }

    let port: UInt16
    let request: HTTPRequest
    /// What follows `"error_code":` in good answers; `nil` where it does not belong at all.
    let goodCode: StaticString?
    /// How often the request is made, over all connections.
    var requests = 1
    var connections = 1
    /// Requests of a connection that are made before the first of them is answered.
    var pipeline = 1
    let end: End
    /// Whether what comes is kept, for as long as there is no further request.
    var isRecorded = false

    /// What one run has found.
    struct Outcome {
        var seconds = 0.0
        /// From when a request was made until its answer was whole.
        var latencies = LatencyRecorder()
        /// When answers told of records.
        var timeline: Timeline
        /// What the first connection's last request was answered with, if that was wanted.
        var recording: [UInt8] = []
    }

    /// Makes all requests.
    ///
    /// - Throws: ``BenchFailure`` if an answer is none of those that are wanted, or nothing comes for as long as
    ///   ``PeerConnection/patience``.
    func run() throws -> Outcome {
        let clients = try (0..<connections).map { _ in
            try HTTPConnection(port: port, request: request, goodCode: goodCode, isRecorded: isRecorded)
        }
        let began = MonotonicClock.nanoseconds
        var outcome = Outcome(timeline: Timeline(from: began))
        var (made, answered, records) = (0, 0, 0)
        for client in clients {
            while client.unanswered < pipeline, made < requests {
                client.makeRequest()
                made += 1
            }
            try client.flush()
        }
        var sockets = clients.map { pollfd(fd: $0.descriptor, events: Self.events(of: $0), revents: 0) }
        while !isEnough(answered, records) {
            try Self.wait(&sockets)
            for (index, client) in clients.enumerated() where sockets[index].revents != 0 {
                let count = try client.receive { latency in
                    outcome.latencies.record(nanoseconds: latency)
                    answered += 1
                }
                records += count
                outcome.timeline.add(count, at: MonotonicClock.nanoseconds)
                while client.unanswered < pipeline, made < requests {
                    client.makeRequest()
                    made += 1
                }
                try client.flush()
                sockets[index].events = Self.events(of: client)
            }
        }
        outcome.seconds = Double(MonotonicClock.nanoseconds - began) / 1e9
        outcome.recording = clients[0].recording
        try check(clients)
        return outcome
    }

    private func isEnough(_ answered: Int, _ records: Int) -> Bool {
        switch end {
        case .answers: answered == requests
        // One that was refused has an end, and fewer records.
        case .records(let count): records >= count || answered == requests
        }
    }

    private static func events(of client: HTTPConnection) -> Int16 {
        Int16(client.hasOutput ? POLLIN | POLLOUT : POLLIN)
    }

    private static func wait(_ sockets: inout [pollfd]) throws {
        while true {
            let ready = poll(&sockets, nfds_t(sockets.count), Int32(PeerConnection.patience * 1000))
            if ready > 0 { return }
            guard ready < 0, errno == EINTR else {
                throw BenchFailure(description: "the server has answered nothing for \(PeerConnection.patience) s")
            }
        }
    }

    private func check(_ clients: [HTTPConnection]) throws {
        var tally = AnswerTally(goodCode: goodCode)
        for client in clients { tally.add(client.tally) }
        switch end {
        case .answers(let records): try tally.check(records)
        // Of a stream more may have come at once than was wanted.
        case .records(let count): try tally.check(max(count, tally.records))
        }
    }
}

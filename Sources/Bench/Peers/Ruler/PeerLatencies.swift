import CShims
import RecordFormat

/// Messages that are due at fixed times whatever the server does, and a consumer that tells how long after that it has them: a
/// stall counts for every message that it delays.
struct PeerLatencies: Sendable {
    /// Messages a second.
    let rate: Int
    /// Seconds that count; one more goes before them.
    let seconds: Int
    /// Bytes of a message.
    let size: Int
    /// The most messages that are sent at once, where several are due.
    let batchLimit: Int
    /// How long after the last message was due all may take to come, in nanoseconds.
    var grace: Int64 = 5_000_000_000

    /// Nanoseconds at the beginning that do not count.
    private static let warmUp: Int64 = 1_000_000_000

    private var total: Int { rate * (seconds + 1) }

    /// When a message is due, in nanoseconds from the start.
    private func due(_ number: Int) -> Int64 { Int64(Double(number) * 1e9 / Double(rate)) }

    /// One message that has come.
    private struct Arrival {
        var due: Int64
        var latency: Int64
    }

    /// The latencies of all messages that count; `nil` where the server could not keep up.
    func measure(_ target: PeerTarget, _ stream: String) throws -> LatencyRecorder? {
        let publisher = try target.makeSession()
        try publisher.beginPublishing(to: stream)
        let consumer = SideThread("consumer") { becomesReady in
            let session = try target.makeSession()
            try session.beginConsuming(stream)
            becomesReady()
            return try receive(session)
        }
        consumer.waitUntilReady()
        let start = MonotonicClock.nanoseconds + 10_000_000
        let isSent = try send(publisher, from: start)
        let arrivals = try consumer.wait()
        guard isSent, arrivals.count == total else { return nil }
        var recorder = LatencyRecorder()
        for arrival in arrivals where arrival.due >= start + Self.warmUp {
            recorder.record(nanoseconds: arrival.latency)
        }
        return recorder
    }

    /// - Returns: Whether all was sent, which was not given up.
    private func send(_ session: PeerSession, from start: Int64) throws -> Bool {
        let deadline = start + due(total) + grace
        var sent = 0
        while sent < total {
            millrace_sleep(start + due(sent) - MonotonicClock.nanoseconds)
            let now = MonotonicClock.nanoseconds
            guard now < deadline else { return false }
            var batch: [Int64] = []
            while batch.count < batchLimit, sent + batch.count < total {
                let next = start + due(sent + batch.count)
                guard next <= now else { break }
                batch.append(next)
            }
            guard !batch.isEmpty else { continue }
            _ = try session.publish(PeerBatch(size: size, due: batch))
            sent += batch.count
        }
        return true
    }

    /// Takes messages until all have come, or it has taken too long; what comes after that has not come.
    private func receive(_ session: PeerSession) throws -> [Arrival] {
        let deadline = MonotonicClock.nanoseconds + due(total) + grace
        var arrivals: [Arrival] = []
        arrivals.reserveCapacity(total)
        while arrivals.count < total, MonotonicClock.nanoseconds < deadline {
            let isThere = try session.receiveMessages { message, now in
                let due = try PeerBatch.due(message)
                if now < deadline { arrivals.append(Arrival(due: due, latency: now - due)) }
            }
            guard isThere else { break }
        }
        return arrivals
    }
}

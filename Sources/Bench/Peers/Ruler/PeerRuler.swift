import RecordFormat

/// Measures one server, always in the same way: one connection publishes and another consumes, each by a thread that does
/// nothing else.
struct PeerRuler {
    /// What is measured.
    var measures = Set(PeerMeasure.allCases)
    /// Bytes of a message.
    var size = 100
    /// Messages a second of each latency that is measured.
    var rates = [1000]
    /// Seconds that latencies count, and that a publisher at full speed goes on at most.
    var seconds = 5
    /// The most messages of a publisher at full speed.
    var messages = 1_000_000
    /// The most messages that are not acknowledged.
    var window = 2000
    /// The most messages that are sent at once.
    var batch = 500
    /// Nanoseconds for which one message after the other is published.
    var singleTime: Int64 = 2_000_000_000

    /// The most bytes of messages that are sent at once: below what brokers take in a batch by default.
    private static let bytesAtOnce = 768 << 10

    /// As many messages as may be sent at once.
    var batchLimit: Int { max(1, min(batch, window, Self.bytesAtOnce / size)) }

    /// What was found out about a server.
    struct Outcome {
        /// A latency is infinity where the server could not keep up.
        var figures: [PeerFigure: Double] = [:]
        /// Of all messages, by how many there were a second; none where the server could not keep up.
        var latencies: [Int: LatencyRecorder] = [:]
    }

    /// Measures a server.
    func measure(_ server: PeerServer) throws -> Outcome {
        var outcome = Outcome()
        if !measures.isDisjoint(with: [.publish, .consume]) {
            try withStream(of: server) { stream in
                let published = try publish(server, stream)
                if measures.contains(.publish) {
                    outcome.figures[.publish] = Double(published.count) / published.seconds
                    outcome.figures[.publishTime] = published.serverTime.map { $0 * 1e9 / Double(published.count) }
                }
                if measures.contains(.consume) {
                    outcome.figures[.consume] =
                        Double(published.count) / (try consume(published.count, server, stream))
                }
            }
        }
        if measures.contains(.single) {
            outcome.figures[.single] = try withStream(of: server) { try publishOneByOne(server, $0) }
        }
        if measures.contains(.latency) { try measureLatencies(server, &outcome) }
        return outcome
    }

    /// Latencies at all rates, the lowest first, and after everything else: a server that cannot keep up is busy afterwards.
    private func measureLatencies(_ server: PeerServer, _ outcome: inout Outcome) throws {
        var keepsUp = true
        for rate in rates.sorted() {
            var found: LatencyRecorder?
            if keepsUp {
                let run = PeerLatencies(rate: rate, seconds: seconds, size: size, batchLimit: batchLimit)
                found = try withStream(of: server) { try run.measure(server.target, $0) }
                keepsUp = found != nil
            }
            outcome.latencies[rate] = found
            for percentile in PeerFigure.percentiles {
                outcome.figures[.latency(rate: rate, percentile: percentile)] =
                    found?.nanoseconds(at: percentile) ?? .infinity
            }
        }
    }

    /// Calls `body` with a stream that is there for it alone.
    private func withStream<Result>(of server: PeerServer, _ body: (String) throws -> Result) throws -> Result {
        let name = "bench-\(UInt32.random(in: 0...UInt32.max))"
        try server.target.makeSession().createStream(name)
        let result = try body(name)
        // By a connection of its own: where others were used there may be acknowledgements that nobody has waited for. A server
        // that could not keep up may have no time for it, and what it has is thrown away with it.
        try? server.target.makeSession().deleteStream(name)
        return result
    }

    // MARK: Publishing

    private struct Published {
        var count: Int
        /// From before the first until all are acknowledged.
        var seconds: Double
        /// Seconds of processors' time in the server.
        var serverTime: Double?
    }

    private func publish(_ server: PeerServer, _ stream: String) throws -> Published {
        let session = try server.target.makeSession()
        try session.beginPublishing(to: stream)
        let used = server.processorTime
        let began = MonotonicClock.nanoseconds
        let deadline = began + Int64(seconds) * 1_000_000_000
        var (sent, acknowledged) = (0, 0)
        var isOver = false
        while acknowledged < sent || !isOver {
            while !isOver, sent - acknowledged + batchLimit <= window {
                let now = MonotonicClock.nanoseconds
                let count = min(batchLimit, messages - sent)
                acknowledged += try session.publish(
                    PeerBatch(size: size, due: [Int64](repeating: now, count: count)))
                sent += count
                isOver = sent == messages || now >= deadline
            }
            if acknowledged < sent { acknowledged += try session.receiveAcknowledgements() }
        }
        let time = Double(MonotonicClock.nanoseconds - began) / 1e9
        let serverTime = server.processorTime.flatMap { now in used.map { now - $0 } }
        return Published(count: sent, seconds: time, serverTime: serverTime)
    }

    /// Messages a second, each of which is sent once the one before is acknowledged.
    private func publishOneByOne(_ server: PeerServer, _ stream: String) throws -> Double {
        let session = try server.target.makeSession()
        try session.beginPublishing(to: stream)
        let began = MonotonicClock.nanoseconds
        var (count, now) = (0, began)
        while now - began < singleTime {
            var acknowledged = try session.publish(PeerBatch(size: size, due: [now]))
            while acknowledged == 0 { acknowledged = try session.receiveAcknowledgements() }
            count += 1
            now = MonotonicClock.nanoseconds
        }
        return Double(count) * 1e9 / Double(now - began)
    }

    // MARK: Consuming

    /// Seconds of reading what was published, from the first message to the last.
    private func consume(_ count: Int, _ server: PeerServer, _ stream: String) throws -> Double {
        let session = try server.target.makeSession()
        var (messages, bytes) = (0, 0)
        let seconds = try MonotonicClock.seconds {
            try session.beginConsuming(stream)
            while messages < count {
                let isThere = try session.receiveMessages { message, _ in
                    messages += 1
                    bytes += message.byteCount
                }
                guard isThere else {
                    throw BenchFailure(
                        description:
                            "\(count - messages) of \(count) messages of \(server.target.peer.title) do not come")
                }
            }
        }
        guard messages == count, bytes == count * size else {
            throw BenchFailure(description: "\(messages) messages with \(bytes) bytes came, not \(count) of \(size)")
        }
        return seconds
    }
}

import KafkaClient
import RecordFormat

/// Records that are due at fixed times whatever the server does, and consumers that tell how long after that they have
/// them: a stall counts for every record that it delays.
struct OpenLoop: Sendable {
    let topic: String
    var partitions: Int32 = 1
    /// How many producers share the rate, and how many consumers the partitions.
    var producers = 1
    var consumers = 1
    /// Records a second.
    let rate: Int
    /// Seconds that count; one more goes before them.
    let seconds: Int
    /// Bytes of a value, of which the first 8 are the time at which it was due.
    let size: Int
    let acknowledgement: ProducerConfiguration.Acknowledgement
    var compression = CompressionCodec.none

    /// Nanoseconds at the beginning that do not count.
    private static let warmUp: Int64 = 1_000_000_000
    /// How long nothing may come: a partition's records may be due that far apart.
    private var patience: Duration { .seconds(5 + Int(partitions) / rate) }

    private var total: Int { rate * (seconds + 1) }

    /// What became of the records that count.
    struct Outcome {
        var latencies = LatencyRecorder()
        /// When consumers had them, from the end of the second that does not count.
        var timeline: Timeline
    }

    /// Sends and receives all records.
    func measure(_ server: BenchServer) async throws -> Outcome {
        let reading = try server.makeClient()
        let consumers = try await makeConsumers(reading)
        let writing = try (0..<producers).map { _ in try server.makeClient() }
        let start = MonotonicClock.nanoseconds + 10_000_000
        let received = try await withThrowingTaskGroup(of: Part.self) { group in
            for (number, client) in writing.enumerated() {
                group.addTask(executorPreference: LoadThread()) {
                    try await send(with: client, number: number, from: start)
                    return .sent
                }
            }
            for (number, consumer) in consumers.enumerated() {
                group.addTask { .received(try await receive(with: consumer, number: number, from: start)) }
            }
            var all: [Received] = []
            for try await case .received(let received) in group { all.append(received) }
            return all
        }
        for consumer in consumers { await consumer.close() }
        for client in writing + [reading] { await client.close() }
        var outcome = Outcome(timeline: Timeline(from: start + Self.warmUp))
        for received in received {
            for latency in received.latencies { outcome.latencies.record(nanoseconds: latency) }
            outcome.timeline.add(received.timeline)
        }
        return outcome
    }

    private enum Part: Sendable {
        case sent
        case received(Received)
    }

    /// What one consumer has seen of the records that count.
    private struct Received: Sendable {
        var latencies: [Int64] = []
        var timeline: Timeline
    }

    // MARK: Sending

    private func send(with client: KafkaClient, number: Int, from start: Int64) async throws {
        let producer = try KafkaProducer(
            client: client,
            configuration: ProducerConfiguration(
                acknowledgement: acknowledgement, isIdempotent: acknowledgement == .all, compression: compression))
        let step = 1_000_000_000 / Double(rate)
        // This producer's records are each `producers`th from its number on.
        var next = number
        while next < total {
            let now = MonotonicClock.nanoseconds
            var due: [ProducerRecord] = []
            while next < total, start + Int64(Double(next) * step) <= now {
                due.append(record(next, dueAt: start + Int64(Double(next) * step)))
                next += producers
            }
            if !due.isEmpty { try await producer.enqueue(contentsOf: due) }
            LoadThread.sleep(nanoseconds: start + Int64(Double(next) * step) - MonotonicClock.nanoseconds)
        }
        try await producer.flush()
        await producer.close()
    }

    private func record(_ number: Int, dueAt time: Int64) -> ProducerRecord {
        let value = ByteSlice(unsafeCapacity: size) { bytes in
            bytes.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "x"))
            bytes.storeBigEndian(time, at: 0)
            return size
        }
        return ProducerRecord(topic: topic, partition: Int32(number % Int(partitions)), value: value)
    }

    // MARK: Receiving

    private func makeConsumers(_ client: KafkaClient) async throws -> [KafkaConsumer] {
        var made: [KafkaConsumer] = []
        for number in 0..<consumers {
            let consumer = try KafkaConsumer(
                client: client,
                configuration: ConsumerConfiguration(autoOffsetReset: .earliest, isAutoCommitEnabled: false))
            try await consumer.assign(partitions(of: number).map { TopicPartition(topic, $0) })
            // The first poll finds the positions, so that the first record does not wait for it.
            _ = try await consumer.poll(timeout: .milliseconds(100))
            made.append(consumer)
        }
        return made
    }

    private func partitions(of consumer: Int) -> [Int32] {
        (0..<partitions).filter { Int($0) % consumers == consumer }
    }

    private func receive(with consumer: KafkaConsumer, number: Int, from start: Int64) async throws -> Received {
        let mine = Set(partitions(of: number).map { Int($0) })
        let expected = (0..<total).count { mine.contains($0 % Int(partitions)) }
        var received = Received(timeline: Timeline(from: start + Self.warmUp))
        received.latencies.reserveCapacity(expected)
        var count = 0
        while count < expected {
            let batches = try await consumer.poll(timeout: patience)
            let now = MonotonicClock.nanoseconds
            guard !batches.isEmpty else {
                throw BenchFailure(
                    description: "\(expected - count) of \(expected) records did not come within \(patience)")
            }
            let counted = received.latencies.count
            for batch in batches {
                for record in batch.records {
                    let due = Int64(record.value?.bytes.bigEndian(at: 0, as: Int64.self) ?? 0)
                    if due >= start + Self.warmUp { received.latencies.append(now - due) }
                    count += 1
                }
            }
            received.timeline.add(received.latencies.count - counted, at: now)
        }
        return received
    }
}

import ArgumentParser
import KafkaClient
import RecordFormat

/// Measures the time from when a record was due to be sent until a consumer has it.
struct EndToEndCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "e2e",
        abstract: "Producer to consumer at a given rate.",
        discussion: """
            Open loop: records are due at fixed times whatever the server does, and latency counts from when a record was due, so that a stall counts for every \
            record that it delays.
            """)
    @OptionGroup var report: ReportOptions
    @OptionGroup var target: TargetOptions
    @Option(help: "Records a second.") var rate = 1000
    @Option(help: "Seconds to measure, after one second that does not count.") var seconds = 5
    @Option(help: "Bytes of a record's value, at least 8.") var size = 100
    @Option(help: "all, 1 or 0.") var acks = "all"
    @Flag(inversion: .prefixedNo, help: "Whether acknowledged means durable (flush.messages=1).") var durable = true

    func validate() throws {
        guard rate > 0, seconds > 0, size >= 8 else {
            throw ValidationError("rate and seconds must be positive, size at least 8")
        }
    }

    func run() async throws {
        guard let acknowledgement = ["all": ProducerConfiguration.Acknowledgement.all, "1": .leader, "0": .none][acks]
        else {
            throw ValidationError("--acks \(acks): must be all, 1 or 0")
        }
        try await WorkDirectory.with(target.directory) { path in
            let server = try await BenchTarget.start(target, directory: path)
            let admin = try server.makeClient()
            let topic = try await BenchTopic.create(partitions: 1, durable: durable, with: admin)
            let run = OpenLoop(
                server: server, topic: topic.name, rate: rate, seconds: seconds, size: size,
                acknowledgement: acknowledgement)
            let latencies = try await run.measure()
            try await topic.delete(with: admin)
            await admin.close()
            try await server.stop()
            let sync = try MachineLimits(directory: path).syncLatencies(size: size + 100, count: 500)
            let pingPong = try MachineLimits(directory: path).pingPongLatencies(count: 5000)
            // Nothing can be faster: to the server and on to the consumer, and once to the device.
            let floor = pingPong.microseconds(at: 50) + (durable ? sync.microseconds(at: 50) : 0)
            var report = Report(
                "e2e",
                [
                    "rate": "\(rate)", "seconds": "\(seconds)", "size": "\(size)", "acks": acks,
                    "durable": "\(durable)",
                    "server": server.name, "records": "\(latencies.count)",
                ])
            report.add("end to end", latencies, limit: (durable ? "ping-pong and sync" : "ping-pong", floor))
            try report.print(asJSON: self.report.json)
        }
    }
}

/// One open-loop run: a sender on a schedule and a receiver.
private struct OpenLoop {
    let server: BenchTarget
    let topic: String
    let rate: Int
    let seconds: Int
    let size: Int
    let acknowledgement: ProducerConfiguration.Acknowledgement

    /// The latencies of all records but those of the first second.
    func measure() async throws -> LatencyRecorder {
        let total = rate * (seconds + 1)
        let sending = try server.makeClient()
        let receiving = try server.makeClient()
        let consumer = try KafkaConsumer(
            client: receiving,
            configuration: ConsumerConfiguration(autoOffsetReset: .earliest, isAutoCommitEnabled: false))
        try await consumer.assign([TopicPartition(topic, 0)])
        // The first poll finds the position, so that the first record does not wait for it.
        _ = try await consumer.poll(timeout: .milliseconds(100))
        let producer = try KafkaProducer(
            client: sending,
            configuration: ProducerConfiguration(
                acknowledgement: acknowledgement, isIdempotent: acknowledgement == .all))
        let start = MonotonicClock.nanoseconds + 10_000_000
        let sender = Task { try await send(total, from: start, with: producer) }
        var recorder = LatencyRecorder()
        var received = 0
        while received < total {
            let batches = try await consumer.poll(timeout: .seconds(5))
            let now = MonotonicClock.nanoseconds
            guard !batches.isEmpty else {
                sender.cancel()
                throw MachineLimits.Failure(
                    description: "\(total - received) of \(total) records did not come within 5 seconds")
            }
            for record in batches.flatMap(\.records) {
                let due = Int64(record.value?.bytes.bigEndian(at: 0, as: Int64.self) ?? 0)
                if due >= start + 1_000_000_000 { recorder.record(nanoseconds: now - due) }
                received += 1
            }
        }
        try await sender.value
        await producer.close()
        await consumer.close()
        await sending.close()
        await receiving.close()
        return recorder
    }

    private func send(_ total: Int, from start: Int64, with producer: KafkaProducer) async throws {
        let clock = ContinuousClock()
        let step = 1_000_000_000 / Double(rate)
        var sent = 0
        while sent < total {
            let now = MonotonicClock.nanoseconds
            let due = min(total, Int(Double(now - start) / step) + 1)
            if due > sent {
                try await producer.enqueue(
                    contentsOf: (sent..<due).map { record(dueAt: start + Int64(Double($0) * step)) })
                sent = due
            }
            let next = start + Int64(Double(sent) * step)
            try await clock.sleep(for: .nanoseconds(max(0, next - MonotonicClock.nanoseconds)), tolerance: .zero)
        }
    }

    private func record(dueAt time: Int64) -> ProducerRecord {
        let value = ByteSlice(unsafeCapacity: size) { bytes in
            bytes.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "x"))
            bytes.storeBigEndian(time, at: 0)
            return size
        }
        return ProducerRecord(topic: topic, value: value)
    }
}

import ArgumentParser
import KafkaClient
import RecordFormat

/// Measures how fast a producer gets its records acknowledged.
struct ProduceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "produce", abstract: "A producer at full speed, until the last acknowledgement.")
    @OptionGroup var report: ReportOptions
    @OptionGroup var target: TargetOptions
    @Option(help: "Bytes of a record's value.") var size = 100
    @Option(help: "Records to send.") var records = 1_000_000
    @Option(help: "all, 1 or 0.") var acks = "all"
    @Option(help: "Bytes of a batch before compression.") var batchSize = 64 << 10
    @Option(help: "none, gzip, snappy, lz4 or zstd.") var compression = "none"
    @Option(help: "Partitions of the topic.") var partitions: Int32 = 1
    @Flag(inversion: .prefixedNo, help: "Whether acknowledged means durable (flush.messages=1).") var durable = true

    func run() async throws {
        guard let codec = CompressionCodec(name: compression) else {
            throw ValidationError("--compression \(compression): no such codec")
        }
        guard let acknowledgement = ["all": ProducerConfiguration.Acknowledgement.all, "1": .leader, "0": .none][acks]
        else {
            throw ValidationError("--acks \(acks): must be all, 1 or 0")
        }
        try await WorkDirectory.with(target.directory) { path in
            let server = try await BenchTarget.start(target, directory: path)
            let client = try server.makeClient()
            let topic = try await BenchTopic.create(partitions: partitions, durable: durable, with: client)
            let producer = try KafkaProducer(
                client: client,
                configuration: ProducerConfiguration(
                    acknowledgement: acknowledgement, isIdempotent: acknowledgement == .all, compression: codec,
                    batchSize: batchSize, linger: .milliseconds(1)))
            let value = ByteSlice([UInt8](repeating: UInt8(ascii: "x"), count: size))
            let chunk = [ProducerRecord](repeating: ProducerRecord(topic: topic.name, value: value), count: 1000)
            let began = MonotonicClock.nanoseconds
            var sent = 0
            while sent < records {
                let receipts = try await producer.enqueue(contentsOf: Array(chunk.prefix(records - sent)))
                sent += receipts.count
                // One look at the last of each thousand, so that a failure ends the run.
                if sent % 100_000 == 0, let last = receipts.last { _ = try await last.metadata() }
            }
            try await producer.flush()
            let seconds = Double(MonotonicClock.nanoseconds - began) / 1e9
            await producer.close()
            try await topic.delete(with: client)
            await client.close()
            try await server.stop()
            let writeTime = try MachineLimits(directory: path).writeTime(size: 65_536)
            var report = Report(
                "produce",
                [
                    "size": "\(size)", "records": "\(records)", "acks": acks, "compression": compression,
                    "durable": "\(durable)",
                    "partitions": "\(partitions)", "server": server.name,
                ])
            report.add("records", Double(records) / seconds, "records/s")
            report.add(
                "bytes", Double(records * size) / seconds / 1e6, "MB/s",
                limit: ("write(2) of 64 KiB", 65_536 / writeTime * 1000))
            try report.print(asJSON: self.report.json)
        }
    }
}

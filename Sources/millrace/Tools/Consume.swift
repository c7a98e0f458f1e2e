import ArgumentParser
import KafkaClient
import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Prints a topic's records as they come.
struct Consume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consume", abstract: "Print a topic's records, one a line.")
    @OptionGroup var options: ToolOptions
    @Argument(help: "The topic.") var topic: String
    @Flag(help: "Begin at the first record instead of the next one.") var fromBeginning = false
    @Flag(help: "End once every record that was there at the start is printed.") var exitAtEnd = false
    @Option(help: "Only this partition.") var partition: Int32?
    @Option(help: "Begin at this offset; needs --partition.") var offset: Int64?
    @Option(help: "Share the topic with the other members of this group, and commit offsets.") var group: String?
    @Option(help: "End after this many records.") var maxMessages: Int?
    @Flag(help: "Print keys in front of values.") var printKey = false
    @Option(help: "What to print between key and value.") var keySeparator: String = "\t"

    func validate() throws {
        if offset != nil && partition == nil { throw ValidationError("--offset needs --partition") }
        if group != nil && partition != nil {
            throw ValidationError("--group and --partition exclude each other: the group assigns partitions")
        }
        if group != nil && exitAtEnd {
            throw ValidationError("--group and --exit-at-end exclude each other: other members read too")
        }
    }

    func run() async throws {
        try await options.withClient { client in
            let consumer = try KafkaConsumer(
                client: client,
                configuration: ConsumerConfiguration(
                    groupID: group, autoOffsetReset: fromBeginning ? .earliest : .latest))
            do {
                try await begin(consumer)
                try await print(consumer)
                await consumer.close()
            } catch {
                await consumer.close()
                throw error
            }
        }
    }

    private func begin(_ consumer: KafkaConsumer) async throws {
        guard group == nil else { return try await consumer.subscribe(to: [topic]) }
        let partitions = try await consumer.partitions(of: topic).map { TopicPartition(topic, $0.partition) }
            .filter { partition == nil || $0.partition == partition }
        guard !partitions.isEmpty else {
            throw ValidationError("\(topic) has no partition \(partition.map(String.init) ?? "")")
        }
        try await consumer.assign(partitions)
        if let offset { try await consumer.seek(partitions[0], to: LogOffset(offset)) }
    }

    private func print(_ consumer: KafkaConsumer) async throws {
        var output = Output()
        var remaining = maxMessages ?? Int.max
        var unfinished = exitAtEnd ? try await unfinishedPartitions(consumer) : [:]
        if exitAtEnd && unfinished.isEmpty { return }
        while remaining > 0 {
            var unprinted: [TopicPartition: LogOffset] = [:]
            for batch in try await consumer.poll(timeout: .milliseconds(500)) {
                for record in batch.records.prefix(remaining) {
                    try write(record, of: batch.topicPartition, to: &output)
                }
                if remaining < batch.records.count, unprinted[batch.topicPartition] == nil {
                    unprinted[batch.topicPartition] = batch.records[remaining].offset
                }
                remaining -= min(remaining, batch.records.count)
            }
            try output.flush()
            // What is committed at the end is what was printed, so that the next member of the group prints the rest.
            for (partition, offset) in unprinted { try await consumer.seek(partition, to: offset) }
            // By position rather than by record: the last one may be a transaction's marker, which no one sees.
            for (partition, end) in unfinished where try await consumer.position(of: partition) >= end {
                unfinished[partition] = nil
            }
            if exitAtEnd && unfinished.isEmpty { return }
        }
    }

    /// The partitions with records to come, and where each ends now.
    private func unfinishedPartitions(_ consumer: KafkaConsumer) async throws -> [TopicPartition: LogOffset] {
        let partitions = Array(consumer.assignment)
        let starts = try await consumer.beginningOffsets(partitions)
        var unfinished: [TopicPartition: LogOffset] = [:]
        for (partition, end) in try await consumer.endOffsets(partitions) {
            let first = offset.map { LogOffset($0) } ?? (fromBeginning ? starts[partition] ?? .zero : end)
            if end > first { unfinished[partition] = end }
        }
        return unfinished
    }

    private func write(_ record: Record, of partition: TopicPartition, to output: inout Output) throws {
        if options.json {
            output.append(try JSONText.line(json(record, partition)))
        } else {
            if printKey {
                output.append(record.key ?? ByteSlice("null"))
                output.append(keySeparator)
            }
            output.append(record.value ?? ByteSlice(printKey ? "null" : ""))
        }
        output.append("\n")
        if output.isLarge { try output.flush() }
    }

    private func json(_ record: Record, _ partition: TopicPartition) -> JSONText {
        func text(_ bytes: ByteSlice?) -> JSONText { bytes.map { .string($0.string) } ?? .null }
        return .object([
            "topic": .string(partition.topic), "partition": .integer(Int64(partition.partition)),
            "offset": .integer(record.offset.rawValue), "timestamp": .integer(record.timestamp.milliseconds),
            "key": text(record.key), "value": text(record.value),
            "headers": .array(record.headers.map { .object(["key": .string($0.key), "value": text($0.value)]) }),
        ])
    }
}

/// Records that could not be written, as on a full disk.
private struct OutputError: Error, CustomStringConvertible {
    var number: Int32

    var description: String { "cannot write to standard output: \(String(cString: strerror(number)))" }
}

/// Standard output with a buffer of our own: records are bytes, not text.
private struct Output {
    private var buffer: [UInt8] = []

    var isLarge: Bool { buffer.count > 1 << 20 }

    mutating func append(_ bytes: ByteSlice) { bytes.withUnsafeBytes { buffer.append(contentsOf: $0) } }

    mutating func append(_ text: String) { buffer.append(contentsOf: text.utf8) }

    mutating func flush() throws {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { Self.write($0, from: written) }
            if count < 0 && errno == EINTR { continue }
            // The reader went away, as `head` does: there is no one to tell.
            if count < 0 && errno == EPIPE { throw ExitCode.success }
            guard count >= 0 else { throw OutputError(number: errno) }
            written += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        #if canImport(Darwin)
        Darwin.write(STDOUT_FILENO, bytes.baseAddress! + start, bytes.count - start)
        #elseif canImport(Glibc)
        Glibc.write(STDOUT_FILENO, bytes.baseAddress! + start, bytes.count - start)
        #else
        Musl.write(STDOUT_FILENO, bytes.baseAddress! + start, bytes.count - start)
        #endif
    }
}

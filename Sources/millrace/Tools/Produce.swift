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

/// Sends each line of standard input as a record.
struct Produce: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "produce", abstract: "Send each line of standard input as a record.")
    @OptionGroup var options: ToolOptions
    @Argument(help: "The topic.") var topic: String
    @Option(help: "The partition; by key, or spread, if not given.") var partition: Int32?
    @Option(help: "What separates a line's key from its value; without it lines have no key.") var keySeparator: String?
    @Option(help: "none, gzip, snappy, lz4 or zstd.") var compression: String = "none"
    @Option(help: "all, 1 or 0.") var acks: String = "all"

    func run() async throws {
        guard let codec = CompressionCodec(name: compression) else {
            throw ValidationError("--compression \(compression): no such codec")
        }
        let acknowledgements: [String: ProducerConfiguration.Acknowledgement] = [
            "all": .all, "-1": .all, "1": .leader, "0": .none,
        ]
        guard let acknowledgement = acknowledgements[acks] else {
            throw ValidationError("--acks \(acks): must be all, 1 or 0")
        }
        try await options.withClient { client in
            let producer = try KafkaProducer(
                client: client,
                configuration: ProducerConfiguration(
                    acknowledgement: acknowledgement, isIdempotent: acknowledgement == .all, compression: codec,
                    batchSize: 64 << 10, linger: .milliseconds(5)))
            do {
                let count = try await send(with: producer)
                await producer.close()
                if options.json { print(#"{"records":\#(count)}"#) }
            } catch {
                await producer.close()
                throw error
            }
        }
    }

    private func send(with producer: KafkaProducer) async throws -> Int {
        var reader = LineReader(descriptor: STDIN_FILENO)
        var count = 0
        var unconfirmed: [SendReceipt] = []
        while let lines = try reader.next() {
            unconfirmed += try await producer.enqueue(contentsOf: lines.map(record))
            count += lines.count
            // Receipts are looked at in passing, so that a long input needs no memory for all of them.
            if unconfirmed.count > 100_000 {
                for receipt in unconfirmed { _ = try await receipt.metadata() }
                unconfirmed.removeAll(keepingCapacity: true)
            }
        }
        try await producer.flush()
        for receipt in unconfirmed { _ = try await receipt.metadata() }
        return count
    }

    private func record(_ line: ByteSlice) -> ProducerRecord {
        guard let keySeparator, let place = line.firstRange(of: keySeparator) else {
            return ProducerRecord(topic: topic, partition: partition, value: line)
        }
        return ProducerRecord(
            topic: topic, partition: partition, key: line[0..<place.lowerBound],
            value: line[place.upperBound..<line.count])
    }
}

extension ByteSlice {
    /// Where `text` first stands in the bytes.
    fileprivate func firstRange(of text: String) -> Range<Int>? {
        let wanted = Array(text.utf8)
        guard !wanted.isEmpty, count >= wanted.count else { return nil }
        return withUnsafeBytes { bytes in
            (0...bytes.count - wanted.count).first { start in
                wanted.indices.allSatisfy { bytes[start + $0] == wanted[$0] }
            }.map { $0..<$0 + wanted.count }
        }
    }
}

/// Reads a descriptor in chunks and gives the lines of each, sharing the chunk's bytes.
struct LineReader {
    private static let chunkSize = 1 << 20
    /// A longer line is no line: the broker would refuse it.
    private static let longestLine = 64 << 20

    private let descriptor: Int32
    private var rest = ByteSlice.empty
    private var isAtEnd = false

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// The lines that end in the next chunk, or `nil` at the end of the input; a last line without a newline counts.
    mutating func next() throws -> [ByteSlice]? {
        while !isAtEnd {
            guard rest.count < Self.longestLine else {
                throw ValidationError("a line of more than \(Self.longestLine) bytes: is this text?")
            }
            let chunk = try readChunk()
            isAtEnd = chunk.count == rest.count
            var lines: [ByteSlice] = []
            var start = 0
            chunk.withUnsafeBytes { bytes in
                var index = rest.count
                while index < bytes.count {
                    if bytes[index] == UInt8(ascii: "\n") {
                        lines.append(chunk[start..<index])
                        start = index + 1
                    }
                    index += 1
                }
            }
            rest = chunk[start..<chunk.count]
            if isAtEnd, !rest.isEmpty {
                lines.append(rest)
                rest = .empty
            }
            if !lines.isEmpty { return lines }
        }
        return nil
    }

    /// What was left over, and as much as one read gives.
    private func readChunk() throws -> ByteSlice {
        try ByteSlice(unsafeCapacity: rest.count + Self.chunkSize) { target throws(ValidationError) in
            rest.withUnsafeBytes { target.copyMemory(from: $0) }
            while true {
                let count = read(descriptor, target.baseAddress! + rest.count, Self.chunkSize)
                if count >= 0 { return rest.count + count }
                if errno != EINTR { throw ValidationError("cannot read standard input: errno \(errno)") }
            }
        }
    }
}

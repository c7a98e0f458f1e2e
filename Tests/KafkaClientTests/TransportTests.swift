import RecordFormat
import ServerHarness
import Testing

@testable import KafkaClient

@Suite struct TransportTests {
    @Test func framesAreCutWhereverTheBytesArrive() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let frames = (0..<50).map { _ in generator.bytes(Int.random(in: 4...300, using: &generator)) }
        let stream = frames.flatMap { frame in withUnsafeBytes(of: UInt32(frame.count).bigEndian, Array.init) + frame }
        var assembler = FrameAssembler(limit: 300)
        var received: [[UInt8]] = []
        var position = 0
        while position < stream.count {
            let end = min(position + Int.random(in: 1...97, using: &generator), stream.count)
            try stream[position..<end].withUnsafeBytes { bytes in
                try assembler.consume(bytes) { received.append($0.array) }
            }
            position = end
        }
        #expect(received == frames)
    }

    @Test(
        arguments: [[0, 0, 0, 3], [0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0, 0, 1, 0x2d]] as [[UInt8]])
    func lengthsThatNoAnswerHasAreRefused(length: [UInt8]) {
        var assembler = FrameAssembler(limit: 300)
        #expect(throws: KafkaClientError.self) {
            try length.withUnsafeBytes { try assembler.consume($0) { _ in } }
        }
    }

    @Test func addressesAreRead() throws {
        #expect(try BrokerAddress(parsing: "kafka:9092") == BrokerAddress(host: "kafka", port: 9092))
        #expect(try BrokerAddress(parsing: "[::1]:9092") == BrokerAddress(host: "::1", port: 9092))
        #expect(try BrokerAddress(parsing: "[::1]:9092").description == "[::1]:9092")
        for text in ["kafka", ":9092", "kafka:", "kafka:0", "kafka:65536", "kafka:http", ""] {
            #expect(throws: KafkaClientError.self) { try BrokerAddress(parsing: text) }
        }
        #expect(throws: KafkaClientError.self) { try KafkaClient(bootstrapServers: []) }
    }

    @Test func pausesDoubleUpToTheLongest() {
        let policy = BackoffPolicy(initial: .milliseconds(100), maximum: .seconds(1))
        let pauses = (1...6).map { policy.delay(afterFailures: $0, jitter: 1) }
        #expect(pauses == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        #expect(policy.delay(afterFailures: .max, jitter: 1) == .seconds(1))
    }

    @Test func durationsAreCutToTheProtocolsRange() {
        #expect(Duration.milliseconds(1500).wholeMilliseconds == 1500)
        #expect(Duration.seconds(Int64.max / 2).wholeMilliseconds == .max)
    }
}

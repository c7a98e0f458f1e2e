import Testing

@testable import millrace_bench

/// Against https://github.com/rabbitmq/rabbitmq-server/blob/main/deps/rabbitmq_stream/docs/PROTOCOL.adoc.
struct StreamFrameTests {
    @Test func aFrameIsReadOnceItIsWhole() throws {
        let bytes = big(UInt32(6)) + big(UInt16(0x8001)) + big(UInt16(1)) + [7, 8] + [9]
        for count in 0..<10 {
            #expect(try StreamFrame.next(in: Array(bytes.prefix(count)).span.bytes, at: 0) == nil)
        }
        let frame = try #require(try StreamFrame.next(in: bytes.span.bytes, at: 0))
        #expect(frame.key == 0x8001 && frame.version == 1 && frame.body == 8..<10)
    }

    @Test(arguments: [0, 3, (100 << 20) + 1, .max] as [UInt32]) func sizesThatNoFrameHasAreRefused(size: UInt32) {
        #expect(throws: BenchFailure.self) { _ = try StreamFrame.next(in: big(size).span.bytes, at: 0) }
    }

    @Test func whatIsWrittenSaysItsSize() {
        var output = PeerOutput()
        output.append([1, 2, 3])
        StreamFrame.write(StreamFrame.Key.credit, to: &output) { output in
            output.append(bigEndian: UInt8(1))
            output.append(bigEndian: UInt16(20))
        }
        #expect(output.bytes == [1, 2, 3] + [0, 0, 0, 7, 0, 9, 0, 1, 1, 0, 20])
    }

    @Test func fieldsEndWhereTheirFrameDoes() throws {
        // A string that says it has more bytes than its frame, and bytes of the next frame behind it.
        let bytes: [UInt8] = [0, 5, 0x61, 0x62] + [0x63, 0x64, 0x65]
        var fields = StreamFields(0..<4)
        #expect(throws: BenchFailure.self) { _ = try fields.nextString(bytes.span.bytes) }
        fields = StreamFields(0..<7)
        #expect(try fields.nextString(bytes.span.bytes) == "abcde")
        #expect(throws: BenchFailure.self) { _ = try fields.next(bytes.span.bytes, as: UInt8.self) }
        #expect(throws: BenchFailure.self) { _ = try fields.take(-1) }
        // No string at all.
        fields = StreamFields(0..<2)
        #expect(try fields.nextString(([0xFF, 0xFF] as [UInt8]).span.bytes) == "")
    }
}

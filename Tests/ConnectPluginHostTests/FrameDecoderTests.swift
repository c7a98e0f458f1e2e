import ConnectAPI
import JSON
import NIOCore
import Testing

@testable import ConnectPluginHost

@Suite struct FrameDecoderTests {
    /// The bodies that these bytes hold, given in parts.
    private func bodies(_ parts: [[UInt8]], limit: Int = 100) throws -> [String] {
        let processor = NIOSingleStepByteToMessageProcessor(FrameDecoder(limit: limit))
        var bodies: [String] = []
        for part in parts {
            try processor.process(buffer: ByteBuffer(bytes: part)) { bodies.append(String(buffer: $0)) }
        }
        try processor.finishProcessing(seenEOF: true) { bodies.append(String(buffer: $0)) }
        return bodies
    }

    private func problem(_ bytes: [UInt8], limit: Int = 100) -> String? {
        do {
            _ = try bodies([bytes], limit: limit)
            return nil
        } catch {
            return (error as? ConnectError)?.message ?? "\(error)"
        }
    }

    @Test func aFrameIsTheOneThatIsDrawn() {
        // docs/plugin-protocol.md, "Frames"
        let body = PluginMessage.request(id: 2, call: "poll", with: [:]).body
        let frame = FrameDecoder.frame(body)
        #expect(Array(frame.readableBytesView) == [0, 0, 0, 0x20] + Array(#"{"id":2,"call":"poll","with":{}}"#.utf8))
    }

    @Test func framesMayComeInAnyParts() throws {
        let bytes =
            Array(FrameDecoder.frame(Array("{}".utf8)).readableBytesView)
            + Array(FrameDecoder.frame(Array("{\"a\":1}".utf8)).readableBytesView)
        #expect(try bodies([bytes]) == ["{}", "{\"a\":1}"])
        #expect(try bodies(bytes.map { [$0] }) == ["{}", "{\"a\":1}"])
    }

    @Test func whatIsNoFrameIsRefusedByItsLength() throws {
        #expect(try bodies([[0, 0, 0, 2] + Array("{}".utf8)], limit: 2) == ["{}"])
        #expect(problem([0, 0, 0, 3], limit: 2) == "a frame of 3 bytes; from 2 to 2 are allowed")
        #expect(problem([0, 0, 0, 0]) == "a frame of 0 bytes; from 2 to 100 are allowed")
        #expect(problem([0xFF, 0xFF, 0xFF, 0xFF])?.contains("4294967295") == true)
        #expect(problem(Array("Hello".utf8))?.contains("text that begins with 'Hell'") == true)
        #expect(problem([0, 0, 0, 9, 0x7B])?.contains("ended within a frame") == true)
        #expect(problem([0, 0])?.contains("ended within a frame") == true)
    }
}

import NIOCore
import RecordFormat
import ServerHarness
import Testing

import enum StorageHarness.Seeds

@testable import Broker

@Suite struct FrameStreamTests {
    private func frame(_ size: Int, key: Int16 = 0, fill: UInt8) -> [UInt8] {
        var bytes = ByteBuffer()
        bytes.writeInteger(Int32(size))
        bytes.writeInteger(key)
        bytes.writeRepeatingByte(fill, count: size - 2)
        return Array(bytes.readableBytesView)
    }

    @Test func framesAreFoundHoweverTheBytesCome() throws {
        let seed = Seeds.chosen ?? .random(in: .min ... .max)
        print("frame stream: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let sizes = (0..<20).map { _ in
                Bool.random(using: &random)
                    ? Int.random(in: 2...20, using: &random) : Int.random(in: 2...5_000, using: &random)
            }
            var bytes = sizes.enumerated().flatMap { frame($1, fill: UInt8($0)) }[...]
            var stream = FrameStream(maxSize: 10_000)
            var found: [Int] = []
            while !bytes.isEmpty {
                let count = min(bytes.count, Int.random(in: 1...7_000, using: &random))
                stream.append(ByteBuffer(bytes: bytes.prefix(count)))
                bytes = bytes.dropFirst(count)
                while let frame = try stream.next() {
                    #expect(frame.readableBytesView.dropFirst(2).allSatisfy { $0 == UInt8(found.count) })
                    found.append(frame.readableBytes)
                }
            }
            #expect(found == sizes)
            #expect(stream.isEmpty)
        }
    }

    /// Too short to name a request, which is for whoever takes the frame to refuse.
    @Test func framesOfNextToNothingAreCutToo() throws {
        var stream = FrameStream(maxSize: 100)
        var found: [Int] = []
        for byte in [0, 0, 0, 0, 0, 0, 0, 1, 9, 0, 0, 0, 0] as [UInt8] {
            stream.append(ByteBuffer(bytes: [byte]))
            while let frame = try stream.next() { found.append(frame.readableBytes) }
        }
        #expect(found == [0, 1, 0] && stream.isEmpty)
    }

    /// Reads that never end where a frame does must not have what was served pile up.
    @Test func misalignedFramesLeaveNothingBehind() throws {
        var stream = FrameStream(maxSize: 1 << 20)
        let bytes = frame(60_000, fill: 7)
        var served = 0
        stream.append(ByteBuffer(bytes: bytes.prefix(30_000)))
        for _ in 0..<5_000 {
            #expect(try stream.next() == nil)
            stream.append(ByteBuffer(bytes: bytes.dropFirst(30_000) + bytes.prefix(30_000)))
            while try stream.next() != nil { served += 1 }
            #expect(stream.partialCapacity <= 1 << 17)
        }
        #expect(served == 5_000)
    }

    @Test func largeFramesWaitUntilTheyAreAdmitted() throws {
        let bytes = frame(2, fill: 1) + frame(200_000, fill: 7) + frame(2, fill: 2)
        // In pieces of any length, the size itself among them.
        for piece in [1, 3, 5, 1_000, 150_000] {
            var stream = FrameStream(maxSize: 1 << 20)
            var rest = bytes[...]
            var found: [Int] = []
            var admitted = 0
            while !rest.isEmpty {
                stream.append(ByteBuffer(bytes: rest.prefix(piece)))
                rest = rest.dropFirst(piece)
                while true {
                    if let frame = try stream.next() {
                        found.append(frame.readableBytes)
                        continue
                    }
                    guard let size = stream.sizeHeldBack else { break }
                    #expect(size == 200_004 && stream.partialCapacity < 1_024)
                    stream.admit()
                    admitted += 1
                }
            }
            #expect(found == [2, 200_000, 2] && admitted == 1 && stream.isEmpty)
        }
        // One that is here whole needs no memory of its own.
        var stream = FrameStream(maxSize: 1 << 20)
        stream.append(ByteBuffer(bytes: bytes))
        #expect(try stream.next()?.readableBytes == 2)
        #expect(try stream.next()?.readableBytes == 200_000)
    }

    @Test func lengthAloneTakesNoMemory() throws {
        var stream = FrameStream(maxSize: 100 << 20)
        stream.append(ByteBuffer(bytes: frame(90 << 20, fill: 1).prefix(100)))
        #expect(try stream.next() == nil)
        #expect(stream.partialCapacity < 1_024)
    }

    @Test func onlyRequestsWithRecordsMayBeLarge() throws {
        for (size, key, isLegal) in [(9 << 20, 0, true), (9 << 20, 3, false), (8 << 20, 3, true), (11 << 20, 0, false)]
        {
            var stream = FrameStream(maxSize: 10 << 20)
            stream.append(ByteBuffer(bytes: frame(size, key: Int16(key), fill: 1).prefix(64)))
            if isLegal {
                #expect(try stream.next() == nil)
            } else {
                #expect(throws: FrameStream.IllegalLength.self) { try stream.next() }
            }
        }
    }
}

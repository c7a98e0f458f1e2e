import Foundation
import KafkaProtocol
import RecordFormat
import Testing

/// Frames that other implementations encoded: see Fixtures/make_golden_frames.py.
@Suite struct GoldenFrameTests {
    struct Frame {
        var message: String
        var version: Int16
        var bytes: ByteSlice
        var values: [String: Any]
    }

    static func frames() throws -> [Frame] {
        try TestFiles.text("Tests/KafkaProtocolTests/Fixtures/golden_frames.txt").split(separator: "\n").map { line in
            let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
            let values = try JSONSerialization.jsonObject(with: Data(parts[3].utf8)) as? [String: Any]
            return Frame(
                message: parts[0], version: try #require(Int16(parts[1])),
                bytes: ByteSlice(try #require(bytes(hex: parts[2]))), values: try #require(values))
        }
    }

    @Test func everyFrameIsReadAndWrittenAlike() throws {
        let frames = try Self.frames()
        #expect(frames.count > 480)
        for frame in frames {
            let type = try #require(allRandomMessages.first { "\($0)" == frame.message }, "\(frame.message)")
            try check(frame, type)
        }
    }

    @Test func everyVersionOfEveryMessageIsThere() throws {
        func names<Message: RandomMessage>(_ type: Message.Type) -> [String] {
            Message.versions.map { "\(type) \($0)" }
        }
        let found = try Self.frames().map { "\($0.message) \($0.version)" }
        #expect(found.sorted() == allRandomMessages.flatMap { names($0) }.sorted())
    }

    private func check<Message: RandomMessage>(_ frame: Frame, _ type: Message.Type) throws {
        let message: Message
        let written: ByteSlice
        switch type {
        case let request as any KafkaRequest.Type:
            (message, written) = try readAndWrite(request: request, frame)
        case _ where frame.message.hasSuffix("Response"):
            let name = frame.message.replacing("Response", with: "Request")
            let request = try #require(APIKey.supported.compactMap(\.requestType).first { "\($0)" == name })
            (message, written) = try readAndWrite(responseTo: request, frame)
        default:
            message = try Message(versionedBytes: frame.bytes)
            written = try message.versionedBytes(version: frame.version)
        }
        #expect(written == frame.bytes, "\(frame.message) version \(frame.version) is written otherwise")
        compare(message, with: frame.values, at: "\(frame.message) v\(frame.version)")
    }

    private func readAndWrite<Request: KafkaRequest, Message>(
        request: Request.Type, _ frame: Frame
    ) throws -> (Message, ByteSlice) {
        let (header, body) = try KafkaFrame.decodeRequestHeader(frame.bytes[4..<frame.bytes.count])
        #expect(header.apiKey == Request.apiKey)
        #expect(header.apiVersion == frame.version)
        #expect(header.clientID == "golden")
        var reader = body
        let message = try Request(from: &reader, version: frame.version)
        #expect(reader.remaining == 0)
        let written = try KafkaFrame.encodeRequest(
            message, version: frame.version, correlationID: header.correlationID, clientID: header.clientID)
        return (try #require(message as? Message), try written.joined())
    }

    private func readAndWrite<Request: KafkaRequest, Message>(
        responseTo request: Request.Type, _ frame: Frame
    ) throws -> (Message, ByteSlice) {
        let (header, message) = try KafkaFrame.decodeResponse(
            frame.bytes[4..<frame.bytes.count], to: request, version: frame.version)
        #expect(header.correlationID == 1000 + Int32(frame.version))
        let written = try KafkaFrame.encodeResponse(
            message, for: Request.apiKey, version: frame.version, correlationID: header.correlationID)
        return (try #require(message as? Message), try written.joined())
    }

    // MARK: Values

    /// Compares the fields that the fixture names with those of a message or a part of it.
    private func compare(_ value: Any, with expected: [String: Any], at path: String) {
        let fields = Dictionary(Mirror(reflecting: value).children.map { ($0.label ?? "", $0.value) }) { $1 }
        for (name, expectedField) in expected {
            guard let field = fields[name] else {
                Issue.record("\(path).\(name) is missing")
                continue
            }
            compare(field: field, with: expectedField, at: "\(path).\(name)")
        }
    }

    private func compare(field: Any, with expected: Any, at path: String) {
        let mirror = Mirror(reflecting: field)
        if mirror.displayStyle == .optional {
            guard let some = mirror.children.first?.value else {
                #expect(expected is NSNull, "\(path) is nil")
                return
            }
            return compare(field: some, with: expected, at: path)
        }
        switch (field, expected) {
        case (let elements as [Any], let expected as [Any]):
            #expect(elements.count == expected.count, "\(path)")
            for (index, pair) in zip(elements, expected).enumerated() {
                compare(field: pair.0, with: pair.1, at: "\(path)[\(index)]")
            }
        case (_, let expected as [String: Any]): compare(field, with: expected, at: path)
        case (let text as String, let expected as String): #expect(text == expected, "\(path)")
        case (let bool as Bool, let expected as NSNumber): #expect(bool == expected.boolValue, "\(path)")
        case (let number as Double, let expected as NSNumber): #expect(number == expected.doubleValue, "\(path)")
        case (let number as any FixedWidthInteger, let expected as NSNumber):
            #expect(Int64(number) == expected.int64Value, "\(path)")
        case (let bytes as ByteSlice, let expected as String): #expect(hex(bytes) == expected, "\(path)")
        case (let records as Records, let expected as String):
            #expect((try? records.readBytes()).map(hex) == expected, "\(path)")
        case (let id as TopicID, let expected as String):
            #expect(String(id.high, radix: 16).leftPadded(16) + String(id.low, radix: 16).leftPadded(16) == expected)
        default: Issue.record("\(path): \(field) is not \(expected)")
        }
    }

    private func hex(_ bytes: ByteSlice) -> String {
        bytes.array.map { String($0, radix: 16).leftPadded(2) }.joined()
    }

    private static func bytes(hex: String) -> [UInt8]? {
        let digits = Array(hex.utf8)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<min($0 + 2, digits.count)], as: UTF8.self), radix: 16)
        }
        return bytes.count * 2 == digits.count ? bytes : nil
    }
}

extension String {
    fileprivate func leftPadded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}

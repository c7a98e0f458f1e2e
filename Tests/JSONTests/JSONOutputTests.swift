import JSON
import Testing

/// What takes documents part by part: text and value of the same parts are the same document.
@Suite struct JSONOutputTests {
    /// Hands a value over in its parts.
    private func hand(_ value: JSONValue, to output: inout some JSONOutput) {
        switch value {
        case .null, .bool: output.add(value)
        case .number(let number):
            if let integer = number.int64 { output.add(integer: integer) } else { output.add(value) }
        case .string(let text): output.add(text: text)
        case .array(let elements):
            output.beginArray()
            for element in elements { hand(element, to: &output) }
            output.endArray()
        case .object(let object):
            output.beginObject()
            for member in object.members {
                output.addName(member.name)
                hand(member.value, to: &output)
            }
            output.endObject()
        }
    }

    @Test(arguments: [
        "null", "7", "-1.50", "\"x\"", "[]", "{}", "[[],{},[1,[2]],\"a\"]",
        #"{"a":{"b":[{"c":null},true]},"":[],"é\n\"":{"d":{}},"e":12345678901234567890}"#,
    ])
    func partsMakeTheDocument(text: String) throws {
        let value = try JSONValue(parsing: text)
        var builder = JSONBuilder()
        hand(value, to: &builder)
        #expect(builder.value == value)
        var writer = JSONWriter(capacity: 0)
        hand(value, to: &writer)
        #expect(String(decoding: writer.utf8, as: UTF8.self) == text)
    }

    /// Text is looked through in words of eight bytes: whatever stands at whichever place of one is escaped or not as it is
    /// alone.
    @Test func aCharacterIsWrittenTheSameAtEachPlace() {
        for character in (0..<0x180).compactMap(Unicode.Scalar.init).map(Character.init) + ["€", "😀"] {
            var alone = JSONWriter()
            alone.add(text: String(character))
            let written = String(decoding: alone.utf8, as: UTF8.self).dropFirst().dropLast()
            for place in 0..<9 {
                let before = String(repeating: "~", count: place)
                let after = String(repeating: "!", count: 17 - place)
                var writer = JSONWriter()
                writer.add(text: before + String(character) + after)
                #expect(String(decoding: writer.utf8, as: UTF8.self) == "\"\(before)\(written)\(after)\"")
            }
        }
    }

    @Test func whatNeedsAnEscapeAndNothingElseHasOne() {
        for byte in UInt8(0)..<0x80 {
            var writer = JSONWriter()
            writer.add(text: String(Unicode.Scalar(byte)))
            let needsOne = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            #expect(writer.utf8.contains(UInt8(ascii: "\\")) == needsOne)
        }
    }

    @Test func aDocumentIsNotThereUntilItIsComplete() {
        var builder = JSONBuilder()
        builder.beginArray()
        builder.add(integer: 1)
        #expect(builder.value == nil)
        builder.endArray()
        #expect(builder.value == [1])
    }

    @Test func aDocumentInADocumentStaysAsItIs() {
        var writer = JSONWriter()
        writer.beginArray()
        writer.add(document: Array("{ }".utf8))
        writer.add(document: Array("2".utf8))
        writer.endArray()
        #expect(String(decoding: writer.utf8, as: UTF8.self) == "[{ },2]")
    }
}

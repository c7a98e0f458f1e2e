import JSON
import Testing

@testable import RESTProxy

@Suite struct JSONDocumentSplitterTests {
    private func objects(_ parts: [String], limit: Int = 1000) throws -> [String] {
        var splitter = JSONDocumentSplitter(limit: limit)
        var objects: [String] = []
        for part in parts {
            try splitter.append(Array(part.utf8)) { objects.append(String(decoding: $0, as: UTF8.self)) }
        }
        try splitter.finish()
        return objects
    }

    @Test func objectsStandOneAfterTheOther() throws {
        #expect(try objects([#"{"a":1}{"b":[{}]}"#, "\r\n \t{}\n"]) == [#"{"a":1}"#, #"{"b":[{}]}"#, "{}"])
        #expect(try objects([]).isEmpty)
        #expect(try objects([" \n"]).isEmpty)
    }

    @Test func bracesInTextDoNotCount() throws {
        let text = #"{"a":"}{\"]\\"}"#
        #expect(try objects([text + text]) == [text, text])
    }

    /// Whatever the network makes of a request, the objects are the same.
    @Test func objectsAreTheSameHoweverTheyArrive() throws {
        let whole = #"{"key":{"data":"a\\\"}"},"value":[1,{"x":"}"}]} {"b":{}}"# + "\n{}"
        let expected = try objects([whole])
        #expect(expected.count == 3)
        let bytes = Array(whole.utf8)
        for size in 1...bytes.count {
            let parts = stride(from: 0, to: bytes.count, by: size).map {
                String(decoding: bytes[$0..<min($0 + size, bytes.count)], as: UTF8.self)
            }
            #expect(try objects(parts) == expected, "in parts of \(size)")
        }
    }

    @Test func anObjectHasALimit() throws {
        #expect(try objects([#"{"a":12}"#], limit: 8) == [#"{"a":12}"#])
        #expect(throws: JSONDocumentSplitter.Fault.tooLarge(limit: 7)) { try objects([#"{"a":12}"#], limit: 7) }
        // It is refused before its end is seen, so that no more of it is kept.
        #expect(throws: JSONDocumentSplitter.Fault.tooLarge(limit: 7)) {
            try objects([#"{"a":"#, #""12345"#], limit: 7)
        }
    }

    @Test func whatComesBeforeAFaultIsGivenOut() throws {
        var splitter = JSONDocumentSplitter(limit: 100)
        var count = 0
        #expect(throws: JSONDocumentSplitter.Fault.notAnObject(UInt8(ascii: "["))) {
            try splitter.append(Array("{}{}[".utf8)) { _ in count += 1 }
        }
        #expect(count == 2)
    }

    @Test func anEndWithinAnObjectIsAFault() {
        #expect(throws: JSONDocumentSplitter.Fault.incomplete) { try objects([#"{"a":"#]) }
    }
}

import RecordFormat
import Testing

@testable import RESTProxy

@Suite struct AnswerBufferTests {
    @Test(arguments: [0, 7, 10, 1_234_567_890, Int64.max, -1, Int64.min])
    func numbersAreTheirDigits(value: Int64) {
        var buffer = AnswerBuffer()
        buffer.append("[")
        buffer.append(value)
        #expect(String(decoding: buffer.take(), as: UTF8.self) == "[\(value)")
    }

    @Test func partsFollowEachOther() {
        var buffer = AnswerBuffer()
        buffer.append("{\"a\":")
        buffer.append(text: "x\"\n")
        buffer.append(",\"b\":")
        buffer.append(base64: ByteSlice("foo"))
        buffer.append("}")
        #expect(String(decoding: buffer.take(), as: UTF8.self) == #"{"a":"x\"\n","b":"Zm9v"}"#)
        #expect(buffer.bytes.isEmpty)
    }
}

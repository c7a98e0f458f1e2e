import RecordFormat
import Testing

@testable import RESTProxy

@Suite struct RecordMarksTests {
    @Test func marksHaveATextAndBack() throws {
        var marks = try RecordMarks(parsing: "2:41,0:-1")
        #expect(marks.description == "0:-1,2:41")
        #expect(marks.next(in: 0) == .zero)
        #expect(marks.next(in: 2) == LogOffset(42))
        #expect(marks.next(in: 1) == nil)
        marks.advance(1, to: LogOffset(7))
        #expect(marks.description == "0:-1,1:7,2:41")
        #expect(try RecordMarks(parsing: "").isEmpty)
    }

    @Test(arguments: ["0", "0:", ":1", "0:1:2", "a:1", "0:b", "-1:0", "0:-2", "0:1,0:2", "0:9223372036854775807"])
    func whatIsNoPositionIsRefused(text: String) {
        let error = #expect(throws: RESTError.self) { try RecordMarks(parsing: text) }
        #expect(error?.code == 400)
    }
}

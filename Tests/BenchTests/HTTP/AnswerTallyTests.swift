import Testing

@testable import millrace_bench

struct AnswerTallyTests {
    private func tally(_ lines: String..., status: Int = 200, goodCode: StaticString? = "null") -> AnswerTally {
        var tally = AnswerTally(goodCode: goodCode)
        for line in lines {
            let bytes = Array(line.utf8)
            tally.add(bytes.span.bytes, status: status)
        }
        return tally
    }

    @Test func recordsAreCountedByTheirOffsets() throws {
        let one = #"{"partition":0,"offset":7,"error_code":null}"#
        let two = #"{"offsets":[\#(one),\#(one)]}"#
        let tally = tally(two, two)
        #expect(tally.records == 4 && tally.failures == 0)
        try tally.check(4)
        #expect(throws: BenchFailure.self) { try tally.check(5) }
    }

    @Test func answersOfStreamsHaveACodeOfTheirOwn() throws {
        let good = #"{"error_code":200,"offset":0}"#
        try tally(good, goodCode: "200").check(1)
        #expect(tally(#"{"error_code":40003,"message":"no"}"#, goodCode: "200").failures == 1)
        // Among events there is no code at all.
        #expect(tally(good, goodCode: nil).failures == 1)
        try tally("id: 0:0", #"data: {"partition_id":0,"offset":0}"#, goodCode: nil).check(1)
    }

    @Test func recordsWithoutAnOffsetDoNotCount() {
        let tally = tally(#"{"offset":null,"error_code":null}"#, #"{"offset":-1}"#, #"{"offset":"#, #"{"offsets":5}"#)
        #expect(tally.records == 0 && tally.failures == 0)
    }

    @Test func theFirstFailureIsTold() {
        var all = tally(#"{"offset":1,"error_code":null}"#)
        all.add(tally(#"{"offset":null,"error_code":50003,"error":"late"}"#))
        all.add(tally("not found", status: 404))
        let failure = #expect(throws: BenchFailure.self) { try all.check(1) }
        #expect(
            failure?.description
                == #"2 answers tell of failures, the first: 200 {"offset":null,"error_code":50003,"error":"late"}"#)
    }
}

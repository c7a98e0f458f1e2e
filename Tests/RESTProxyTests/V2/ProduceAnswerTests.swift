import HTTPService
import HTTPTypes
import Testing

@testable import RESTProxy

@Suite struct ProduceAnswerTests {
    private func text(_ answer: ProduceAnswer) -> String {
        String(decoding: answer.response(type: MediaType.v2).body, as: UTF8.self)
    }

    @Test func neighboursHaveOffsetsOneAfterTheOther() {
        let answer = ProduceAnswer(
            outcomes: [.written(partition: 1, offset: 5, count: 2), .written(partition: 0, offset: -1, count: 1)],
            keySchemaID: nil, valueSchemaID: 3)
        #expect(
            text(answer)
                == #"{"offsets":[{"partition":1,"offset":5,"error_code":null,"error":null},"#
                + #"{"partition":1,"offset":6,"error_code":null,"error":null},"#
                + #"{"partition":0,"offset":-1,"error_code":null,"error":null}],"key_schema_id":null,"value_schema_id":3}"#
        )
    }

    @Test(arguments: [(40101, 401), (40301, 403), (50003, 200), (40402, 200), (413, 200)])
    func statusFollowsWhatTheClusterRefused(code: Int, status: Int) {
        let answer = ProduceAnswer(outcomes: [
            .written(partition: 0, offset: 1, count: 1), .failed(RESTError(code, "why \"not\"")),
        ])
        #expect(answer.status.code == status)
        #expect(
            text(answer).contains(
                #"{"partition":null,"offset":null,"error_code":\#(code),"error":"why \"not\""}],"key_schema_id":null"#))
    }
}

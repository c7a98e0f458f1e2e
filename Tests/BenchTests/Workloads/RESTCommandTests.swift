import ArgumentParser
import Foundation
import Testing

@testable import millrace_bench

struct RESTCommandTests {
    @Test func measuresAreAList() throws {
        let command = try RESTCommand.parse(["--measures", "events,single", "--pipeline", "16"])
        #expect(command.measures == [.events, .single] && command.pipeline == 16)
        #expect(try RESTCommand.parse([]).measures == RESTMeasure.allCases)
    }

    @Test(arguments: [
        ["--requests", "0"], ["--connections", "0"], ["--pipeline", "0"], ["--records", "0"], ["--batch", "0"],
        ["--streams", "0"], ["--rounds", "0"], ["--size", "7"], ["--size", "524289"], ["--measures", "speed"],
        ["--measures", "single,single"], ["--records", "99"], ["--records", "100", "--streams", "101"],
        ["--rest-url", "http://127.0.0.1:8082"], ["--bootstrap-server", "127.0.0.1:9092"],
        ["--rest-url", "https://127.0.0.1:8082", "--bootstrap-server", "127.0.0.1:9092"],
        ["--rest-url", "http://elsewhere:8082", "--bootstrap-server", "127.0.0.1:9092"],
        ["--rest-url", "http://127.0.0.1:0", "--bootstrap-server", "127.0.0.1:9092"],
    ])
    func whatCannotBeMeasuredIsRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try RESTCommand.parse(arguments) }
    }

    @Test func aProxyThatRunsIsNamedWithItsCluster() throws {
        let command = try RESTCommand.parse([
            "--rest-url", "http://localhost:8082/", "--bootstrap-server", "127.0.0.1:9092",
        ])
        #expect(try DrivenService.port(of: command.restURL ?? "") == 8082)
    }

    @Test func aProgramThatIsNotThereIsTold() {
        let failure = #expect(throws: BenchFailure.self) { _ = try MillraceServer.program("/none/millrace") }
        #expect(failure?.description == "--millrace /none/millrace: there is no program")
    }

    /// All requests of a measure have the same number of records, and a value is as long as it is to be.
    @Test func requestsAreWhole() throws {
        let requests = RESTRequests(requests: 5, batch: 30, streams: 3, records: 100, size: 20)
        #expect(requests.records(of: .single) == 5)
        #expect(requests.requests(of: .batch) == 3 && requests.records(of: .batch) == 90)
        #expect(requests.requests(of: .stream) == 3 && requests.records(of: .stream) == 99)
        #expect(requests.requests(of: .events) == 1 && requests.records(of: .events) == 100)
        #expect(requests.value.count == 20)
        let object = try JSONSerialization.jsonObject(with: Data(requests.value)) as? [String: String]
        #expect(object == ["v": "xxxxxxxxxxxx"])
    }

    @Test func bodiesAreJSON() throws {
        let requests = RESTRequests(batch: 3, streams: 1, records: 3, size: 10)
        let batch = requests.load(.batch, port: 1, target: "/topics/t")
        let text = String(decoding: batch.request.beginning, as: UTF8.self)
        #expect(text.hasPrefix("POST /topics/t HTTP/1.1\r\n"))
        #expect(text.hasSuffix(#"{"records":[{"value":{"v":"xx"}},{"value":{"v":"xx"}},{"value":{"v":"xx"}}]}"#))
        let stream = requests.load(.stream, port: 1, target: "/s").request
        let record = #"{"value":{"type":"JSON","data":{"v":"xx"}}}"# + "\n"
        let chunk = String(repeating: record, count: 3)
        #expect(stream.pieceCount == 0)
        #expect(
            String(decoding: stream.ending, as: UTF8.self)
                == String(chunk.utf8.count, radix: 16) + "\r\n" + chunk + "\r\n0\r\n\r\n")
    }
}

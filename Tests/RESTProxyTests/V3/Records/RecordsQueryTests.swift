import RecordFormat
import Testing

@testable import RESTProxy

@Suite struct RecordsQueryTests {
    private func query(_ pairs: KeyValuePairs<String, String>, lastEventID: String? = nil) throws -> RecordsQuery {
        try RecordsQuery(
            pairs.map { (name: $0.key, value: $0.value) }, lastEventID: lastEventID,
            settings: try V3Settings(RESTProxySettings()).records)
    }

    @Test func whatIsNotSaidIsStandard() throws {
        let query = try query([:])
        #expect(query.partition == nil && query.start == nil && query.marks.isEmpty && query.maximumRecords == nil)
        #expect(query.maximumBytes == 1 << 20 && query.wait == .seconds(1))
        #expect(query.keyFormat == .binary && query.valueFormat == .binary)
    }

    @Test func everythingCanBeSaid() throws {
        let query = try query([
            "partition": "2", "offset": "17", "max_records": "5", "max_bytes": "100", "wait": "250", "format": "json",
            "key_format": "STRING",
        ])
        #expect(query.partition == 2 && query.start == .offset(LogOffset(17)))
        #expect(query.maximumRecords == 5 && query.maximumBytes == 100 && query.wait == .milliseconds(250))
        #expect(query.keyFormat == .string && query.valueFormat == .json)
        #expect(try self.query(["offset": "earliest"]).start == .earliest)
        #expect(try self.query(["offset": "latest"]).start == .latest)
        #expect(try self.query(["timestamp": "1000"]).start == .time(Timestamp(milliseconds: 1000)))
        #expect(
            try self.query(["timestamp": "1970-01-01T00:00:02Z"]).start == .time(Timestamp(milliseconds: 2000)))
        #expect(try self.query(["format": "avro"]).keyFormat == .avro)
    }

    @Test func aStreamThatWasCutOffKnowsBest() throws {
        #expect(try query(["after": "0:1"]).marks.description == "0:1")
        #expect(try query(["after": "0:1"], lastEventID: "0:5,1:2").marks.description == "0:5,1:2")
    }

    @Test(
        arguments: [
            (["partition": "x"], "partition is x; it has to be from 0 to 2147483647"),
            (["partition": "-1"], "partition is -1; it has to be from 0 to 2147483647"),
            (["offset": "3"], "an offset is one of a partition"),
            (["offset": "soon", "partition": "0"], "offset is soon"),
            (["offset": "-2", "partition": "0"], "offset is -2"), (["timestamp": "soon"], "timestamp is soon"),
            (["timestamp": "-5"], "timestamp is -5"),
            (["offset": "latest", "timestamp": "1"], "Only one of 'offset' or 'timestamp' can be used."),
            (["max_records": "0"], "max_records is 0; it has to be from 1 to 10000"),
            (["max_bytes": "99999999999"], "max_bytes is 99999999999"), (["wait": "30001"], "wait is 30001"),
            (["format": "xml"], "format is xml; it has to be one of binary, json, string"),
            (["after": "x"], "'x' is no position"),
        ] as [([String: String], String)])
    func whatCannotBeMeantIsRefused(pairs: [String: String], message: String) throws {
        let error = #expect(throws: RESTError.self) {
            try RecordsQuery(
                pairs.map { (name: $0.key, value: $0.value) }, settings: try V3Settings(RESTProxySettings()).records)
        }
        #expect(error?.code == 400)
        #expect(error?.message.hasPrefix("Bad Request: " + message) == true, "\(error?.message ?? "")")
    }

    @Test func aNameStandsOnce() {
        #expect(throws: RESTError.badRequest("wait is there 2 times")) { try query(["wait": "1", "wait": "2"]) }
    }
}

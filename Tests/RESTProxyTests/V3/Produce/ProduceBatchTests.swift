import JSON
import Testing

@testable import RESTProxy

@Suite struct ProduceBatchTests {
    private func batch(_ text: String, maximumEntries: Int = 3) throws -> ProduceBatch {
        try ProduceBatch(try #require(try JSONValue(parsing: text).object), maximumEntries: maximumEntries)
    }

    @Test func entriesAreRead() throws {
        let batch = try batch(#"{"entries":[{"id":"a-1","value":{"type":"JSON","data":1}},{"id":"_B"}]}"#)
        #expect(batch.entries.map(\.id) == ["a-1", "_B"])
    }

    @Test func anEntryForNoPartitionFailsByItself() throws {
        let batch = try batch(#"{"entries":[{"id":"a","partition_id":-1},{"id":"b"}]}"#)
        #expect(throws: RESTError.partitionNotFound) { try batch.entries[0].record.entry.get() }
        #expect(throws: Never.self) { try batch.entries[1].record.entry.get() }
    }

    @Test(arguments: [
        (#"{"entries":[]}"#, 42208, "Empty batch."),
        (#"{"entries":[{"id":"a"},{"id":"b"},{"id":"c"},{"id":"d"}]}"#, 42208, "Too many entries in batch."),
        (#"{"entries":[{"id":"a"},{"id":"a"}]}"#, 42208, "Batch entry IDs are not distinct."),
        (#"{"entries":[{"id":1}]}"#, 42208, "Batch entry identifier is not a valid string."),
        (#"{"entries":[{"id":""}]}"#, 42208, "Batch entry identifier is not a valid string."),
        (#"{"entries":[{"id":"a b"}]}"#, 42208, "Batch entry identifier is not a valid string."),
        (#"{"entries":[{}]}"#, 42208, "Batch entry identifier is not a valid string."),
        (#"{}"#, 400, "Bad Request: Missing required property 'entries'"),
        (#"{"entries":[{"id":"a","key":1}]}"#, 400, "Bad Request: 'key' has to be an object"),
    ])
    func aBatchIsTakenWholeOrNotAtAll(text: String, code: Int, message: String) {
        let error = #expect(throws: RESTError.self) { try batch(text) }
        #expect(error == RESTError(code, message))
    }

    @Test func anIdentifierHasALimit() throws {
        let id = String(repeating: "x", count: 80)
        #expect(try batch(#"{"entries":[{"id":"\#(id)"}]}"#).entries.count == 1)
        #expect(throws: RESTError.self) { try batch(#"{"entries":[{"id":"\#(id)x"}]}"#) }
    }
}

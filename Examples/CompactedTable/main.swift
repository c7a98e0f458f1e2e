import EventStore
import LogCore
import RecordFormat

// A table that is a log: the last record of a key is its row, and a record without a value deletes it. Compaction
// drops what later records of the same key have replaced, so that the log grows with the table and not with its past.
var configuration = LogConfiguration()
configuration.cleanupPolicy = .compact
let store = try EventStore.open("stock")
let stock = try store.topic("stock", configuration: configuration)

func set(_ fruit: String, to count: Int?) throws {
    try stock.appendAndWait(NewRecord(key: fruit, value: count.map { "\($0)" }), requiring: .device)
}

/// Reads the log up to its end of now.
func table() async throws -> [String: String] {
    let end = try stock.watermarks(of: 0).highWatermark
    var rows: [String: String] = [:]
    for try await batch in stock.tail(from: .start) {
        for record in try batch.records() { rows[record.key?.string ?? ""] = record.value?.string }
        if batch.nextOffset >= end { break }
    }
    return rows
}

try set("apples", to: 3)
try set("pears", to: 5)
try set("apples", to: 2)
try set("pears", to: nil)
print(try await table())
try store.close()

import Foundation
import LogCore
import RecordFormat

let now = Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
let log = try PartitionLog.open("greetings-0")

func batch(of texts: String...) throws -> ByteSlice {
    var batch = RecordBatchBuilder()
    for text in texts { try batch.append(timestamp: now, key: nil, value: ByteSlice(text)) }
    return try batch.finish()
}
let appended = try log.append(batch(of: "hello", "world"), from: .coordinator(LeaderEpoch(0)), now: now)
try log.flush()  // From here on the two records are on the device.

let found = try log.read(from: appended.firstOffset, upTo: .logEnd, limit: 1 << 20, mustProgress: true)
var batches = RecordBatchSequence(try found.slice?.readBytes() ?? .empty)
while let batch = try batches.next() {
    for record in try batch.records() { print(record.offset, record.value?.string ?? "null") }
}
try log.close()

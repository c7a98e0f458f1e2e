import LogCore
import RecordFormat

let log = try PartitionLog.open("greetings-0")
let batch = try RecordBatchBuilder.batch(of: ["hello", "world"].map { ByteSlice($0) }, timestamp: .now())
let appended = try log.append(batch, from: .coordinator(LeaderEpoch(0)), now: .now())
try log.flush()  // From here on the two records are on the device.

let found = try log.read(from: appended.firstOffset, upTo: .logEnd, limit: 1 << 20, mustProgress: true)
var batches = RecordBatchSequence(try found.slice?.readBytes() ?? .empty)
while let batch = try batches.next() {
    for record in try batch.records() { print(record.offset, record.value?.string ?? "null") }
}
try log.close()

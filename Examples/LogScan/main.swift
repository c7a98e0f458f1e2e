import LogCore
import RecordFormat

/// Counts the records of a log, and the bytes of their values.
func measure(_ log: PartitionLog) throws -> (records: Int, bytes: Int) {
    var (count, bytes) = (0, 0)
    var scan = log.scan(from: log.watermarks.logStartOffset, upTo: .logEnd)
    while let batch = try scan.next() {
        var records = batch.records()
        while let record = try records.next() {
            count += 1
            bytes += record.value?.byteCount ?? 0
        }
    }
    return (count, bytes)
}

let log = try PartitionLog.open("measurements-0")
for value in ["21.5", "22", "19.75"] {
    let batch = try RecordBatchBuilder.batch(of: [ByteSlice(value)], timestamp: .now())
    _ = try log.append(batch, from: .coordinator(LeaderEpoch(0)), now: .now())
}
let (records, bytes) = try measure(log)
print("\(records) records, \(bytes) bytes")
try log.close()

import LogCore
import RecordFormat

func run() throws {
    let log = try PartitionLog.open("transfers-0")
    let now = Timestamp.now()

    let writer = RecordBatchBuilder.Producer(
        id: ProducerID(7), epoch: ProducerEpoch(0), baseSequence: SequenceNumber(0), isTransactional: true)
    var batch = RecordBatchBuilder(producer: writer)
    try batch.append(timestamp: now, key: nil, value: ByteSlice("half of it"))
    _ = try log.append(try batch.finish(), from: .producer(LeaderEpoch(0)), now: now)

    let marker = EndTransactionMarker(.committed, coordinatorEpoch: 0)
    let end = try marker.batch(endingTransactionOf: writer.id, epoch: writer.epoch, at: now)
    _ = try log.append(end, from: .coordinator(LeaderEpoch(0)), now: now)

    // A log without replicas: what is on the device may be read.
    log.advanceHighWatermark(to: try log.flush())

    let found = try log.read(from: .zero, upTo: .transactionCommitted, limit: 1 << 20, mustProgress: true)
    var aborted = found.abortedTransactions.sorted { $0.firstOffset < $1.firstOffset }[...]
    var skipped: Set<ProducerID> = []
    var batches = RecordBatchSequence(try found.slice?.readBytes() ?? .empty)
    while let batch = try batches.next() {
        while let next = aborted.first, next.firstOffset <= batch.header.lastOffset {
            skipped.insert(next.producerID)
            aborted.removeFirst()
        }
        if batch.header.attributes.isControl {
            if try EndTransactionMarker.read(batch)?.outcome == .aborted { skipped.remove(batch.header.producerID) }
        } else if !batch.header.attributes.isTransactional || !skipped.contains(batch.header.producerID) {
            for record in try batch.records() { print(record.value?.string ?? "null") }
        }
    }
    try log.close()
}

try run()

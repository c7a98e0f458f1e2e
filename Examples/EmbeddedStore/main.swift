import EventStore
import RecordFormat

let store = try EventStore.open("shop")
let orders = try store.topic("orders", partitions: 3)
try await orders.append(NewRecord(key: "ann", value: "2 apples"), requiring: .device)

// Begins where the group left off, at first with the first record; waits when there is no more.
let billing = try store.offsets(group: "billing")
for try await batch in orders.tail(from: .group("billing", otherwise: .start)) {
    for record in try batch.records() { print(batch.partition, record.offset, record.value?.string ?? "null") }
    try await billing.commit([batch.partition: batch.nextOffset])
    break  // An app would go on for ever.
}
try store.close()

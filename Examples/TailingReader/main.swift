import EventStore
import RecordFormat

let store = try EventStore.open("sensors")
let readings = try store.topic("readings", partitions: 2)

// Three readers, each a task of its own that is parked while there is nothing to read. All begin here.
let tail = readings.tail(from: .end)
let readers = (1...3).map { number in
    Task {
        var sum = 0
        for try await batch in tail {
            for record in try batch.records() {
                guard let reading = Int(record.value?.string ?? "") else { continue }
                sum += reading
            }
            if sum == 5050 { break }
        }
        return "reader \(number) saw \(sum)"
    }
}

// Two appenders at once. The page cache is enough for a reading; its reader gets it when it is on the device.
try await withThrowingTaskGroup(of: Void.self) { group in
    for first in 1...2 {
        group.addTask {
            for value in stride(from: first, through: 100, by: 2) {
                try await readings.append(NewRecord(key: "sensor \(first)", value: "\(value)"), requiring: .pageCache)
            }
        }
    }
    try await group.waitForAll()
}
for reader in readers { print(try await reader.value) }
try store.close()

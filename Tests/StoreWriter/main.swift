import EventStore
import Foundation
import RecordFormat

// Appends to a store until it is killed, and says what was acknowledged, each line in one write: what a reader of the
// lines knows, the store had promised. StoreCrashTests starts and kills it.
//
//     a <partition> <offset> <value>      an append that required the device
//     c <offset>                          an offset commit
let store = try EventStore.open(CommandLine.arguments[1])
let run = CommandLine.arguments[2]
let topic = try store.topic("events", partitions: 3)
let offsets = try store.offsets(group: "readers")
let committed = offsets.committed(TopicPartition("events", 0))?.offset ?? .zero

func say(_ line: String) {
    var line = line + "\n"
    line.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

try await withThrowingTaskGroup(of: Void.self) { group in
    for task in 0..<8 {
        group.addTask {
            for number in 0... {
                let value = "\(run)-\(task)-\(number)"
                let place = try await topic.append(NewRecord(key: value, value: value), requiring: .device)
                say("a \(place.partition.partition) \(place.firstOffset) \(value)")
            }
        }
    }
    group.addTask {
        for step in 1... {
            let offset = committed + Int64(step)
            try await offsets.commit([TopicPartition("events", 0): offset])
            say("c \(offset)")
        }
    }
    try await group.waitForAll()
}

import EventStore
import RecordFormat

/// Many appenders of one topic, each of which waits until its record is on the device before it appends the next.
struct SharedAppendLoad {
    /// Bytes of a record's value.
    var size: Int
    /// Appenders at work at once.
    var appenders: Int
    /// Records of each.
    var count: Int
    /// Where the data directory goes; removed by the caller.
    var directory: String

    /// The records of one measurement.
    var records: Int { appenders * count }

    /// What one measurement found.
    struct Outcome {
        /// Seconds it took.
        var seconds: Double
        /// Records that one sync made durable, on average.
        var recordsPerSync: Double
    }

    /// Appends all records, by tasks.
    func run() async throws -> Outcome {
        let store = try EventStore.open(directory)
        let topic = try store.topic("append")
        let record = NewRecord(value: ByteSlice([UInt8](repeating: UInt8(ascii: "x"), count: size)))
        // The first makes epoch, names and sizes durable.
        try await topic.append(record, requiring: .device)
        let began = MonotonicClock.nanoseconds
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<appenders {
                group.addTask { for _ in 0..<count { try await topic.append(record, requiring: .device) } }
            }
            try await group.waitForAll()
        }
        let seconds = Double(MonotonicClock.nanoseconds - began) / 1e9
        let statistics = store.commitStatistics
        try store.close()
        return Outcome(seconds: seconds, recordsPerSync: statistics.recordsPerSync)
    }
}

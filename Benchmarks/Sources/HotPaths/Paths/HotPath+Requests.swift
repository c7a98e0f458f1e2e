import KafkaProtocol
import RecordFormat

/// Whole requests: from the socket through the broker and back.
extension HotPath {
    static let ofRequests = [
        produce(500, repetitions: 2_000), produce(1, repetitions: 10_000),
        // The last record, in memory; and what goes out from its file.
        fetch("100Bx1", from: BatchesBefore(count: 1, records: 1), repetitions: 10_000),
        fetch("1MiB", from: BatchesBefore(count: 40, records: 500), repetitions: 1_000),
    ]

    /// What a topic holds when it is read.
    private struct BatchesBefore {
        var count: Int
        /// In each batch.
        var records: Int
    }

    private static func produce(_ count: Int, repetitions: Int) -> HotPath {
        HotPath("Broker_produce_100Bx\(count)", repetitions: repetitions) { directory in
            let request = try WireRequest.produce(try SampleRecords(count: count).encoded(), to: LoadedBroker.topic)
            let broker = try await LoadedBroker.start(in: directory)
            return PreparedHotPath {
                try broker.connection.exchange(request)
            } finish: {
                let answer = broker.connection.lastAnswer
                try await broker.shutdown()
                try WireRequest.checkProduced(answer)
            }
        }
    }

    private static func fetch(_ condition: String, from before: BatchesBefore, repetitions: Int) -> HotPath {
        HotPath("Broker_fetch_\(condition)", repetitions: repetitions) { directory in
            let batch = try SampleRecords(count: before.records).encoded()
            let filling = try WireRequest.produce(batch, to: LoadedBroker.topic)
            let request = try WireRequest.fetch(
                from: LoadedBroker.firstOffset, of: LoadedBroker.topic, limit: 1 << 20)
            let broker = try await LoadedBroker.start(in: directory)
            do {
                for _ in 0..<before.count {
                    try broker.connection.exchange(filling)
                    try WireRequest.checkProduced(broker.connection.lastAnswer)
                }
            } catch {
                try? await broker.shutdown()
                throw error
            }
            return PreparedHotPath {
                try broker.connection.exchange(request)
            } finish: {
                let answer = broker.connection.lastAnswer
                try await broker.shutdown()
                try WireRequest.checkFetched(answer, atLeast: min(before.count * batch.count, 1 << 20))
            }
        }
    }
}

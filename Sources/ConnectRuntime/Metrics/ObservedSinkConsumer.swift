import KafkaClient
import RecordFormat

/// A sink task's consumer whose polls and commits are counted: every call is passed on.
struct ObservedSinkConsumer: SinkConsumer {
    let consumer: any SinkConsumer
    let metrics: TaskMetrics

    init(_ consumer: any SinkConsumer, _ metrics: TaskMetrics) {
        self.consumer = consumer
        self.metrics = metrics
    }

    var assignment: Set<TopicPartition> { consumer.assignment }
    var paused: Set<TopicPartition> { consumer.paused }

    func subscribe(to topics: [String], listener: any SinkConsumerListener) async throws {
        try await consumer.subscribe(to: topics, listener: listener)
    }

    func subscribe(
        matching predicate: @escaping @Sendable (String) -> Bool, listener: any SinkConsumerListener
    ) async throws { try await consumer.subscribe(matching: predicate, listener: listener) }

    func poll(timeout: Duration) async throws -> [ConsumedBatch] {
        let batches = try await consumer.poll(timeout: timeout)
        let partitions = consumer.assignment
        metrics.note { measurements, now in
            measurements.sink.setPartitions(partitions)
            for batch in batches {
                guard let first = batch.records.first else { continue }
                measurements.sink.addRead(
                    batch.records.count, from: batch.topicPartition, first: first.offset, next: batch.nextOffset,
                    end: batch.highWatermark, at: now)
            }
        }
        return batches
    }

    func wakeup() { consumer.wakeup() }

    func seek(_ partition: TopicPartition, to offset: LogOffset) async throws {
        try await consumer.seek(partition, to: offset)
    }

    func pause(_ partitions: [TopicPartition]) throws { try consumer.pause(partitions) }

    func resume(_ partitions: [TopicPartition]) throws { try consumer.resume(partitions) }

    func commit(_ offsets: [TopicPartition: LogOffset]) async throws {
        do {
            try await metrics.committing { try await consumer.commit(offsets) }
        } catch {
            metrics.note { $0.sink.addSkippedCommit(at: $1) }
            throw error
        }
        metrics.note { $0.sink.addCommit(offsets, at: $1) }
    }

    func close() async {
        await consumer.close()
        metrics.note { measurements, _ in measurements.sink.setPartitions([]) }
    }

    func abandon() async { await consumer.abandon() }
}

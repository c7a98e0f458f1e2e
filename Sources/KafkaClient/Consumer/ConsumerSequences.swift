/// A consumer's batches, one after the other, without end: poll under a `for await`.
///
/// The position moves to the end of a batch when the batch is handed out, so a commit in the loop's body covers the
/// batches up to and with the current one. One iteration at a time.
public struct ConsumerBatches: AsyncSequence, Sendable {
    let consumer: KafkaConsumer

    /// Hands out batches.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let consumer: KafkaConsumer

        /// The next batch; `nil` once the consumer is closed or the task is cancelled.
        ///
        /// - Throws: As ``KafkaConsumer/poll(timeout:)``.
        public mutating func next() async throws -> ConsumedBatch? {
            while !Task.isCancelled {
                do {
                    // A long wait costs nothing: whatever happens ends it.
                    if let batch = try await consumer.poll(timeout: .seconds(60), maximumBatches: 1).first {
                        return batch
                    }
                } catch is CancellationError {
                    return nil
                } catch let error as KafkaClientError where error.code == .closed && consumer.isClosed {
                    return nil
                }
            }
            return nil
        }
    }

    /// Starts handing out batches.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(consumer: consumer) }
}

/// A consumer's records, one after the other, without end; batch by batch underneath.
///
/// A commit without offsets covers the whole batch that the current record is of.
public struct ConsumerRecords: AsyncSequence, Sendable {
    let consumer: KafkaConsumer

    /// Hands out records.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var batches: ConsumerBatches.AsyncIterator
        private var batch: ConsumedBatch?
        private var index = 0

        init(_ batches: ConsumerBatches.AsyncIterator) { self.batches = batches }

        /// The next record; `nil` once the consumer is closed or the task is cancelled.
        ///
        /// - Throws: As ``KafkaConsumer/poll(timeout:)``.
        public mutating func next() async throws -> ConsumerRecord? {
            while true {
                if let batch, index < batch.records.count {
                    defer { index += 1 }
                    return ConsumerRecord(topicPartition: batch.topicPartition, record: batch.records[index])
                }
                batch = try await batches.next()
                index = 0
                if batch == nil { return nil }
            }
        }
    }

    /// Starts handing out records.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(ConsumerBatches(consumer: consumer).makeAsyncIterator())
    }
}

import ConnectAPI
import KafkaClient
import RecordFormat

/// Writing in transactions, of which a later writer ends a former one's (KIP-618).
extension KafkaBasedLog {
    func claimWritePrivileges() async throws {
        guard let privilegedID else {
            throw ConnectError(.failed, "'\(configuration.name)' was not set up to be written by one worker alone")
        }
        let producer = try KafkaProducer(
            client: client, configuration: ProducerConfiguration(transactionalID: privilegedID))
        do {
            try await producer.initializeTransactions()
        } catch {
            await producer.close(timeout: .zero)
            throw error
        }
        await privileged.exchange(producer)?.close(timeout: .zero)
    }

    func writePrivileged(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws {
        guard !records.isEmpty else { return }
        guard let producer = privileged.current else {
            throw ConnectError(.unavailable, "This worker may not write to '\(configuration.name)' now; ask again")
        }
        let written: [RecordMetadata]
        do {
            try producer.beginTransaction()
            written = try await producer.send(contentsOf: records.map(record))
            try await producer.commitTransaction()
        } catch {
            // Whether it was fenced or not, the next write begins with a claim.
            await privileged.exchange(nil)?.close(timeout: .zero)
            throw error
        }
        try await waitUntilRead(written)
    }
}

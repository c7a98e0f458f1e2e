import KafkaClient
import KafkaProtocol
import RecordFormat

/// A producer for one claim: what an earlier one still has on its way has nothing to do with it.
final class SchemaLogWriter: RecordWriter {
    private let settings: SchemaLog.Settings
    private let header: RecordHeader
    private let producer: KafkaProducer

    /// What a record takes beside key and value: its header, and those of batch and request.
    private static let overhead = 512

    init(_ settings: SchemaLog.Settings, claim: WriterClaim, client: KafkaClient) throws {
        self.settings = settings
        header = RecordHeader(key: WriterClaim.header, value: ByteSlice(claim.description))
        producer = try KafkaProducer(
            client: client,
            configuration: ProducerConfiguration(
                acknowledgement: .all, isIdempotent: true, maximumRequestSize: settings.maximumRecordSize,
                maximumBlockTime: settings.timeout, deliveryTimeout: settings.timeout,
                requestTimeout: settings.timeout))
    }

    func write(_ entries: [RegistryEntry]) async throws(WriteFailure) -> [Int64] {
        let records = entries.map { entry in
            ProducerRecord(
                topic: settings.topic, partition: 0, key: ByteSlice(entry.key.utf8),
                value: entry.valueUTF8.map { ByteSlice($0) }, headers: [header])
        }
        let isTooLarge = records.contains {
            ($0.key?.count ?? 0) + ($0.value?.count ?? 0) + Self.overhead > settings.maximumRecordSize
        }
        // Before any of them is on its way.
        if isTooLarge { throw .tooLarge }
        do {
            let written = try await producer.send(contentsOf: records)
            let offsets = written.compactMap { $0.offset?.rawValue }
            guard offsets.count == entries.count else { throw WriteFailure.failed("the topic gave no offset") }
            return offsets
        } catch {
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: any Error) -> WriteFailure {
        if let failure = error as? WriteFailure { return failure }
        guard let error = error as? KafkaClientError else { return .failed("\(error)") }
        if error.code == .recordTooLarge || error.errorCode == .messageTooLarge { return .tooLarge }
        switch error.code {
        case .deliveryTimeout, .timeout, .disconnected, .bufferExhausted, .connectionFailed: return .timedOut
        default: return .failed("\(error)")
        }
    }

    func close() async { await producer.close(timeout: .zero) }
}

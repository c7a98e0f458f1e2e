import KafkaClient
import KafkaProtocol
import RecordFormat
import Synchronization

/// Opens readers of topics, no more at once than the settings allow. Safe to use from any thread.
final class RecordReaders: Sendable {
    private let clients: ProxyClients
    private let settings: RecordsSettings
    private let count = Atomic<Int>(0)

    /// Creates it; nothing is read yet.
    init(clients: ProxyClients, settings: RecordsSettings) {
        self.clients = clients
        self.settings = settings
    }

    /// How many readers are open.
    var openCount: Int { count.load(ordering: .relaxed) }

    /// Where a read begins: as what was read before it, by partition.
    ///
    /// - Parameter standardStart: Where to begin where the query does not say.
    /// - Throws: ``RESTError`` with status 429 when there are as many readers as there may be, 404 for a topic or a
    ///   partition that is not there.
    func start(
        of topic: String, _ query: RecordsQuery, orElse standardStart: RecordsQuery.Start
    ) async throws -> RecordMarks {
        guard openCount < settings.maximumReaders else { throw tooMany }
        return try await positions(topic, query, query.start ?? standardStart)
    }

    /// Opens a reader for as long as `body` runs; whatever ends it, the reader is closed with it.
    ///
    /// - Parameter marks: Where it begins.
    /// - Throws: ``RESTError`` with status 429 when there are as many as there may be; what `body` throws.
    func with<Value>(
        _ topic: String, from marks: RecordMarks, _ body: (RecordReader) async throws -> Value
    ) async throws -> Value {
        defer { count.subtract(1, ordering: .relaxed) }
        guard count.add(1, ordering: .relaxed).newValue <= settings.maximumReaders else { throw tooMany }
        let consumer = try KafkaConsumer(client: clients.client, configuration: configuration)
        let reader = RecordReader(topic: topic, consumer: consumer, marks: marks)
        do {
            try await reader.open()
            let value = try await body(reader)
            await consumer.close()
            return value
        } catch {
            await consumer.close()
            throw error
        }
    }

    private var tooMany: RESTError {
        RESTError(429, "There are \(settings.maximumReaders) readers already; raise api.v3.records.max.readers")
    }

    private var configuration: ConsumerConfiguration {
        // What has been deleted since it was read up to is skipped; a stream goes on with what there is.
        ConsumerConfiguration(
            autoOffsetReset: .earliest, isolationLevel: .readCommitted, isAutoCommitEnabled: false,
            fetchMaximumBytes: Int32(settings.bufferBytes), maximumPartitionFetchBytes: Int32(settings.bufferBytes),
            maximumPollRecords: 500)
    }

    /// Where each partition begins, as what was read before it.
    private func positions(
        _ topic: String, _ query: RecordsQuery, _ start: RecordsQuery.Start
    ) async throws -> RecordMarks {
        let known = try await clients.admin.describeTopic(topic).partitions.map(\.partition)
        var partitions = known
        if let one = query.partition {
            guard known.contains(one) else { throw RESTError.partitionNotFound }
            partitions = [one]
        }
        var specifications: [TopicPartition: OffsetSpecification] = [:]
        var marks = RecordMarks()
        for partition in partitions {
            if let next = query.marks.next(in: partition) {
                marks.advance(partition, to: LogOffset(next.rawValue - 1))
            } else {
                switch start {
                case .earliest: specifications[TopicPartition(topic, partition)] = .earliest
                case .latest: specifications[TopicPartition(topic, partition)] = .latest
                case .time(let time): specifications[TopicPartition(topic, partition)] = .at(time)
                case .offset(let offset): marks.advance(partition, to: LogOffset(offset.rawValue - 1))
                }
            }
        }
        if !specifications.isEmpty {
            for (partition, answer) in try await clients.admin.listOffsets(specifications) {
                marks.advance(partition.partition, to: LogOffset(try answer.get().offset.rawValue - 1))
            }
        }
        return marks
    }
}

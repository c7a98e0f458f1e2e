import ConnectAPI
import KafkaClient
import KafkaProtocol
import Logging
import Synchronization

/// Creates the topics of a source task's records as its connector says, before the first record goes there (KIP-158).
///
/// Used by one task; safe to use from any thread.
final class TopicCreation: Sendable {
    private let groups: TopicCreationGroups
    private let logger: Logger
    private let makeAdmin: @Sendable () throws -> KafkaAdmin
    /// Topics that there are.
    private let known = Mutex<Set<String>>([])

    /// How long to wait before a broker that does not answer is asked again.
    private static let retryPause = Duration.milliseconds(500)

    /// Reads a connector's groups of topics; `nil` if it leaves the creation of topics to the broker.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration`.
    init?(
        _ configuration: [String: String], logger: Logger, makeAdmin: @escaping @Sendable () throws -> KafkaAdmin
    ) throws {
        guard let groups = try TopicCreationGroups(configuration) else { return nil }
        self.groups = groups
        self.logger = logger
        self.makeAdmin = makeAdmin
    }

    /// Creates those topics of records that there are not yet.
    ///
    /// - Parameter control: A stop that it demands ends the tries.
    /// - Throws: ``ConnectError`` if a topic cannot be created.
    func create(for records: [ProducerRecord], _ control: TaskControl) async throws {
        var last: String?
        for record in records where record.topic != last {
            last = record.topic
            guard !known.withLock({ $0.contains(record.topic) }) else { continue }
            try await create(record.topic, control)
            known.withLock { _ = $0.insert(record.topic) }
        }
    }

    /// Tries again while no broker answers, for as long as the task is to run: it waits for acknowledgements as long.
    private func create(_ topic: String, _ control: TaskControl) async throws {
        while true {
            do {
                return try await createOnce(topic)
            } catch let error as KafkaClientError where error.isRetriable && !control.isStopping {
                logger.warning(
                    "cannot see whether a topic exists; trying again",
                    metadata: ["topic": "\(topic)", "error": "\(error)"])
                await control.sleep(for: Self.retryPause)
            }
        }
    }

    private func createOnce(_ topic: String) async throws {
        let admin = try makeAdmin()
        switch try await admin.describeTopics([topic])[topic] {
        case .success: return
        case .failure(let error) where error.errorCode != .unknownTopicOrPartition: throw error
        case .failure, nil: break
        }
        let (new, group) = groups.newTopic(topic)
        do {
            try await admin.createTopic(new)
            logger.info("created a topic", metadata: ["topic": "\(topic)", "group": "\(group)"])
        } catch let error as KafkaClientError where error.errorCode == .topicAlreadyExists {
            return
        } catch let error as KafkaClientError where !error.isRetriable {
            throw ConnectError(
                .failed,
                "Task failed to create new topic (name=\(new.name), numPartitions=\(new.partitions),"
                    + " replicationFactor=\(new.replicationFactor), configs=\(new.configs.sorted { $0.key < $1.key }))."
                    + " Ensure that the task is authorized to create topics or that the topic exists and restart the task",
                cause: error)
        }
    }
}

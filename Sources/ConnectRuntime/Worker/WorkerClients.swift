import KafkaClient

/// Makes the producers and consumers of tasks.
struct WorkerClients: Sendable {
    /// A producer for a source task: nothing is lost, nothing written twice, nothing out of order.
    let makeProducer: @Sendable () throws -> KafkaProducer
    /// A consumer for a sink task, in a group.
    let makeConsumer: @Sendable (_ groupID: String) throws -> any SinkConsumer
    /// What takes a sink task's dead letters, with the topic made if there is none.
    let makeDeadLetterOutlet: @Sendable (_ topic: String, _ replicationFactor: Int) async throws -> any DeadLetterOutlet
    /// The offsets of sink connectors.
    let groupOffsets: any ConsumerGroupOffsets
    /// What creates the topics of a source task; `nil` where only the broker does.
    var makeTopicAdmin: (@Sendable () throws -> KafkaAdmin)?
    /// The same for one task, with clients of its own and its connector's settings; `nil` where all tasks share these.
    var forTask: (@Sendable (ConnectorTaskID, ConnectorClientSettings, TaskClients) -> WorkerClients)?
    /// A client for questions about a connector with settings of its own, which the caller closes.
    var makeAdmin: (@Sendable (_ connector: String, ClientSettings) throws -> KafkaClient)?
    /// What source tasks that write exactly once need; `nil` where there are none.
    var transactional: TransactionalClients? = nil

    /// How long Kafka Connect lets a record wait for its acknowledgement: 2^31 - 1 ms, for ever in practice. A task
    /// that reads a file can wait for a broker to come back; giving up would only make it fail.
    private static let patience = Duration.milliseconds(Int64(Int32.max))

    /// How long a sink task's place in its group outlives a crash: so long nobody else gets its partitions. Heartbeats
    /// do not depend on the task, so this can be shorter than a consumer's usual 45 s; a Connect worker has 10 s too.
    private static let sessionTimeout = Duration.seconds(10)
}

extension WorkerClients {
    /// How the producers of source tasks are set up, before their connector's own settings.
    static var producerConfiguration: ProducerConfiguration {
        var configuration = ProducerConfiguration()
        configuration.deliveryTimeout = patience
        configuration.maximumBlockTime = patience
        // Source tasks hand over hundreds of records at a time; bigger batches cost fewer requests and flushes for them.
        // Bytes count as they are kept, so that short lines fill half of it on the wire.
        configuration.batchSize = 512 * 1024
        return configuration
    }

    /// Makes them all from one client, and for each task from clients of its own.
    init(client: KafkaClient) {
        self.init(groupOffsets: KafkaGroupOffsets(client: client), settings: nil) { _ in client }
        let unused = UnusedSettings()
        forTask = { [groupOffsets] id, settings, owned in
            unused.tell(settings, client.logger)
            return WorkerClients(groupOffsets: groupOffsets, settings: settings) { use in
                try owned.client(use, of: id, settings[use.role], like: client)
            }
        }
        makeAdmin = { connector, settings in
            try TaskClients.make("connector-worker-adminclient-\(connector)", settings, like: client)
        }
    }

    /// Makes them with a connector's settings.
    private init(
        groupOffsets: any ConsumerGroupOffsets, settings: ConnectorClientSettings?,
        client: @escaping @Sendable (ClientUse) throws -> KafkaClient
    ) {
        self.groupOffsets = groupOffsets
        makeProducer = {
            var configuration = Self.producerConfiguration
            settings?.producer.apply(to: &configuration)
            return try KafkaProducer(client: try client(.producer), configuration: configuration)
        }
        transactional = TransactionalClients(makeClient: { try client(.producer) }, settings: settings)
        makeDeadLetterOutlet = { topic, replicationFactor in
            var configuration = ProducerConfiguration()
            configuration.deliveryTimeout = Self.patience
            configuration.maximumBlockTime = Self.patience
            settings?.producer.apply(to: &configuration)
            return try await DeadLetterProducer(
                KafkaProducer(client: try client(.deadLetters), configuration: configuration),
                client: try client(.deadLetterAdmin), topic: topic, replicationFactor: replicationFactor)
        }
        makeConsumer = { groupID in
            var configuration = ConsumerConfiguration(
                groupID: groupID, autoOffsetReset: .earliest, isAutoCommitEnabled: false,
                sessionTimeout: Self.sessionTimeout)
            settings?.consumer.apply(to: &configuration)
            return GroupConsumer(
                consumer: try KafkaConsumer(client: try client(.consumer), configuration: configuration))
        }
        makeTopicAdmin = { KafkaAdmin(client: try client(.admin)) }
    }
}

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
    /// Makes them all from one client.
    init(client: KafkaClient) {
        makeProducer = {
            var configuration = ProducerConfiguration()
            configuration.deliveryTimeout = Self.patience
            configuration.maximumBlockTime = Self.patience
            // Source tasks hand over hundreds of records at a time; bigger batches cost fewer requests for them.
            configuration.batchSize = 256 * 1024
            return try KafkaProducer(client: client, configuration: configuration)
        }
        groupOffsets = KafkaGroupOffsets(client: client)
        transactional = TransactionalClients(
            client: client,
            configuration: ProducerConfiguration(
                batchSize: 256 * 1024, maximumBlockTime: Self.patience, deliveryTimeout: Self.patience))
        makeDeadLetterOutlet = { topic, replicationFactor in
            var configuration = ProducerConfiguration()
            configuration.deliveryTimeout = Self.patience
            configuration.maximumBlockTime = Self.patience
            return try await DeadLetterProducer(
                KafkaProducer(client: client, configuration: configuration), client: client, topic: topic,
                replicationFactor: replicationFactor)
        }
        makeConsumer = { groupID in
            GroupConsumer(
                consumer: try KafkaConsumer(
                    client: client,
                    configuration: ConsumerConfiguration(
                        groupID: groupID, autoOffsetReset: .earliest, isAutoCommitEnabled: false,
                        sessionTimeout: Self.sessionTimeout)))
        }
    }
}

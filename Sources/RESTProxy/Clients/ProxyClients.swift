import KafkaClient
import Logging
import RecordFormat

/// What all requests share: one client of the cluster, one producer and one admin on it.
final class ProxyClients: Sendable {
    /// The connections to the cluster.
    let client: KafkaClient
    /// Writes what requests bring; acknowledged means on the disks of all in-sync replicas.
    let producer: KafkaProducer
    /// Manages topics, groups and configurations.
    let admin: KafkaAdmin
    /// Where schemas come from; `nil` for a proxy without a registry.
    let schemas: (any SchemaService)?

    /// The most bytes that a record may take in a batch.
    let maximumRecordSize: Int

    /// Creates what stands on a client; nothing is sent yet.
    ///
    /// - Throws: ``KafkaClientError`` for producer settings that contradict each other.
    init(_ client: KafkaClient, settings: RESTProxySettings, schemas: (any SchemaService)?) throws {
        self.client = client
        self.schemas = schemas
        maximumRecordSize = settings.producer.maximumRequestSize - RecordBatchHeader.size
        producer = try KafkaProducer(client: client, configuration: settings.producer)
        admin = KafkaAdmin(client: client)
    }

    /// Sends what is on its way and ends the producer; the client stays open.
    func close() async { await producer.close(timeout: .seconds(5)) }
}

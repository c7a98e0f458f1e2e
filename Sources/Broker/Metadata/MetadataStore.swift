import LogCore
import RecordFormat

/// Where the cluster's metadata lives: every change is durable, and seen by all nodes, once the call returns.
///
/// One node keeps it in its own data directory (``LocalMetadataStore``); a cluster keeps it in etcd.
protocol MetadataStore: Sendable {
    /// The image as it is now.
    var image: ClusterImage { get }

    /// Where the next change will be written.
    var logEndOffset: LogOffset { get }

    /// Adds a topic or replaces the one of its name.
    ///
    /// - Throws: `LogError` if the change could not be made durable; nothing changed then.
    func put(_ topic: ClusterImage.Topic) async throws

    /// Removes a topic, and notes that its directories have still to go.
    func remove(_ topic: ClusterImage.Topic) async throws

    /// Topics that were removed and whose directories may still be there.
    var deletions: [ClusterImage.Deletion] { get }

    /// Notes that a removed topic has left nothing behind.
    func didDelete(_ id: TopicID) async throws

    /// Sets what `resource` has of its own; nothing for its defaults. Topics have theirs with them.
    func put(_ configuration: [String: String], of resource: ConfigurationResource) async throws

    /// Sets the quotas of several entities at once; nothing for an entity without.
    func put(_ quotas: [QuotaEntity: [QuotaKey: Double]]) async throws

    /// Sets the levels of features.
    func put(_ features: FeatureLevels) async throws

    /// Reserves `count` producer identities that no one else gets.
    ///
    /// - Returns: The first of them.
    func reserveProducerIDs(_ count: Int64) async throws -> ProducerID
}

import LogCore
import RecordFormat

/// Where the cluster's metadata lives: every change is durable, and seen by all nodes, once the call returns.
///
/// One node keeps it in its own data directory (``LocalMetadataStore``); a cluster keeps it in etcd.
protocol MetadataStore: Sendable {
    /// The image as it is now.
    var image: ClusterImage { get }

    /// What replicas of this node have in common; `nil` where every partition has one.
    var replication: ReplicationNode? { get }

    /// Has `observer` told of every change that others have made, once ``image`` has it.
    func observe(_ observer: @escaping @Sendable () -> Void)

    /// Where the next change will be written.
    var logEndOffset: LogOffset { get }

    /// Adds a topic or replaces the one of its name.
    ///
    /// - Parameter basis: The image that the change was derived from; the calls below have one too.
    /// - Throws: `LogError` or ``RequestRefusal`` if the change could not be written, and nothing changed;
    ///   ``UnsettledChange`` if it was and may not be durable; ``ConflictingChange`` if another node was faster: the
    ///   same goes for the calls below.
    func put(_ topic: ClusterImage.Topic, basedOn basis: ClusterImage) async throws

    /// Removes a topic, and notes that its directories have still to go.
    func remove(_ topic: ClusterImage.Topic) async throws

    /// Topics that were removed and whose directories may still be there.
    var deletions: [ClusterImage.Deletion] { get }

    /// Notes that a removed topic has left nothing behind.
    func didDelete(_ id: TopicID) async throws

    /// Sets what `resource` has of its own; nothing for its defaults. Topics have theirs with them.
    func put(
        _ configuration: [String: String], of resource: ConfigurationResource, basedOn basis: ClusterImage) async throws

    /// Sets the quotas of several entities at once; nothing for an entity without.
    func put(_ quotas: [QuotaEntity: [QuotaKey: Double]], basedOn basis: ClusterImage) async throws

    /// Sets the levels of features.
    func put(_ features: FeatureLevels, basedOn basis: ClusterImage) async throws

    /// Reserves `count` producer identities that no one else gets.
    ///
    /// - Returns: The first of them.
    func reserveProducerIDs(_ count: Int64) async throws -> ProducerID
}

/// A change of the metadata that was written, but perhaps not to the device: it counts after the next start, or does not.
struct UnsettledChange: Error, CustomStringConvertible {
    var cause: LogError

    var description: String { "the change may or may not count after the next start: \(cause)" }
}

/// A change that was derived from an image which is not the present one: it is to be derived anew.
struct ConflictingChange: Error {}

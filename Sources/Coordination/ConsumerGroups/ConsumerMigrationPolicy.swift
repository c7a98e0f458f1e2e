/// Which groups with members may go over from one protocol to the other (`group.consumer.migration.policy`).
///
/// A group without members goes over whatever the policy, with its first member.
public enum ConsumerMigrationPolicy: String, Hashable, Sendable, CaseIterable {
    /// Groups go over in both directions.
    case bidirectional
    /// Classic groups become consumer groups with their first member of the consumer protocol.
    case upgrade
    /// Consumer groups become classic groups when their last member of the consumer protocol leaves.
    case downgrade
    /// No group with members goes over.
    case disabled

    /// Whether classic groups may become consumer groups.
    var allowsUpgrade: Bool { self == .bidirectional || self == .upgrade }
    /// Whether consumer groups may become classic groups.
    var allowsDowngrade: Bool { self == .bidirectional || self == .downgrade }
}

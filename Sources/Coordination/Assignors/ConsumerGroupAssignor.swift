/// A way for the coordinator to divide partitions among the members of a consumer group (KIP-848).
public enum ConsumerGroupAssignor: String, Hashable, Sendable, CaseIterable {
    /// As evenly over all topics together as possible, and with as few moves as that allows.
    case uniform
    /// Topic by topic, each member a range of neighbouring partitions.
    case range

    /// The assignor of a name, as a client or `group.consumer.assignors` gives it; Kafka's class names are taken too.
    public init?(name: String) {
        switch name {
        case "uniform", "org.apache.kafka.coordinator.group.assignor.UniformAssignor": self = .uniform
        case "range", "org.apache.kafka.coordinator.group.assignor.RangeAssignor": self = .range
        default: return nil
        }
    }

    /// What each member is to have; every member of the problem has an entry.
    func assign(_ problem: AssignmentProblem) -> [MemberID: PartitionAssignment] {
        if problem.members.isEmpty { return [:] }
        return switch self {
        case .uniform where problem.isHomogeneous: EvenAssignment.solve(problem)
        case .uniform: BalancedAssignment.solve(problem)
        case .range: RangeAssignment.solve(problem)
        }
    }
}

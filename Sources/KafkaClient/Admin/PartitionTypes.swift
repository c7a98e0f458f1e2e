public import RecordFormat

/// A partition that is on its way to other brokers.
public struct PartitionReassignment: Sendable, Hashable {
    /// The partition.
    public var partition: TopicPartition
    /// The brokers that hold it now, the old and the new.
    public var replicas: [Int32]
    /// Those of them that get it.
    public var addingReplicas: [Int32]
    /// Those of them that give it up.
    public var removingReplicas: [Int32]

    /// Describes a reassignment.
    public init(
        _ partition: TopicPartition, replicas: [Int32], addingReplicas: [Int32], removingReplicas: [Int32]
    ) {
        self.partition = partition
        self.replicas = replicas
        self.addingReplicas = addingReplicas
        self.removingReplicas = removingReplicas
    }
}

/// Who is to lead a partition.
public enum ElectionKind: Int8, Sendable, Hashable {
    /// The first of its replicas, if it is in sync.
    case preferred = 0
    /// Where nobody leads, any replica that is there: what it has not is lost.
    case unclean = 1
}

/// A change of one setting.
public struct ConfigChange: Sendable, Hashable {
    /// What is done with it.
    public enum Operation: Int8, Sendable, Hashable {
        /// It gets the value.
        case set = 0
        /// It goes back to its default.
        case delete = 1
        /// The values are added to the list.
        case append = 2
        /// The values are taken out of the list.
        case subtract = 3
    }

    /// The setting's name.
    public var name: String
    /// What is done with it.
    public var operation: Operation
    /// The value, or values with commas; `nil` where there is none.
    public var value: String?

    /// Creates a change; ``set(_:_:)`` and ``delete(_:)`` are shorter.
    public init(_ name: String, _ operation: Operation, _ value: String?) {
        self.name = name
        self.operation = operation
        self.value = value
    }

    /// Gives a setting a value.
    public static func set(_ name: String, _ value: String) -> ConfigChange { ConfigChange(name, .set, value) }
    /// Has a setting go back to its default.
    public static func delete(_ name: String) -> ConfigChange { ConfigChange(name, .delete, nil) }
}

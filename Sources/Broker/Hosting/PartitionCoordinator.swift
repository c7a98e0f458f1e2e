import KafkaProtocol

/// What coordinates by one partition of a topic of the cluster's own, for as long as this node leads the partition in one
/// epoch.
protocol PartitionCoordinator: AnyObject, Sendable {
    /// Reads the partition's log; called once, on a thread that may block, before anything else.
    ///
    /// - Throws: What keeps it from being read as a whole: the coordinator is not used then.
    func load() throws

    /// Goes on with what the log has; called once, before the first request.
    func begin()

    /// Answers everyone who waits, and everyone who asks from now on, that this node does not coordinate; what is under
    /// way comes to nothing here. Another coordinator may have begun by then.
    func resign()
}

/// Why there is no coordinator to ask.
enum CoordinatorFault: Error, Hashable, Sendable {
    /// The topic is not there yet.
    case missingTopic
    /// The topic has no such partition.
    case unknownPartition
    /// Another node leads the partition, or none.
    case notLed
    /// The partition's log is being read, or not all of it is known to be replicated.
    case loading
    /// The partition's log cannot be read.
    case unreadable
    /// The node stops.
    case stopped
}

extension ErrorCode {
    /// What clients of a group's coordinator are told.
    init(_ fault: CoordinatorFault) {
        self =
            switch fault {
            case .missingTopic, .unreadable: .coordinatorNotAvailable
            case .unknownPartition, .notLed, .stopped: .notCoordinator
            case .loading: .coordinatorLoadInProgress
            }
    }
}

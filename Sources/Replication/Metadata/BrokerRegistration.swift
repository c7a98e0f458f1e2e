/// What the cluster knows of a node: one value for each in the metadata store, which outlives the node's session.
///
/// A node registers each time it starts, and again when its session was lost. The controller then takes the node out of
/// what it can no longer answer for, and *admits* the incarnation. Only an admitted one is elected, leads or joins the
/// in-sync replicas, so that no leader goes on in an epoch which an earlier process of the same node began.
public struct BrokerRegistration: Hashable, Sendable {
    /// Which copies of a node are as it left them.
    public enum IntactCopies: Int, Comparable, Hashable, Sendable {
        /// None: the data directory is another than before.
        case none
        /// Those of topics that flush every append: the machine restarted without a clean shutdown.
        case flushed
        /// All of them.
        case all

        /// Whether `left` keeps less than `right`.
        public static func < (left: IntactCopies, right: IntactCopies) -> Bool { left.rawValue < right.rawValue }
    }

    /// What a starting node knows of itself, by which the store's former value tells what is left of its copies.
    public struct Origin: Hashable, Sendable {
        /// The data directory's own id; another one means that the copies are gone.
        public var directory: UInt64
        /// The machine's boot; another one means that the page cache is gone.
        public var boot: UInt64
        /// Whether the directory was shut down cleanly, everything synced, and not been used since.
        public var endedCleanly: Bool

        /// Creates what a node knows of itself.
        public init(directory: UInt64, boot: UInt64, endedCleanly: Bool) {
            self.directory = directory
            self.boot = boot
            self.endedCleanly = endedCleanly
        }
    }

    /// The node.
    public let id: BrokerID
    /// This incarnation.
    public let epoch: BrokerEpoch
    /// What the node said of itself when it registered.
    public let origin: Origin
    /// Which copies are whole, counted from the last incarnation that was admitted.
    public let intactCopies: IntactCopies
    /// The node's rack (`broker.rack`), if it has one.
    public let rack: String?
    /// Whether the controller has admitted this incarnation.
    public private(set) var isAdmitted = false
    /// Whether the node is about to shut down and wants to lead nothing (KIP-500's controlled shutdown).
    public var isDraining = false
    /// Whether the node was taken out of the cluster. What is kept of it then is for the day on which it comes back: the
    /// incarnation goes on from there, and so does what is known of its copies.
    public private(set) var isRemoved = false

    /// Creates the registration of a node's next incarnation.
    ///
    /// What an incarnation lost that was never admitted stays lost. An example: a node starts with an empty directory,
    /// registers, and is killed before it is admitted. Its next registration names the same directory as the one in the
    /// store; were that all, it would pass for whole, and be elected by what the in-sync replicas still say of it.
    ///
    /// - Parameters:
    ///   - previous: The node's value in the store, which the write of this one has to compare with.
    public init(id: BrokerID, origin: Origin, rack: String? = nil, succeeding previous: BrokerRegistration?) {
        self.id = id
        self.origin = origin
        self.rack = rack
        epoch = BrokerEpoch((previous?.epoch.rawValue ?? 0) + 1)
        guard let previous else {
            // A node that the store has never seen has no copies that anyone counts on.
            intactCopies = .none
            return
        }
        precondition(previous.id == id, "a registration of another node")
        let kept: IntactCopies =
            previous.origin.directory != origin.directory
            ? .none : previous.origin.boot == origin.boot || origin.endedCleanly ? .all : .flushed
        intactCopies = previous.isAdmitted ? kept : min(kept, previous.intactCopies)
    }

    /// Creates a registration as the metadata store holds it.
    public init(
        id: BrokerID, epoch: BrokerEpoch, origin: Origin, intactCopies: IntactCopies, rack: String?, isAdmitted: Bool,
        isDraining: Bool, isRemoved: Bool = false
    ) {
        self.id = id
        self.epoch = epoch
        self.origin = origin
        self.intactCopies = intactCopies
        self.rack = rack
        self.isAdmitted = isAdmitted
        self.isDraining = isDraining
        self.isRemoved = isRemoved
    }

    /// The registration once the controller has admitted the incarnation.
    public var admitted: BrokerRegistration {
        var copy = self
        copy.isAdmitted = true
        return copy
    }

    /// Whether the node's copies of a topic's partitions have everything that the node said they have.
    public func keepsCopies(of topic: TopicReplication) -> Bool {
        intactCopies >= (topic.flushesEveryAppend ? .flushed : .all)
    }
}

import Coordination
import EventStore
import Logging
import NIOCore
import NIOPosix
import RecordFormat

/// What coordinators use of the node that they run on.
struct CoordinatorSite: Sendable {
    let store: EventStore
    let registry: PartitionRegistry
    let pool: NIOThreadPool
    let loop: any EventLoop
    let logger: Logger
    let now: @Sendable () -> Timestamp
    /// The reading of logs by coordinators that begin: one at a time, so that the pool has threads for others.
    let reading = TaskQueue()
    private let start = ContinuousClock.now

    init(
        store: EventStore, registry: PartitionRegistry, pool: NIOThreadPool, loop: any EventLoop, logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.registry = registry
        self.pool = pool
        self.loop = loop
        self.logger = logger
        self.now = now
    }

    /// The moment, as machines are told it.
    var time: CoordinationTime {
        CoordinationTime(instant: CoordinationInstant(sinceStart: ContinuousClock.now - start), timestamp: now())
    }
}

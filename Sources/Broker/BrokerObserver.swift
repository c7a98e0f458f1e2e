import EventStore
import LogCore
import Logging
import RecordFormat
import Synchronization

/// Turns what the store tells into log lines, and its flushes into answers.
final class BrokerObserver: StoreObserver {
    private let logger: Logger
    private let broker = Mutex<Weak?>(nil)

    private struct Weak: Sendable {
        weak var broker: Broker?
    }

    init(logger: Logger) { self.logger = logger }

    /// Names the broker whose requests wait for flushes.
    func attach(_ broker: Broker) { self.broker.withLock { $0 = Weak(broker: broker) } }

    func logDidRecover(_ directory: String, report: RecoveryReport) {
        for finding in report.findings { logger.warning("recovery: \(finding)") }
        if report.scannedBytes > 0 { logger.info("recovery: verified \(report.scannedBytes) bytes of \(directory)") }
    }

    func logDidFindDamage(_ directory: String, error: LogError) { logger.error("\(error.message)") }

    func logDidRoll(_ directory: String, baseOffset: LogOffset) {
        logger.debug("\(directory) rolled a new segment at offset \(baseOffset)")
    }

    func logDidDeleteSegment(_ directory: String, baseOffset: LogOffset) {
        logger.info("\(directory): deleted the segment at offset \(baseOffset) by retention")
    }

    func logDidFail(_ directory: String, error: LogError) {
        logger.critical("\(directory) is offline: \(error). It takes no more appends until the server is restarted")
    }

    func storeDidFlush(_ logs: [StoredLog]) { broker.withLock { $0?.broker }?.didFlush(logs) }

    func storeDidCompact(_ log: StoredLog, report: CompactionReport) {
        logger.info(
            "\(log.log.directory): compacted up to offset \(report.cleanedOffset), \(report.recordsKept) of \(report.recordsRead) records kept, \(report.bytesFreed) bytes freed"
        )
    }

    func storeDidFailInBackground(_ error: LogError) { logger.error("upkeep failed and will be tried again: \(error)") }
}

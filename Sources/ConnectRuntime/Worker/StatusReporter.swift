import ConnectAPI
import Logging
import Synchronization

/// Writes what this worker's connectors and tasks do.
///
/// A status that cannot be written is logged: what it tells about goes on regardless.
final class StatusReporter: Sendable {
    let store: StatusStore
    private let logger: Logger
    private let identity: Mutex<(workerID: String, generation: Int)>
    /// Connectors that were deleted: what their last calls still report is not written any more.
    private let deleted = Mutex<Set<String>>([])
    /// Strikes a connector's secrets out of a text.
    private let redact: @Sendable (_ text: String, _ connector: String) -> String

    /// Hears of every state before it is written: of a connector, or of one of its tasks.
    typealias Listener = @Sendable (_ connector: String, _ task: Int?, _ state: ConnectStatus.State) -> Void

    private let listener: Listener

    init(
        store: StatusStore, workerID: String, logger: Logger, listener: @escaping Listener = { _, _, _ in },
        redact: @escaping @Sendable (_ text: String, _ connector: String) -> String = { text, _ in text }
    ) {
        self.store = store
        self.listener = listener
        self.redact = redact
        self.logger = logger
        identity = Mutex((workerID, 0))
    }

    /// What the worker calls itself, as `host:port`.
    var workerID: String { identity.withLock { $0.workerID } }

    /// Changes what statuses from now on carry.
    func setIdentity(workerID: String? = nil, generation: Int? = nil) {
        identity.withLock { identity in
            if let workerID { identity.workerID = workerID }
            if let generation { identity.generation = generation }
        }
    }

    /// Writes a task's status.
    ///
    /// - Parameter version: Of the task that was made; `nil` where none was.
    func report(
        _ id: ConnectorTaskID, _ state: ConnectStatus.State, _ failure: (any Error)? = nil, version: String? = nil
    ) async {
        guard !isDeleted(id.connector) else { return }
        listener(id.connector, id.task, state)
        let record = StatusRecord.task(id, status(id.connector, state, failure, version))
        await write(record, safely: state == .unassigned || state == .failed)
    }

    /// Writes a connector's status.
    ///
    /// - Parameter version: Of the connector that was made; `nil` where none was.
    func report(
        _ connector: String, _ state: ConnectStatus.State, _ failure: (any Error)? = nil, version: String? = nil
    ) async {
        guard !isDeleted(connector) else { return }
        listener(connector, nil, state)
        let record = StatusRecord.connector(connector, status(connector, state, failure, version))
        await write(record, safely: state == .unassigned || state == .failed)
    }

    /// Has nothing be written for a deleted connector until there is one of that name again.
    func setDeleted(_ connector: String, _ isDeleted: Bool) {
        deleted.withLock { deleted in
            if isDeleted { deleted.insert(connector) } else { deleted.remove(connector) }
        }
    }

    /// Forgets everything about a connector and these tasks.
    func forget(_ connector: String?, tasks: [ConnectorTaskID]) async {
        do {
            try await store.put(
                tasks.map { StatusRecord.task($0, nil) } + (connector.map { [StatusRecord.connector($0, nil)] } ?? [])
                    + (connector.map(topicTombstones) ?? []))
        } catch {
            logger.warning("cannot remove statuses", metadata: ["error": "\(error)"])
        }
    }

    func isDeleted(_ connector: String) -> Bool { deleted.withLock { $0.contains(connector) } }

    private func status(
        _ connector: String, _ state: ConnectStatus.State, _ failure: (any Error)?, _ version: String?
    ) -> ConnectStatus {
        let (workerID, generation) = identity.withLock { $0 }
        return ConnectStatus(
            state: state, trace: failure.map { redact(String(describing: $0), connector) }, workerID: workerID,
            generation: generation, version: version)
    }

    func write(_ record: StatusRecord, safely: Bool) async {
        do {
            if safely { try await store.putSafely(record) } else { try await store.put(record) }
        } catch {
            logger.warning("cannot write a status", metadata: ["key": "\(record.key)", "error": "\(error)"])
        }
    }
}

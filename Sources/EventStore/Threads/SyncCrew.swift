internal import LogCore
internal import Synchronization

/// Threads that help the commit thread to sync many logs at once.
///
/// A sync waits for the device and not for the processor, and a file system's journal takes the commits of several
/// files together. Where this was chosen, 200 unsynced logs took 21 ms one after the other and 12 ms four at a time, on
/// two cores.
///
/// - SeeAlso: docs/decisions/0014-many-logs-are-synced-at-once.md
final class SyncCrew: Sendable {
    private struct Inbox {
        var logs: [StoredLog] = []
        var isStopping = false
    }

    private struct Helper: Sendable {
        let inbox: Signal<Inbox>
        let thread: OwnedThread
    }

    /// Threads beside the commit thread's own: what a device and its journal take at a time before they only queue.
    private static let helperCount = 3
    /// Logs for which waking another thread costs more than it saves.
    private static let leastShared = 4
    /// Logs that are synced before who waits for them is told.
    static let chunkSize = (helperCount + 1) * 4

    private let sync: @Sendable (StoredLog) -> Void
    private let helpers = Mutex<[Helper]>([])
    private let unfinished = Signal(0)

    /// - Parameter sync: Syncs one log; called on several threads at a time.
    init(sync: @escaping @Sendable (StoredLog) -> Void) { self.sync = sync }

    /// Syncs all of `logs`, and returns when the last is done; called by one thread.
    func run(_ logs: ArraySlice<StoredLog>) {
        guard logs.count > Self.leastShared else {
            for log in logs { sync(log) }
            return
        }
        let helpers = startedHelpers()
        let shares = (0...helpers.count).map { first in
            stride(from: logs.startIndex + first, to: logs.endIndex, by: helpers.count + 1).map { logs[$0] }
        }
        unfinished.update { count in
            count = helpers.count
            return false
        }
        for (helper, share) in zip(helpers, shares) {
            helper.inbox.update { inbox in
                inbox.logs = share
                return true
            }
        }
        for log in shares[helpers.count] { sync(log) }
        _ = unfinished.wait(timeout: nil) { count, _ in count == 0 ? true : nil }
    }

    /// The helpers, which a store with few partitions never needs; fewer, or none, if the system has no thread left.
    private func startedHelpers() -> [Helper] {
        helpers.withLock { helpers in
            while helpers.count < Self.helperCount {
                let inbox = Signal(Inbox())
                let name = "millrace-sync-\(helpers.count)"
                guard let thread = try? OwnedThread(name: name, body: { [self] in serve(inbox) }) else { break }
                helpers.append(Helper(inbox: inbox, thread: thread))
            }
            return helpers
        }
    }

    private func serve(_ inbox: Signal<Inbox>) {
        while true {
            let share = inbox.wait(timeout: nil) { inbox, _ -> [StoredLog]? in
                guard !inbox.logs.isEmpty else { return inbox.isStopping ? [] : nil }
                defer { inbox.logs = [] }
                return inbox.logs
            }
            guard let share, !share.isEmpty else { return }
            for log in share { sync(log) }
            unfinished.update { count in
                count -= 1
                return count == 0
            }
        }
    }

    /// Ends the helpers; no run may be under way.
    func stop() {
        for helper in helpers.withLock({ $0 }) {
            helper.inbox.update { inbox in
                inbox.isStopping = true
                return true
            }
            helper.thread.join()
        }
        helpers.withLock { $0.removeAll() }
    }
}

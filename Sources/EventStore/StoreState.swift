internal import LogCore
internal import RecordFormat

/// Where a store stands in its life, and while it is open, which logs it has.
///
/// A value under the store's lock. It only goes forward: open, closing, closed.
enum StoreState {
    /// A partition's place.
    enum Slot {
        /// Someone is opening it: its files belong to them.
        case opening
        case open(StoredLog)
    }

    case open([TopicPartition: Slot])
    case closing
    case closed

    /// The open logs, in no order; `nil` once the store is being closed.
    var logs: [StoredLog]? {
        guard case .open(let slots) = self else { return nil }
        return slots.values.compactMap { slot in
            if case .open(let log) = slot { log } else { nil }
        }
    }

    /// Takes the place of a partition that is about to be opened.
    ///
    /// Before its files are touched: two logs over the same files would each think that it knows where they end.
    mutating func reserve(_ partition: TopicPartition) throws(LogError) {
        let isFree = change { slots in
            guard slots[partition] == nil else { return false }
            slots[partition] = .opening
            return true
        }
        guard let isFree else { throw Self.closedError }
        guard isFree else {
            throw LogError(.directoryLocked, "\(partition) is open already in this process: use that log")
        }
    }

    /// Fills a place that was reserved.
    mutating func fill(_ log: StoredLog) { _ = change { $0[log.partition] = .open(log) } }

    /// Gives up a place that was reserved.
    mutating func vacate(_ partition: TopicPartition) { _ = change { $0[partition] = nil } }

    /// Takes the open logs among `partitions` out that belong to the topic.
    mutating func remove(_ partitions: [TopicPartition], topicID: TopicID) -> [StoredLog] {
        change { slots in
            partitions.compactMap { partition -> StoredLog? in
                guard case .open(let log)? = slots[partition], log.topicID == topicID else { return nil }
                slots[partition] = nil
                return log
            }
        } ?? []
    }

    /// Changes what an open store has; `nil` if it is open no more.
    private mutating func change<Result>(_ body: (inout [TopicPartition: Slot]) -> Result) -> Result? {
        guard case .open(var slots) = self else { return nil }
        // One owner while it is changed: ten thousand partitions must not be copied for each of them that is opened.
        self = .closing
        defer { self = .open(slots) }
        return body(&slots)
    }

    /// Begins the closing; the logs to close. `nil` if someone has begun before.
    mutating func beginClosing() -> [StoredLog]? {
        guard let logs else { return nil }
        self = .closing
        return logs
    }

    static var closedError: LogError { LogError(.closed, "the store is closed") }
}

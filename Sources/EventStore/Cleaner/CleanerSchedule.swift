internal import LogCore
internal import RecordFormat

/// Decides which log is compacted next: a state machine without clock, thread or files.
///
/// A log that is past its `max.compaction.lag.ms` goes first, then the one with the largest share of dirty bytes. A log
/// whose compaction fails is set aside, so that it cannot keep the others from theirs: for good if its bytes are at
/// fault, for a while if the disk was full or the like.
struct CleanerSchedule {
    /// One log that could be compacted.
    struct Candidate: Sendable {
        var log: LogIdentity
        var need: CompactionNeed
    }

    /// A log, told apart from one that has the same name later.
    struct LogIdentity: Hashable, Sendable {
        var partition: TopicPartition
        var topicID: TopicID
    }

    /// What to do now.
    enum Action: Equatable {
        case clean(LogIdentity)
        case rest(Duration)
    }

    /// How long a log rests whose compaction failed for a reason that may pass.
    static let retryPause = Duration.seconds(60)

    /// For how long a log is left alone.
    private enum Rest: Equatable {
        case until(ContinuousClock.Instant)
        case forGood

        func isOver(at now: ContinuousClock.Instant) -> Bool {
            switch self {
            case .until(let end): end <= now
            case .forGood: false
            }
        }
    }

    /// How long to rest when no log needs it.
    var backoff: Duration
    private var setAside: [LogIdentity: Rest] = [:]

    init(backoff: Duration) { self.backoff = backoff }

    /// Chooses among all logs of the store that compact.
    ///
    /// - Parameter present: The store's logs; what is remembered of others is forgotten.
    mutating func next(
        _ candidates: [Candidate], present: Set<LogIdentity>, at now: ContinuousClock.Instant
    ) -> Action {
        setAside = setAside.filter { log, rest in present.contains(log) && !rest.isOver(at: now) }
        let due = candidates.filter { $0.need.isDue && setAside[$0.log] == nil }
        // Equal logs by name, so that the order is the same every time.
        let first = due.min { left, right in
            if left.need.isOverdue != right.need.isOverdue { return left.need.isOverdue }
            if left.need.dirtyRatio != right.need.dirtyRatio { return left.need.dirtyRatio > right.need.dirtyRatio }
            return left.log.partition < right.log.partition
        }
        guard let first else { return .rest(backoff) }
        return .clean(first.log)
    }

    /// Notes that the compaction of `log` failed.
    mutating func noteFailure(_ error: LogError, of log: LogIdentity, at now: ContinuousClock.Instant) {
        // A system call that failed may succeed the next time; a log that is read-only refuses until it is opened again.
        let isPassing = error.isRetriable || error.requiresReopen
        setAside[log] = isPassing ? .until(now + Self.retryPause) : .forGood
    }

    /// Notes that a compaction that was due came to nothing, because the log changed beneath it or is compacted by
    /// someone else: no reason to try again at once.
    mutating func noteNothingDone(_ log: LogIdentity, at now: ContinuousClock.Instant) {
        setAside[log] = .until(now + backoff)
    }

    /// The logs that are left alone for good.
    var uncleanable: [TopicPartition] { setAside.filter { $0.value == .forGood }.map(\.key.partition).sorted() }
}

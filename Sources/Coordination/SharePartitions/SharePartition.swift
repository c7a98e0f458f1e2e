public import RecordFormat

/// One partition as one share group reads it: a queue on a log (KIP-932).
///
/// From the start offset, below which the group has done with everything, to the end offset, above which no member has
/// been given anything, each record is in one of four states. Members acquire records that are available, for as long
/// as a lock lasts, and acknowledge them; what the group has done with is stored before a member is told so.
///
/// A value without clock, log or lock: each event brings its moment, and those that change what a restart must not
/// forget return a ``ShareWrite``. The host makes the writes durable in their order and reports the end of each by
/// ``writeEnded(_:isDurable:)``. Nothing grows with the number of records: from the start to the end there are at most
/// ``ShareSettings/maxRecordLocks``, what one read finds more where a batch is acquired whole, and neighbours of which
/// the same is known are one run.
///
/// - Invariant: The runs hold every offset from the start to the end, once.
public struct SharePartition: Sendable {
    /// The share-partition's name.
    public let key: SharePartitionKey
    /// The first offset that the group has not done with (KIP-932: SPSO).
    public internal(set) var startOffset: LogOffset
    /// The first offset that no member has been given yet, one above KIP-932's SPEO.
    public internal(set) var endOffset: LogOffset
    var runs = ShareRuns()

    /// The numbers that stand for members in the runs.
    private var holders: [MemberID: UInt32] = [:]
    private var lastHolder = ShareRun.nobody
    /// The writes whose end has not been reported, with the runs as they were before, for one that fails.
    var writes: [UInt64: [ShareRun]] = [:]
    private var lastWrite = ShareRun.noWrite
    /// The new start that an administrator has set, until it is durable.
    var alteration: Alteration?

    var snapshotEpoch: Int32
    /// Counts how often the share-partition was set up.
    public internal(set) var stateEpoch: Int32
    private let createTimestamp: Timestamp
    /// The updates written since the last snapshot; `nil` where the next write has to be one.
    private(set) var updateCount: Int?
    /// Whether the log has the share-partition, without which nothing may be given to members.
    public private(set) var isEstablished: Bool

    /// Creates a share-partition that the log has nothing of; ``establish(leaderEpoch:at:)`` comes next.
    ///
    /// - Parameters:
    ///   - key: The name.
    ///   - startOffset: Where the group begins to read.
    ///   - stateEpoch: Counts how often the share-partition was set up.
    ///   - now: The time.
    public init(key: SharePartitionKey, startOffset: LogOffset, stateEpoch: Int32 = 0, at now: Timestamp) {
        self.key = key
        self.startOffset = startOffset
        endOffset = startOffset
        snapshotEpoch = -1
        self.stateEpoch = stateEpoch
        createTimestamp = now
        isEstablished = false
    }

    /// Creates a share-partition as a snapshot of the log has it.
    public init(key: SharePartitionKey, snapshot: ShareSnapshot) {
        self.key = key
        startOffset = max(.zero, snapshot.startOffset)
        endOffset = startOffset
        snapshotEpoch = snapshot.snapshotEpoch
        stateEpoch = snapshot.stateEpoch
        createTimestamp = snapshot.createTimestamp
        updateCount = 0
        // Kafka sets a share-partition up before any member has fetched, and leaves open where it begins.
        isEstablished = snapshot.startOffset >= .zero
        apply(snapshot.batches)
    }

    // MARK: - Replay

    /// Takes over an update of the log, in the order of the log, before the first event.
    public mutating func replay(_ update: ShareUpdate) {
        if let updateCount { self.updateCount = updateCount + 1 }
        if update.startOffset >= .zero {
            isEstablished = true
            move(to: update.startOffset)
        }
        apply(update.batches)
    }

    private mutating func apply(_ batches: [ShareStateBatch]) {
        for batch in batches where batch.next > startOffset {
            let range = max(batch.first, startOffset)..<batch.next
            extend(to: range.upperBound)
            runs.update(range) { run in
                run.state = batch.state
                run.deliveryCount = batch.deliveryCount
            }
        }
        advanceStart()
    }

    /// Takes in offsets of which nothing is known: they were with members when the node went down, or with nobody.
    private mutating func extend(to offset: LogOffset) {
        guard offset > endOffset else { return }
        runs.append(ShareRun(first: endOffset, next: offset))
        endOffset = offset
    }

    // MARK: - Members

    /// The number that stands for a member; one that has none gets one.
    mutating func holder(_ member: MemberID) -> UInt32 {
        if let number = holders[member] { return number }
        // Members come and go, and nobody says when one is gone for good.
        if holders.count >= 64 {
            let present = Set(runs.elements.lazy.map(\.holder))
            holders = holders.filter { present.contains($0.value) }
        }
        lastHolder += 1
        holders[member] = lastHolder
        return lastHolder
    }

    /// The number that stands for a member; ``ShareRun/nobody`` where it has never had a record.
    func knownHolder(_ member: MemberID) -> UInt32 { holders[member] ?? ShareRun.nobody }

    // MARK: - What is there to be had

    /// How many offsets more may be taken in: one record that a member holds on to must not have the others grow without
    /// bound behind it.
    func room(_ settings: ShareSettings) -> Int64 { Int64(settings.maxRecordLocks) - (endOffset - startOffset) }

    /// The offset from which a member may be given records: the first that is available, else that of the first record
    /// no one has had; `nil` while there are too many that the group has not done with.
    ///
    /// - Complexity: O(*n*) in the number of runs.
    public func nextFetchOffset(_ settings: ShareSettings) -> LogOffset? {
        guard isEstablished, alteration == nil else { return nil }
        if let free = runs.elements.first(where: \.isFree) { return free.first }
        return room(settings) > 0 ? endOffset : nil
    }

    /// When the first lock ends; `nil` without locks.
    ///
    /// - Complexity: O(*n*) in the number of runs.
    public var nextDeadline: CoordinationInstant? {
        runs.elements.lazy.filter { $0.state == .acquired && $0.write == ShareRun.noWrite }.map(\.deadline).min()
    }

    // MARK: - The start

    /// The log has let go of everything below `offset`.
    public mutating func logStartMoved(to offset: LogOffset) {
        guard offset > startOffset else { return }
        move(to: offset)
        advanceStart()
    }

    private mutating func move(to offset: LogOffset) {
        guard offset > startOffset else { return }
        startOffset = offset
        endOffset = max(endOffset, offset)
        runs.removeAll(before: offset)
    }

    /// Moves the start over all that the group has done with.
    mutating func advanceStart() {
        let open = runs.elements.firstIndex { !$0.isDone } ?? runs.elements.count
        guard open > 0 else { return }
        startOffset = open < runs.elements.count ? runs.elements[open].first : endOffset
        runs.removeAll(before: startOffset)
    }

    // MARK: - Writes

    /// Puts the share-partition into the log, before the first member is given anything.
    public mutating func establish(leaderEpoch: Int32, at now: Timestamp) -> ShareWrite {
        makeWrite([], formerly: [], awaited: true, .init(leaderEpoch: leaderEpoch, updatesPerSnapshot: 0, now: now))
    }

    /// The log may have lost what it had: the next write says everything.
    public mutating func doubtLog() { updateCount = nil }

    /// Whether the log was never given the share-partition, and no write on its way will.
    public var isLost: Bool { !isEstablished && writes.isEmpty }

    /// Writes the whole state again, so that what the log had of it before can go.
    public mutating func renewSnapshot(leaderEpoch: Int32, at now: Timestamp) -> ShareWrite {
        makeWrite([], formerly: [], awaited: false, .init(leaderEpoch: leaderEpoch, updatesPerSnapshot: 0, now: now))
    }

    /// How a write is made.
    struct WriteContext {
        var leaderEpoch: Int32
        var updatesPerSnapshot: Int
        var now: Timestamp
    }

    /// The number that the next write will have.
    var nextWrite: UInt64 { lastWrite + 1 }

    /// Makes a write of what has changed, or of everything where that is due.
    ///
    /// - Parameters:
    ///   - batches: What has changed.
    ///   - runs: The runs as they were, which come back if the write fails.
    ///   - awaited: Whether someone waits for the write, and the runs have its number.
    ///   - context: How to write.
    mutating func makeWrite(
        _ batches: [ShareStateBatch], formerly runs: [ShareRun], awaited: Bool, _ context: WriteContext
    ) -> ShareWrite {
        lastWrite += 1
        writes[lastWrite] = runs
        let record: ShareStateRecord
        if let count = updateCount, count < context.updatesPerSnapshot {
            updateCount = count + 1
            let update = ShareUpdate(
                snapshotEpoch: snapshotEpoch, leaderEpoch: context.leaderEpoch, startOffset: startOffset,
                batches: batches)
            record = .update(key, update)
        } else {
            updateCount = 0
            snapshotEpoch = snapshotEpoch == .max ? 0 : snapshotEpoch + 1
            record = .snapshot(key, snapshot(context))
        }
        return ShareWrite(id: lastWrite, record: record, isAwaited: awaited)
    }

    func snapshot(_ context: WriteContext) -> ShareSnapshot {
        var snapshot = ShareSnapshot(
            snapshotEpoch: snapshotEpoch, stateEpoch: stateEpoch, leaderEpoch: context.leaderEpoch,
            startOffset: startOffset, createTimestamp: createTimestamp, writeTimestamp: context.now)
        for run in runs.elements {
            // Who has a record is not stored: should the node go down, it has not been delivered this time.
            let count = run.state == .acquired ? run.deliveryCount - 1 : run.deliveryCount
            let state = run.state == .acquired ? .available : run.state
            if state == .available && count <= 0 { continue }
            snapshot.batches.add(
                ShareStateBatch(first: run.first, next: run.next, state: state, deliveryCount: count))
        }
        return snapshot
    }

    /// A write has ended.
    ///
    /// What a member acknowledged by one that failed is with it again, until the lock ends; what was taken from a member
    /// stays taken.
    public mutating func writeEnded(_ id: UInt64, isDurable: Bool) {
        guard let formerly = writes.removeValue(forKey: id) else { return }
        alterationEnded(by: id, isDurable: isDurable)
        if isDurable {
            isEstablished = true
            runs.updateAll { if $0.write == id { $0.write = ShareRun.noWrite } }
        } else {
            doubtLog()
            for run in formerly where run.next > startOffset {
                var run = run
                run.first = max(run.first, startOffset)
                runs.replace(with: [run])
            }
        }
        advanceStart()
    }

    /// Proves what must hold between any two events.
    public func checkInvariants() {
        runs.checkInvariants()
        precondition(startOffset <= endOffset, "the start is above the end")
        precondition((runs.elements.first?.first ?? endOffset) == startOffset, "the runs do not begin at the start")
        precondition((runs.elements.last?.next ?? endOffset) == endOffset, "the runs do not end at the end")
        precondition(runs.elements.first?.isDone != true, "the start has not moved over what is done with")
        for run in runs.elements where run.write != ShareRun.noWrite {
            precondition(writes[run.write] != nil, "records wait for no write")
        }
    }
}

/// A change of a share-partition on its way to `__share_group_state`.
public struct ShareWrite: Hashable, Sendable {
    /// What to report the end of the write by.
    public let id: UInt64
    /// The record.
    public let record: ShareStateRecord
    /// Whether a member's answer waits for it.
    public let isAwaited: Bool

    /// Whether it has the whole state, so that earlier records of the share-partition are not needed any more.
    public var isSnapshot: Bool { if case .snapshot = record { true } else { false } }
}

extension [ShareStateBatch] {
    /// Adds a batch behind the others, which becomes one with the last if the same is known of both.
    mutating func add(_ batch: ShareStateBatch) {
        if let last, last.next == batch.first, last.state == batch.state, last.deliveryCount == batch.deliveryCount {
            self[count - 1].next = batch.next
        } else {
            append(batch)
        }
    }
}

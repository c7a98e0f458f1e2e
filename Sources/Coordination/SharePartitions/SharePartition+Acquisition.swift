public import RecordFormat

/// A batch of the log that a member may be given records of.
public struct ShareableBatch: Hashable, Sendable {
    /// The first record's offset.
    public var first: LogOffset
    /// The offset after the last record's.
    public var next: LogOffset
    /// Whether members are to see the records; a marker of a transaction and records of an aborted one are passed over.
    public var isVisible: Bool

    /// Creates a batch.
    public init(first: LogOffset, next: LogOffset, isVisible: Bool = true) {
        self.first = first
        self.next = next
        self.isVisible = isVisible
    }
}

/// What a member wants to be given.
public struct ShareAcquisition: Hashable, Sendable {
    /// The member.
    public var member: MemberID
    /// How many records at most; a batch that goes beyond comes whole unless the limit is strict.
    public var maxRecords: Int
    /// How many records the member wants to acknowledge together.
    public var batchSize: Int
    /// Whether the member is never given more than `maxRecords` (KIP-1206).
    public var isStrict: Bool

    /// Creates a wish.
    public init(member: MemberID, maxRecords: Int, batchSize: Int, isStrict: Bool = false) {
        self.member = member
        self.maxRecords = maxRecords
        self.batchSize = batchSize
        self.isStrict = isStrict
    }
}

/// Records that a member has been given.
public struct AcquiredRange: Hashable, Sendable {
    /// The first record's offset.
    public var first: LogOffset
    /// The offset after the last record's.
    public var next: LogOffset
    /// How often the records have been delivered, this time included.
    public var deliveryCount: Int16

    /// The number of offsets.
    public var count: Int64 { next - first }
}

extension SharePartition {
    /// Gives records to a member.
    ///
    /// Offsets between the batches, and those of batches that members are not to see, are archived on the way.
    ///
    /// - Parameters:
    ///   - wish: Who wants what.
    ///   - offset: The offset that the batches were looked for at, at or below the end offset.
    ///   - batches: What the log has from there on, in ascending order.
    ///   - settings: What holds for the group.
    ///   - now: The moment.
    /// - Returns: What the member has now been given, in ascending order.
    /// - Complexity: O(*b* log *n*) in the number of batches and runs; no allocation for single records.
    public mutating func acquire(
        _ wish: ShareAcquisition, from offset: LogOffset, _ batches: [ShareableBatch], _ settings: ShareSettings,
        at now: CoordinationInstant
    ) -> [AcquiredRange] {
        guard isEstablished, alteration == nil, wish.maxRecords > 0, offset <= endOffset else { return [] }
        var acquired = Acquired(
            holder: holder(wish.member), deadline: now.advanced(by: settings.lockDuration), wish: wish,
            room: room(settings))
        var position = max(offset, startOffset)
        for batch in batches where batch.next > position {
            if batch.first > position {
                guard acquired.wantsMore else { break }
                pass(position..<batch.first)
                position = batch.first
            }
            guard acquired.wantsMore else { break }
            let reached = batch.isVisible ? acquire(position..<batch.next, &acquired) : pass(position..<batch.next)
            guard reached == batch.next else { break }
            position = reached
        }
        advanceStart()
        return acquired.ranges
    }

    /// What a member is being given.
    private struct Acquired {
        let holder: UInt32
        let deadline: CoordinationInstant
        let wish: ShareAcquisition
        /// How many records more may be taken in.
        var room: Int64
        var ranges: [AcquiredRange] = []
        var count: Int64 = 0

        var wantsMore: Bool { count < Int64(wish.maxRecords) }

        /// How many of `wanted` records the member may have: all where a batch goes beyond the limit, but for a strict
        /// one.
        func allowance(of wanted: Int64) -> Int64 {
            wish.isStrict ? min(wanted, Int64(wish.maxRecords) - count) : wanted
        }

        mutating func add(_ range: Range<LogOffset>, deliveryCount: Int16) {
            let size = range.upperBound - range.lowerBound
            count += size
            if let last = ranges.last, last.next == range.lowerBound, last.deliveryCount == deliveryCount,
                last.count + size <= Int64(wish.batchSize)
            {
                ranges[ranges.count - 1].next = range.upperBound
            } else {
                let acquired = AcquiredRange(
                    first: range.lowerBound, next: range.upperBound, deliveryCount: deliveryCount)
                ranges.append(acquired)
            }
        }
    }

    /// Gives a member what is free of one batch; returns how far that went.
    private mutating func acquire(_ range: Range<LogOffset>, _ acquired: inout Acquired) -> LogOffset {
        var position = range.lowerBound
        while position < min(range.upperBound, endOffset) {
            let run = runs.elements[runs.index(of: position)]
            let stop = min(run.next, range.upperBound)
            if run.isFree {
                let allowed = acquired.allowance(of: stop - position)
                guard allowed > 0 else { return position }
                let taken = position..<(position + allowed)
                let count = run.deliveryCount == .max ? .max : run.deliveryCount + 1
                runs.update(taken) { run in
                    run.state = .acquired
                    run.deliveryCount = count
                    run.holder = acquired.holder
                    run.deadline = acquired.deadline
                }
                acquired.add(taken, deliveryCount: count)
                if taken.upperBound < stop { return taken.upperBound }
            }
            position = stop
        }
        guard position < range.upperBound else { return position }
        // What no one has had: up to the limit, which a whole batch may go beyond.
        guard acquired.room > 0 else { return position }
        var allowed = acquired.allowance(of: range.upperBound - position)
        if acquired.wish.isStrict { allowed = min(allowed, acquired.room) }
        guard allowed > 0 else { return position }
        let taken = position..<(position + allowed)
        runs.append(
            ShareRun(
                first: taken.lowerBound, next: taken.upperBound, state: .acquired, deliveryCount: 1,
                holder: acquired.holder, deadline: acquired.deadline))
        endOffset = taken.upperBound
        acquired.room -= allowed
        acquired.add(taken, deliveryCount: 1)
        return taken.upperBound
    }

    /// Archives what there is nothing to be seen of; the log says so again after a restart.
    @discardableResult private mutating func pass(_ range: Range<LogOffset>) -> LogOffset {
        var position = range.lowerBound
        while position < min(range.upperBound, endOffset) {
            let run = runs.elements[runs.index(of: position)]
            let stop = min(run.next, range.upperBound)
            if run.isFree { runs.update(position..<stop) { $0.state = .archived } }
            position = stop
        }
        if position < range.upperBound {
            runs.append(ShareRun(first: position, next: range.upperBound, state: .archived))
            endOffset = range.upperBound
        }
        return range.upperBound
    }
}

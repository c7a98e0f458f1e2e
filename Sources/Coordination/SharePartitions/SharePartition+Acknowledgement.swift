public import RecordFormat

/// What a member says became of a record.
public enum AcknowledgeType: Int8, Hashable, Sendable, CaseIterable {
    /// There is no such record, as after compaction.
    case gap = 0
    /// It has been dealt with.
    case accept = 1
    /// Someone else is to have it.
    case release = 2
    /// It cannot be dealt with, by anyone.
    case reject = 3
    /// It is still being dealt with: the lock begins anew (KIP-1222).
    case renew = 4
}

/// What a member says became of some records.
public struct ShareAcknowledgement: Hashable, Sendable {
    /// The first record's offset.
    public var first: LogOffset
    /// The last record's offset.
    public var last: LogOffset
    /// One for all records, or one for each.
    public var types: [Int8]

    /// Creates an acknowledgement.
    public init(first: LogOffset, last: LogOffset, types: [Int8]) {
        self.first = first
        self.last = last
        self.types = types
    }
}

/// Why acknowledgements were refused; none of those of the partition has taken effect.
public enum ShareRefusal: Error, Hashable, Sendable {
    /// They contradict themselves, or speak of what no one was ever given.
    case invalidRequest(String)
    /// The member does not have the records, or no longer.
    case invalidRecordState(String)
}

extension SharePartition {
    /// A member tells what became of records it has.
    ///
    /// What others are to know of it counts once it is durable.
    ///
    /// - Returns: What is to be written; `nil` where nothing is, and the member can be answered at once.
    /// - Throws: ``ShareRefusal``; nothing has changed then.
    public mutating func acknowledge(
        _ acknowledgements: [ShareAcknowledgement], by member: MemberID, _ settings: ShareSettings,
        at now: CoordinationTime
    ) throws(ShareRefusal) -> ShareWrite? {
        try Self.validate(acknowledgements)
        var draft = Draft(runs: runs, write: nextWrite, holder: knownHolder(member), settings: settings)
        draft.renewedDeadline = now.instant.advanced(by: settings.lockDuration)
        for acknowledgement in acknowledgements {
            // The group has done with what is below the start, by the log's retention if not by its members.
            if acknowledgement.last < startOffset { continue }
            guard acknowledgement.last < endOffset else {
                throw .invalidRequest("The last offset \(acknowledgement.last) has not been given to any member.")
            }
            try draft.take(acknowledgement, from: startOffset)
        }
        runs = draft.runs
        guard !draft.batches.isEmpty else { return nil }
        return makeWrite(
            draft.batches, formerly: draft.formerly, awaited: true, WriteContext(settings, at: now))
    }

    /// Checks what can be checked without a look at the records.
    private static func validate(_ acknowledgements: [ShareAcknowledgement]) throws(ShareRefusal) {
        var next = LogOffset.zero
        for acknowledgement in acknowledgements {
            guard acknowledgement.first <= acknowledgement.last, acknowledgement.last.rawValue < .max else {
                throw .invalidRequest("The first offset is above the last offset.")
            }
            guard acknowledgement.first >= next else {
                throw .invalidRequest("Acknowledgement batches overlap, or are not in ascending order.")
            }
            next = acknowledgement.last + 1
            let count = acknowledgement.types.count
            guard count == 1 || Int64(count) == next - acknowledgement.first else {
                throw .invalidRequest("There is neither one acknowledge type for all offsets nor one for each.")
            }
            for type in acknowledgement.types where AcknowledgeType(rawValue: type) == nil {
                throw .invalidRequest("Invalid acknowledge type: \(type).")
            }
        }
    }

    /// The runs as acknowledgements make them, of which nothing counts before all have been taken.
    private struct Draft {
        var runs: ShareRuns
        let write: UInt64
        let holder: UInt32
        let settings: ShareSettings
        var renewedDeadline = CoordinationInstant.start
        /// The runs as they were.
        var formerly: [ShareRun] = []
        /// What is to be stored.
        var batches: [ShareStateBatch] = []

        /// Takes one acknowledgement, stretch by stretch of the same type.
        mutating func take(
            _ acknowledgement: ShareAcknowledgement, from start: LogOffset
        ) throws(ShareRefusal) {
            let types = acknowledgement.types
            if types.count == 1 {
                let range = max(acknowledgement.first, start)..<(acknowledgement.last + 1)
                return try take(range, AcknowledgeType(rawValue: types[0]) ?? .gap)
            }
            var index = 0
            while index < types.count {
                let begin = index
                while index < types.count, types[index] == types[begin] { index += 1 }
                let range = (acknowledgement.first + Int64(begin))..<(acknowledgement.first + Int64(index))
                guard range.upperBound > start else { continue }
                try take(
                    max(range.lowerBound, start)..<range.upperBound, AcknowledgeType(rawValue: types[begin]) ?? .gap)
            }
        }

        private mutating func take(_ range: Range<LogOffset>, _ type: AcknowledgeType) throws(ShareRefusal) {
            var position = range.lowerBound
            while position < range.upperBound {
                var run = runs.elements[runs.index(of: position)]
                guard run.state == .acquired, run.holder == holder, run.write == ShareRun.noWrite else {
                    throw .invalidRecordState("The record at offset \(position) is not acquired by the member.")
                }
                run.first = position
                run.next = min(run.next, range.upperBound)
                settle(run, type)
                position = run.next
            }
        }

        private mutating func settle(_ run: ShareRun, _ type: AcknowledgeType) {
            let (deadline, write, limit) = (renewedDeadline, write, settings.deliveryCountLimit)
            if type == .renew { return runs.update(run.first..<run.next) { $0.deadline = deadline } }
            formerly.append(run)
            var settled = run
            settled.write = write
            settled.holder = ShareRun.nobody
            switch type {
            case .accept: settled.state = .acknowledged
            case .gap, .reject: settled.state = .archived
            case .release, .renew: settled.release(deliveryLimit: limit)
            }
            runs.update(run.first..<run.next) { $0 = settled }
            batches.add(
                ShareStateBatch(
                    first: run.first, next: run.next, state: settled.state, deliveryCount: settled.deliveryCount))
        }
    }

    // MARK: - Records that come back

    /// A member has gone and gives back all that it has.
    ///
    /// Others may have it at once.
    ///
    /// - Returns: What is to be written; nobody waits for it.
    public mutating func release(
        _ member: MemberID, _ settings: ShareSettings, at now: CoordinationTime
    ) -> ShareWrite? {
        let holder = knownHolder(member)
        guard holder != ShareRun.nobody else { return nil }
        return takeBack(settings, at: now) { $0.holder == holder }
    }

    /// Takes back the records whose locks have ended.
    ///
    /// - Returns: What is to be written; nobody waits for it.
    public mutating func expireLocks(_ settings: ShareSettings, at now: CoordinationTime) -> ShareWrite? {
        takeBack(settings, at: now) { $0.deadline <= now.instant }
    }

    private mutating func takeBack(
        _ settings: ShareSettings, at now: CoordinationTime, where isMeant: (ShareRun) -> Bool
    ) -> ShareWrite? {
        var batches: [ShareStateBatch] = []
        runs.updateAll { run in
            guard run.state == .acquired, run.write == ShareRun.noWrite, isMeant(run) else { return }
            run.release(deliveryLimit: settings.deliveryCountLimit)
            batches.add(
                ShareStateBatch(
                    first: run.first, next: run.next, state: run.state, deliveryCount: run.deliveryCount))
        }
        guard !batches.isEmpty else { return nil }
        // The batches name the start as it was, which they go with; it moves on with the next write.
        let write = makeWrite(batches, formerly: [], awaited: false, WriteContext(settings, at: now))
        advanceStart()
        return write
    }
}

extension SharePartition.WriteContext {
    init(_ settings: ShareSettings, at now: CoordinationTime) {
        self.init(
            leaderEpoch: settings.leaderEpoch, updatesPerSnapshot: settings.updatesPerSnapshot, now: now.timestamp)
    }
}

internal import RecordFormat

/// One compaction of one log: learns the keys of the dirty part, then writes clean and dirty part anew without the
/// records that a later one of the same key replaces.
///
/// It reads sealed segments only, which nothing writes to, and holds no lock while it does. What it writes counts for
/// nothing until ``PartitionLog`` swaps it in.
struct CompactionRun {
    let directory: LogDirectory
    /// The log's segments when the run began; the last is active.
    let segments: [LogSegment]
    let plan: CompactionPlan
    let configuration: LogConfiguration
    let producers: [ProducerID: BatchRetention.LastBatch]
    let now: Timestamp
    let budget: CompactionBudget
    /// Whether the log has changed in a way that makes the run pointless.
    let isCalledOff: () -> Bool
    private(set) var report: CompactionReport

    init(
        directory: LogDirectory, segments: [LogSegment], plan: CompactionPlan, configuration: LogConfiguration,
        producers: [ProducerID: BatchRetention.LastBatch], now: Timestamp, budget: CompactionBudget,
        isCalledOff: @escaping () -> Bool
    ) {
        self.directory = directory
        self.segments = segments
        self.plan = plan
        self.configuration = configuration
        self.producers = producers
        self.now = now
        self.budget = budget
        self.isCalledOff = isCalledOff
        report = CompactionReport(cleanedOffset: plan.firstDirtyOffset)
    }

    /// Compacts, handing each finished segment to `swap` with the run of segments that it replaces.
    ///
    /// `swap` owns the `.cleaned` files from then on.
    ///
    /// - Throws: ``LogError`` with code `.cancelled`, `.corruptBatch` at damage, `.storageFull`, `.io`, or whatever
    ///   `swap` throws. Segments that were swapped before that stay.
    mutating func run(
        swap: (_ replaced: Range<Int>, _ baseOffset: LogOffset) throws(LogError) -> Void
    ) throws(LogError) {
        let survey = try surveyTransactions()
        let end = min(plan.firstUncleanableOffset, survey.firstOpenOffset ?? plan.firstUncleanableOffset)
        guard end > plan.firstDirtyOffset else { return }
        let aborted = survey.abortedByFirstOffset
        let (keys, mappedEnd) = try learnKeys(plan.firstDirtyOffset..<end, aborted: aborted)
        report.keys = keys.count
        report.ranOutOfMap = mappedEnd < end
        var retention = BatchRetention(
            keys: keys, mappedEnd: mappedEnd, producers: producers, now: now,
            deleteRetention: configuration.deleteRetention, transactions: TransactionTracker(aborted: aborted))
        for group in plan.groups(below: mappedEnd, configuration: configuration) {
            try rewrite(group, retention: &retention, swap: swap)
        }
        report.cleanedOffset = mappedEnd
    }

    // MARK: - Passes

    /// Reads the headers of everything that may be compacted, for the transactions that ended in an abort or not at
    /// all.
    private func surveyTransactions() throws(LogError) -> TransactionSurvey {
        var survey = TransactionSurvey()
        for segment in segments.dropLast() where segment.baseOffset < plan.firstUncleanableOffset {
            var scanner = BatchScanner(segment, from: 0, to: segment.size)
            while let (header, location) = try scanner.next() {
                guard header.attributes.isControl || header.attributes.isTransactional else { continue }
                guard header.nextOffset <= plan.firstUncleanableOffset else { break }
                var marker: EndTransactionMarker.Outcome?
                if header.attributes.isControl {
                    let bytes = try segment.file().read(at: location.position, count: location.size)
                    marker = try Self.decoding(segment, location.position) { () throws(RecordFormatError) in
                        try EndTransactionMarker.outcome(of: RecordBatch(validating: bytes))
                    }
                }
                survey.note(header, marker: marker)
            }
            // A new segment in its place would not have the bytes that a person could still save.
            try segment.checkEnd(below: segment.offsetLimit)
            try checkCalledOff()
        }
        return survey
    }

    /// Notes the last offset of each key in `range`, as far as the map holds.
    ///
    /// - Returns: The map, and the offset up to which it knows all keys.
    private mutating func learnKeys(
        _ range: Range<LogOffset>, aborted: [AbortedRange]
    ) throws(LogError) -> (keys: OffsetMap, end: LogOffset) {
        var keys = OffsetMap(
            budget: budget.mapBytes, expected: Int(range.upperBound - range.lowerBound),
            loadFactor: budget.mapLoadFactor)
        var transactions = TransactionTracker(aborted: aborted)
        for (index, segment) in segments.dropLast().enumerated() {
            guard segment.baseOffset < range.upperBound else { break }
            guard segments[index + 1].baseOffset > range.lowerBound else { continue }
            let size = segment.size
            let start = try segment.locate(max(range.lowerBound, segment.baseOffset), within: size)?.position ?? size
            var scanner = BatchScanner(segment, from: start, to: size, depth: .checksums)
            while let batch = try scanner.nextBatch(), batch.header.baseOffset < range.upperBound {
                try progress(batch.bytes.count)
                report.bytesRead += batch.bytes.count
                if batch.header.attributes.isControl || transactions.isAborted(batch.header) { continue }
                let full = try Self.decoding(segment, scanner.position - batch.bytes.count) {
                    () throws(RecordFormatError) in
                    try Self.learn(batch, range, into: &keys)
                }
                if let full { return (keys, full) }
            }
        }
        return (keys, range.upperBound)
    }

    /// Notes the keys of one batch; returns the offset of the first record that found no room.
    private static func learn(
        _ batch: RecordBatch, _ range: Range<LogOffset>, into keys: inout OffsetMap
    ) throws(RecordFormatError) -> LogOffset? {
        let section = try batch.recordSection()
        var cursor = RecordCursor(range: 0..<section.count, count: batch.header.recordCount)
        while let fields = try cursor.next(in: section.bytes) {
            let offset = batch.header.baseOffset + Int64(fields.offsetDelta)
            guard range.contains(offset), let key = fields.key else { continue }
            guard keys.put(section.bytes.extracting(key), offset) else { return offset }
        }
        return nil
    }

    /// Writes one segment in place of a run of them.
    private mutating func rewrite(
        _ group: Range<Int>, retention: inout BatchRetention,
        swap: (Range<Int>, LogOffset) throws(LogError) -> Void
    ) throws(LogError) {
        let base = segments[group.lowerBound].baseOffset
        let size: Int
        do throws(LogError) {
            var cleaned = try CleanedSegment(directory: directory, baseOffset: base, configuration: configuration)
            let isSame = try copy(group, into: &cleaned, retention: &retention)
            if isSame, group.count == 1 {
                // Nothing to gain: the segment that is there stays in the page cache, and with its readers.
                try CleanedSegment.remove(from: directory, baseOffset: base)
                return
            }
            size = try cleaned.finish()
        } catch {
            // The next start would do it too; a full disk wants the room now.
            try? CleanedSegment.remove(from: directory, baseOffset: base)
            throw error
        }
        try swap(group, base)
        report.segmentsReplaced += group.count
        report.segmentsWritten += 1
        report.bytesFreed += group.reduce(0) { $0 + segments[$1].size } - size
    }

    /// Copies what stays of a run of segments; returns whether that is everything, byte for byte.
    private mutating func copy(
        _ group: Range<Int>, into cleaned: inout CleanedSegment, retention: inout BatchRetention
    ) throws(LogError) -> Bool {
        var isSame = true
        let lastWithBatches = group.last { segments[$0].size > 0 }
        for index in group {
            var markers: Set<LogOffset> = []
            let segment = segments[index]
            let size = segment.size
            var scanner = BatchScanner(segment, from: 0, to: size, depth: .checksums)
            while let batch = try scanner.nextBatch() {
                try progress(batch.bytes.count)
                let isLast = index == lastWithBatches && scanner.position == size
                let result = try Self.decoding(segment, scanner.position - batch.bytes.count) {
                    () throws(RecordFormatError) in
                    try retention.judge(batch, isLast: isLast)
                }
                report.bytesRead += batch.bytes.count
                report.recordsRead += Int(batch.header.recordCount)
                report.recordsKept += result.keptRecords
                guard let (bytes, header) = try Self.replacement(for: batch, result.outcome, in: segment) else {
                    isSame = false
                    continue
                }
                isSame = isSame && result.outcome == .unchanged
                if header.attributes.isControl, header.recordCount > 0 { markers.insert(header.lastOffset) }
                try cleaned.append(bytes, header)
                report.bytesWritten += bytes.count
                try progress(bytes.count)
            }
            try cleaned.append(try aborted(in: index, markers: markers))
        }
        return isSame
    }

    /// The transaction index entries of a segment whose markers stay: where a marker goes, nothing is left to skip.
    private func aborted(in index: Int, markers: Set<LogOffset>) throws(LogError) -> [AbortedTransaction] {
        let segment = segments[index]
        guard segment.transactionIndex.count > 0 else { return [] }
        return try segment.transactionIndex
            .entries(overlapping: segment.baseOffset..<segments[index + 1].baseOffset).entries
            .filter { markers.contains($0.lastOffset) }
    }

    private static func replacement(
        for batch: RecordBatch, _ outcome: RecordBatchFilter.Outcome, in segment: LogSegment
    ) throws(LogError) -> (ByteSlice, RecordBatchHeader)? {
        switch outcome {
        case .unchanged: return (batch.bytes, batch.header)
        case .removed: return nil
        case .replaced(let bytes):
            let header = try decoding(segment, 0) { () throws(RecordFormatError) in
                try RecordBatchHeader(parsing: bytes.bytes)
            }
            return (bytes, header)
        }
    }

    // MARK: - Between batches

    private func progress(_ bytes: Int) throws(LogError) {
        guard budget.pace(bytes) else {
            throw LogError(.cancelled, "the compaction of \(directory.path) was called off")
        }
        try checkCalledOff()
    }

    private func checkCalledOff() throws(LogError) {
        if isCalledOff() {
            throw LogError(.cancelled, "\(directory.path) was truncated or closed while it was compacted")
        }
    }

    /// Runs `body`, whose errors are damage to the batch at `position`.
    private static func decoding<Result>(
        _ segment: LogSegment, _ position: Int, _ body: () throws(RecordFormatError) -> Result
    ) throws(LogError) -> Result {
        do throws(RecordFormatError) { return try body() } catch {
            throw segment.damage(at: position, error.description)
        }
    }
}

internal import RecordFormat

/// Brings the leader epoch history back: from its checkpoint, or from the batches where the checkpoint is missing or does not fit them.
///
/// The checkpoint is durable before the first batch of an epoch is written, so that a batch with an epoch the checkpoint lacks is a damaged one: a batch's
/// checksum does not cover its epoch.
struct EpochRecovery {
    private var directory = ""
    private var checkpoint: LeaderEpochHistory?

    init() {}

    /// Reads the checkpoint.
    init(directory: String, findings: inout [String]) throws(LogError) {
        self.directory = directory
        let path = directory + "/" + FileNames.leaderEpochCheckpoint
        guard let text = try Directory.readText(path) else { return }
        do throws(LogError) { checkpoint = try LeaderEpochHistory(checkpointText: text, path: path) } catch {
            findings.append("\(error.message): made anew from the batches")
        }
    }

    /// Holds the epoch of a scanned batch against the checkpoint.
    func note(_ header: RecordBatchHeader, at position: Int, in segment: LogSegment, findings: inout [String]) {
        guard let checkpoint, header.leaderEpoch.rawValue >= 0, checkpoint.epoch(at: header.baseOffset) != header.leaderEpoch else { return }
        findings.append(
            "\(segment.path(FileNames.Suffix.log)): the batch at position \(position), offset \(header.baseOffset), says leader epoch \(header.leaderEpoch), "
                + "the checkpoint \(checkpoint.epoch(at: header.baseOffset).map { "\($0)" } ?? "none")")
    }

    /// The history of the log as it is now; the checkpoint file says the same when this returns.
    mutating func finish(
        segments: [LogSegment], logEndOffset: LogOffset, findings: inout [String]
    ) throws(LogError) -> LeaderEpochHistory {
        let path = directory + "/" + FileNames.leaderEpochCheckpoint
        var history: LeaderEpochHistory
        if let checkpoint, try fits(checkpoint, segments) {
            history = checkpoint
        } else {
            if checkpoint != nil { findings.append("\(path): an epoch does not begin where its batches do: made anew from the batches") }
            history = try historyOfBatches(in: segments)
        }
        _ = history.truncate(to: logEndOffset)
        guard history != checkpoint, !history.entries.isEmpty || checkpoint != nil || Directory.exists(path) else { return history }
        try Directory.replaceFile(path, with: history.checkpointText)
        return history
    }

    /// Whether every epoch begins with a batch of its own.
    ///
    /// - Complexity: one lookup for each epoch.
    private func fits(_ history: LeaderEpochHistory, _ segments: [LogSegment]) throws(LogError) -> Bool {
        for entry in history.entries {
            guard let segment = segments.last(where: { $0.baseOffset <= entry.startOffset }) else { continue }
            guard let place = try? segment.locate(entry.startOffset, within: segment.size) else { continue }
            var scanner = BatchScanner(segment, from: place.position, to: segment.size)
            guard let batch = try? scanner.next() else { continue }
            // Deletion moves the first epoch's start to the log's, which may lie within a batch; compaction may take an epoch's first batches.
            let isFirst = entry == history.entries.first
            guard batch.header.leaderEpoch >= entry.epoch, isFirst || batch.location.baseOffset >= entry.startOffset else { return false }
            if batch.location.baseOffset == entry.startOffset, batch.header.leaderEpoch != entry.epoch { return false }
        }
        return true
    }

    /// - Complexity: O(*n*) in the batches of the log.
    private func historyOfBatches(in segments: [LogSegment]) throws(LogError) -> LeaderEpochHistory {
        var history = LeaderEpochHistory()
        for segment in segments {
            var scanner = BatchScanner(segment, from: 0, to: segment.size)
            while true {
                let position = scanner.position
                do throws(LogError) {
                    guard let batch = try scanner.next() else { break }
                    _ = history.assign(batch.header.leaderEpoch, startOffset: batch.header.baseOffset)
                } catch {
                    guard error.code == .corruptBatch else { throw error }
                    guard try scanner.skipDamage(at: position) else { break }
                }
            }
        }
        return history
    }
}

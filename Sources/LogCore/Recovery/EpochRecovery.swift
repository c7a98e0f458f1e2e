internal import RecordFormat

/// Brings the leader epoch history back: from its checkpoint, or from the batches where the checkpoint is missing or
/// does not fit them.
///
/// The checkpoint is durable before the first batch of an epoch is written, so that a batch with an epoch the
/// checkpoint lacks is a damaged one: a batch's checksum does not cover its epoch.
struct EpochRecovery {
    private let directory: LogDirectory
    private var checkpoint: LeaderEpochHistory?

    /// Reads the checkpoint.
    init(directory: LogDirectory, findings: inout [String]) throws(LogError) {
        self.directory = directory
        let path = directory.path(of: FileNames.leaderEpochCheckpoint)
        guard let text = try directory.readText(FileNames.leaderEpochCheckpoint) else { return }
        do throws(LogError) { checkpoint = try LeaderEpochHistory(checkpointText: text, path: path) } catch {
            findings.append("\(error.message): made anew from the batches")
        }
    }

    /// Holds the epoch of a scanned batch against the checkpoint.
    func note(_ header: RecordBatchHeader, at position: Int, in segment: LogSegment, findings: inout [String]) {
        // The first entry begins at the log start once records were deleted: what lies below has nothing to be held
        // against.
        guard let checkpoint, header.leaderEpoch.rawValue >= 0,
            checkpoint.entries.first.map({ $0.startOffset <= header.lastOffset }) ?? true,
            checkpoint.epoch(at: header.lastOffset) != header.leaderEpoch
        else { return }
        findings.append(
            "\(segment.path(FileNames.Suffix.log)): the batch at position \(position), offset \(header.baseOffset), says leader epoch \(header.leaderEpoch), "
                + "the checkpoint \(checkpoint.epoch(at: header.baseOffset).map { "\($0)" } ?? "none")")
    }

    /// The history of the log as it is now; the checkpoint file says the same when this returns, if there is room for
    /// it.
    mutating func finish(
        segments: [LogSegment], logStartOffset: LogOffset, logEndOffset: LogOffset, findings: inout [String]
    ) throws(LogError) -> LeaderEpochHistory {
        let name = FileNames.leaderEpochCheckpoint
        let path = directory.path(of: name)
        var history: LeaderEpochHistory
        if let checkpoint, fits(checkpoint, segments, logStartOffset) {
            history = checkpoint
        } else {
            if checkpoint != nil {
                findings.append("\(path): an epoch does not begin where its batches do: made anew from the batches")
            }
            history = try historyOfBatches(in: segments)
        }
        _ = history.truncate(to: logEndOffset)
        guard history != checkpoint else { return history }
        // A new log has no file, and needs none before its first epoch.
        if history.entries.isEmpty, checkpoint == nil, try !directory.exists(name) { return history }
        do throws(LogError) { try directory.replaceFile(name, with: history.checkpointText) } catch {
            // On a full disk the log can still be read; the next start comes to the same history again.
            guard error.code == .storageFull else { throw error }
            findings.append("\(error.message): the file stays as it was")
        }
        return history
    }

    /// Whether every epoch begins with a batch of its own and no earlier one has that epoch.
    ///
    /// A batch that contradicts its entry is believed when the next one does too: either may be damaged.
    ///
    /// - Complexity: two lookups for each epoch.
    private func fits(_ history: LeaderEpochHistory, _ segments: [LogSegment], _ logStart: LogOffset) -> Bool {
        for (index, entry) in history.entries.enumerated() {
            let end = index + 1 < history.entries.count ? history.entries[index + 1].startOffset : nil
            let batches = headers(from: entry.startOffset, in: segments).filter { header in
                end.map { header.baseOffset < $0 } ?? true
            }
            if !batches.isEmpty, batches.allSatisfy({ $0.leaderEpoch != entry.epoch }) {
                // One batch alone is a weaker witness than a file that was written before it.
                if batches.count > 1 || history.entries.contains(where: { $0.epoch == batches[0].leaderEpoch }) {
                    return false
                }
            }
            // Deletion moves the first epoch's start to the log's, which may lie within a batch; compaction may take an
            // epoch's first batches.
            guard entry.startOffset > logStart else { continue }
            if let first = batches.first, first.baseOffset < entry.startOffset { return false }
            let before = headers(from: entry.startOffset + -1, in: segments).first
            if let before, before.baseOffset < entry.startOffset, before.leaderEpoch == entry.epoch { return false }
        }
        return true
    }

    /// The headers of the first two batches that end at or above `offset`, as far as they can be found in one segment.
    private func headers(from offset: LogOffset, in segments: [LogSegment]) -> [RecordBatchHeader] {
        guard let segment = segments.last(where: { $0.baseOffset <= offset }),
            let place = try? segment.locate(offset, within: segment.size)
        else { return [] }
        var scanner = BatchScanner(segment, from: place.position, to: segment.size)
        var headers: [RecordBatchHeader] = []
        while headers.count < 2, let batch = try? scanner.next() { headers.append(batch.header) }
        return headers
    }

    /// The epochs that the batches carry; one that the next batch takes back is a damaged field.
    ///
    /// - Complexity: O(*n*) in the batches of the log.
    private func historyOfBatches(in segments: [LogSegment]) throws(LogError) -> LeaderEpochHistory {
        var history = LeaderEpochHistory()
        var candidate: LeaderEpochHistory.Entry?
        for segment in segments {
            var scanner = BatchScanner(segment, from: 0, to: segment.size)
            while true {
                let position = scanner.position
                do throws(LogError) {
                    guard let header = try scanner.next()?.header else { break }
                    if let entry = candidate, header.leaderEpoch >= entry.epoch {
                        _ = history.assign(entry.epoch, startOffset: entry.startOffset)
                    }
                    candidate = LeaderEpochHistory.Entry(epoch: header.leaderEpoch, startOffset: header.baseOffset)
                } catch {
                    guard error.code == .corruptBatch else { throw error }
                    guard try scanner.skipDamage(at: position) else { break }
                }
            }
        }
        if let candidate { _ = history.assign(candidate.epoch, startOffset: candidate.startOffset) }
        return history
    }
}

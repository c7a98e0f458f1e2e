public import LogCore
internal import RecordFormat
internal import Synchronization

extension Topic {
    /// Appends a record and returns its place.
    ///
    /// - Parameter durability: What has to be true of the record when this returns.
    /// - Throws: as the form for several records.
    @discardableResult
    public func append(_ record: NewRecord, requiring durability: Durability) async throws(LogError) -> AppendedRecords
    {
        try await append([record], requiring: durability)[0]
    }

    /// Appends records, as one batch for each partition they go to, or several where they are more than
    /// `max.message.bytes`.
    ///
    /// Records go where they say, else where their key belongs (``partition(ofKey:)``), and those without a key all to
    /// one partition, another with each call. The records of one partition keep their order. Several partitions are
    /// not appended to as one: after an error some may have their records.
    ///
    /// Readers see the records when they are on the device, whatever this call waits for; in a topic whose
    /// ``LogConfiguration/flushesEveryAppend`` is false, at once.
    ///
    /// The write itself is made on the calling thread: it goes to the page cache. Waiting for the device suspends the
    /// task; cancellation does not end the wait.
    ///
    /// - Parameter durability: What has to be true of the records when this returns.
    /// - Returns: Where they landed, in order of partitions and offsets.
    /// - Throws: ``LogError`` with code `.recordTooLarge`, `.invalidRecord` (no key in a compacted topic) or
    ///   `.invalidTimestamp` for a record; `.storageFull` if there is no room; `.io` if the write or the sync fails,
    ///   after which the partition takes no more, with `.readOnly`, until the store is opened again; `.closed`.
    /// - Precondition: a record that names a partition names one of the topic.
    /// - Complexity: one checksum over the bytes and one `pwrite` for each batch.
    @discardableResult
    public func append(
        _ records: [NewRecord], requiring durability: Durability
    ) async throws(LogError) -> [AppendedRecords] {
        let written = try write(records, requiring: durability)
        if durability == .device {
            for part in written { try await part.log.gate.wait(for: part.place.nextOffset) }
        }
        return written.map(\.place)
    }

    /// Appends a record and returns its place, blocking the thread while it waits for the device.
    ///
    /// For threads that may block, which those of Swift's concurrency may not.
    ///
    /// - Parameter durability: What has to be true of the record when this returns.
    /// - Throws: as the asynchronous form.
    @discardableResult
    public func appendAndWait(_ record: NewRecord, requiring durability: Durability) throws(LogError) -> AppendedRecords
    {
        try appendAndWait([record], requiring: durability)[0]
    }

    /// Appends records as the asynchronous form does, and blocks the thread while it waits for the device.
    ///
    /// - Parameter durability: What has to be true of the records when this returns.
    /// - Throws: as the asynchronous form.
    @discardableResult
    public func appendAndWait(
        _ records: [NewRecord], requiring durability: Durability
    ) throws(LogError) -> [AppendedRecords] {
        let written = try write(records, requiring: durability)
        if durability == .device {
            for part in written { try part.log.gate.waitBlocking(for: part.place.nextOffset) }
        }
        return written.map(\.place)
    }

    typealias Written = (log: StoredLog, place: AppendedRecords)

    /// Writes the records to the page cache and asks for the sync that makes them visible, or makes them visible.
    func write(_ records: [NewRecord], requiring durability: Durability) throws(LogError) -> [Written] {
        let now = store.options.now()
        let (limit, flushesEveryAppend) = content.configuration.withLockGivingWay {
            ($0.maxMessageBytes, $0.flushesEveryAppend)
        }
        var written: [Written] = []
        for (partition, group) in grouped(records) {
            let log = try log(of: partition)
            let batches = try batches(of: group, upTo: limit, now: now)
            // Whatever happens to the last of several batches, the first ones are in the log.
            defer { didAppend(to: log, requiring: durability, flushesEveryAppend) }
            for batch in batches {
                let result = try log.log.append(batch, from: .producer(epoch(of: log)), now: now)
                let place = AppendedRecords(
                    partition: log.partition, firstOffset: result.firstOffset, nextOffset: result.nextOffset)
                written.append((log, place))
            }
        }
        return written
    }

    /// The records by the partition they go to.
    private func grouped(_ records: [NewRecord]) -> [(partition: Int32, records: [NewRecord])] {
        // Nearly every call is about one partition.
        if records.count == 1 { return [(partition(of: records[0], keyless: nextKeyless()), records)] }
        guard !records.isEmpty else { return [] }
        let keyless = nextKeyless()
        var groups: [Int32: [NewRecord]] = [:]
        for record in records { groups[partition(of: record, keyless: keyless), default: []].append(record) }
        return groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func partition(of record: NewRecord, keyless: Int32) -> Int32 {
        record.partition ?? record.key.map { partition(ofKey: $0) } ?? keyless
    }

    /// The partition for the keyless records of one call: another each time, so that all partitions fill alike.
    private func nextKeyless() -> Int32 {
        guard partitionCount > 1 else { return 0 }
        let turn = content.keylessAppends.add(1, ordering: .relaxed).oldValue
        return Int32(turn % UInt64(partitionCount))
    }

    /// The records as batches of `limit` bytes at most, which is what the topic takes.
    private func batches(of records: [NewRecord], upTo limit: Int, now: Timestamp) throws(LogError) -> [ByteSlice] {
        do {
            var batches: [ByteSlice] = []
            var builder = RecordBatchBuilder()
            for record in records {
                if !builder.isEmpty, builder.encodedSize + record.sizeBound > limit {
                    batches.append(try builder.finish())
                    builder = RecordBatchBuilder()
                }
                try builder.append(
                    timestamp: record.timestamp ?? now, key: record.key, value: record.value, headers: record.headers)
            }
            batches.append(try builder.finish())
            return batches
        } catch {
            throw LogError(.recordTooLarge, "the records do not fit a batch", cause: "\(error)")
        }
    }

    /// The leader epoch of our batches: what the log has, for one that was carried over from a cluster.
    private func epoch(of log: StoredLog) -> LeaderEpoch { max(log.leaderEpoch, LeaderEpoch(0)) }

    private func didAppend(to log: StoredLog, requiring durability: Durability, _ waitsForSync: Bool) {
        if waitsForSync || durability == .device { store.requestFlush(of: log) } else { store.noteUnflushed(log) }
        guard !waitsForSync else { return }
        var batch = WakeBatch()
        log.advanceHighWatermark(to: log.log.watermarks.logEndOffset, into: &batch)
        batch.wake()
    }
}

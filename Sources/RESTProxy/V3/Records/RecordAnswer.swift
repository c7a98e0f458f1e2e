import HTTPService
import JSON
import KafkaClient

/// One answer with records: as many as there are, up to the limits, and where they go on.
struct RecordAnswer: Sendable {
    let query: RecordsQuery
    let format: RecordJSON
    /// The most records, where the query does not say.
    let maximumRecords: Int

    /// Reads.
    ///
    /// At least one record is given, whatever its size, so that whoever reads on does get on.
    func read(_ reader: RecordReader) async throws -> [JSONValue] {
        let limit = query.maximumRecords ?? maximumRecords
        let deadline = ContinuousClock.now.advanced(by: query.wait)
        var records: [JSONValue] = []
        var bytes = 0
        while records.count < limit {
            // What is there already does not have to be waited for.
            let rest = records.isEmpty ? max(.zero, ContinuousClock.now.duration(to: deadline)) : Duration.zero
            let batch = try await reader.next(wait: rest)
            if batch.isEmpty, !records.isEmpty || ContinuousClock.now >= deadline { break }
            for record in batch {
                let size = RecordJSON.size(of: record.record)
                guard records.isEmpty || (records.count < limit && bytes + size <= query.maximumBytes) else {
                    return records
                }
                bytes += size
                records.append(await format.json(record.record, of: record.partition))
                reader.advance(record)
            }
        }
        return records
    }
}

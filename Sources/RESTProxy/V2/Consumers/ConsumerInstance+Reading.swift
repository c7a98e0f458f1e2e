import KafkaClient
import RecordFormat
import Synchronization

/// What a read asks for.
struct ReadRequest: Sendable {
    /// How long to wait for records; `nil` for what the instance says.
    var timeout: Duration?
    /// The most bytes of keys and values; `nil` for what the proxy says.
    var maximumBytes: Int?
}

extension ConsumerInstance {
    /// Gathers records and makes their answer.
    ///
    /// - Returns: The answer; the next read waits until it is settled.
    /// - Throws: ``RESTError``; ``KafkaClientError``.
    func read(_ request: ReadRequest, as decoder: RecordDecoder, memory: RequestMemory) async throws -> ReadTicket {
        try await reads.take()
        var isHandedOver = false
        defer { if !isHandedOver { reads.give() } }
        try checkReadable()
        if commitsAutomatically { await commitIfDue() }
        try await awaitAssignment()
        let limit = min(request.maximumBytes ?? .max, settings.requestMaximumBytes)
        let records = try await gather(for: timeout(of: request), upTo: limit)
        do {
            let (body, count) = try await Self.body(of: records, as: decoder)
            let rest = records[count...]
            state.withLock { $0.records.putBack(rest) }
            // An answer that there is no room for is read again.
            let ticket = ReadTicket(
                self, records: Array(records[..<count]), body: body, memory: memory)
            isHandedOver = true
            try ticket.reserve()
            return ticket
        } catch {
            if !isHandedOver { state.withLock { $0.records.putBack(records) } }
            throw error
        }
    }

    private func checkReadable() throws {
        let (target, isClosed) = state.withLock { ($0.target, $0.isClosed) }
        if isClosed { throw RESTError.consumerInstanceNotFound }
        if target == .none {
            throw RESTError.illegalState("Consumer is not subscribed to any topics or assigned any partitions")
        }
    }

    /// No longer than the instance, or the proxy, says: as in the original.
    private func timeout(of request: ReadRequest) -> Duration {
        let standard = configuration.requestTimeoutMs.map { Duration.milliseconds($0) } ?? settings.requestTimeout
        return min(request.timeout ?? standard, standard)
    }

    // MARK: Gathering

    /// Waits, with the turn, until the group has given the instance its partitions.
    private func awaitAssignment() async throws {
        guard target.isSubscription else { return }
        let deadline = ContinuousClock.now.advanced(by: Self.assignmentPatience)
        while consumer.membership == nil, ContinuousClock.now < deadline { try await fetch(for: .milliseconds(100)) }
    }

    /// Runs `body` with the turn, once the group has given the instance its partitions: no poll is under way
    /// meanwhile that could bring records of another place.
    func betweenReads<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await reads.take()
        defer { reads.give() }
        if target.isSubscription, consumer.membership == nil {
            try await awaitAssignment()
            // The poll that follows a join takes what was assigned.
            try await fetch(for: .zero)
        }
        return try await body()
    }

    /// Polls once, and keeps what it brings.
    private func fetch(for time: Duration) async throws {
        let batches = try await consumer.poll(timeout: time)
        state.withLock { $0.records.append(batches) }
    }

    /// How long a read that has something waits for more that may be on its way.
    private static let lull = Duration.milliseconds(20)

    /// Gathers records until there are enough, or no more come, or the time is over.
    private func gather(for time: Duration, upTo limit: Int) async throws -> [InstanceRecords.Pending] {
        let wanted = configuration.fetchMinimumBytes ?? settings.fetchMinimumBytes
        let deadline = ContinuousClock.now.advanced(by: time)
        var records: [InstanceRecords.Pending] = []
        var size = 0
        do {
            while true {
                let (taken, isFull) = state.withLock { state in
                    let taken = state.records.take(upTo: limit, after: size)
                    return (taken, !state.records.pending.isEmpty)
                }
                records += taken
                size += taken.reduce(0) { $0 + $1.size }
                let rest = ContinuousClock.now.duration(to: deadline)
                if isFull || rest <= .zero || (wanted >= 0 && size > wanted) { break }
                // Without a bound to wait for, what is there is enough once a moment passes without more.
                let isEnough = wanted < 0 && !records.isEmpty
                if isEnough, taken.isEmpty { break }
                try await fetch(for: isEnough ? min(rest, Self.lull) : rest)
            }
        } catch {
            state.withLock { $0.records.putBack(records) }
            // What was gathered goes out with the next read, and the error with this one.
            throw error
        }
        return records
    }

    /// The answer with records, up to the first that cannot be shown; one that comes first is an error.
    private static func body(
        of records: [InstanceRecords.Pending], as decoder: RecordDecoder
    ) async throws -> ([UInt8], count: Int) {
        var output = AnswerBuffer(capacity: 2 + records.reduce(0) { $0 + 160 + 2 * $1.size })
        output.append("[")
        for (index, item) in records.enumerated() {
            var part = AnswerBuffer(capacity: 160 + 2 * item.size)
            do {
                try await write(item, as: decoder, to: &part)
            } catch let error as RESTError {
                guard index > 0 else { throw error }
                output.append("]")
                return (output.take(), index)
            }
            if index > 0 { output.append(",") }
            output.append(contentsOf: part.take())
        }
        output.append("]")
        return (output.take(), records.count)
    }

    private static func write(
        _ item: InstanceRecords.Pending, as decoder: RecordDecoder, to output: inout AnswerBuffer
    ) async throws {
        output.append("{\"topic\":")
        output.append(text: item.partition.topic)
        output.append(",\"key\":")
        try await decoder.write(item.record.key, isKey: true, headers: item.record.headers, to: &output)
        output.append(",\"value\":")
        try await decoder.write(item.record.value, isKey: false, headers: item.record.headers, to: &output)
        output.append(",\"partition\":")
        output.append(Int64(item.partition.partition))
        output.append(",\"offset\":")
        output.append(item.record.offset.rawValue)
        if item.record.timestamp != .none {
            output.append(",\"timestamp\":")
            output.append(item.record.timestamp.milliseconds)
        }
        if !item.record.headers.isEmpty { write(item.record.headers, to: &output) }
        output.append("}")
    }

    private static func write(_ headers: [RecordHeader], to output: inout AnswerBuffer) {
        output.append(",\"headers\":[")
        for (index, header) in headers.enumerated() {
            output.append(index == 0 ? "{\"key\":" : ",{\"key\":")
            output.append(text: header.key)
            output.append(",\"value\":")
            if let value = header.value { output.append(base64: value) } else { output.append("null") }
            output.append("}")
        }
        output.append("]")
    }

    // MARK: Between reads

    /// Takes part in what the group does while nobody reads: others wait for this member's join.
    ///
    /// Nothing is fetched meanwhile, but for what comes between being assigned and being paused.
    func keepUp() async {
        guard target.isSubscription, reads.takeIfFree() else { return }
        defer { reads.give() }
        let assigned = Array(consumer.assignment)
        try? consumer.pause(assigned)
        try? await fetch(for: .zero)
        let paused = Array(consumer.paused)
        try? consumer.resume(paused)
    }
}

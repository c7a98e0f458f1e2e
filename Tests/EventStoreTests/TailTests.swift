import EventStore
import Glibc
import LogCore
import RecordFormat
import ServerHarness
import Testing

@Suite struct TailTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }
    /// The first `count` records of a tail, as text.
    private func values(of tail: Tail, _ count: Int) async throws -> [String] {
        var values: [String] = []
        if count == 0 { return values }
        for try await batch in tail {
            values += try batch.records().map { $0.value?.string ?? "null" }
            if values.count >= count { break }
        }
        return values
    }

    @Test func readsWhatIsThereAndThenWhatComes() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        try await topic.append(["a", "b"].map { NewRecord(value: $0) }, requiring: .device)
        async let read = values(of: topic.tail(from: .start), 4)
        try await topic.append("c", requiring: .pageCache)
        try await topic.append("d", requiring: .device)
        #expect(try await read == ["a", "b", "c", "d"])
        try store.close()
    }

    @Test func endIsWhereItWasWhenTheTailWasMade() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        try await topic.append("before", requiring: .device)
        let tail = topic.tail(from: .end)
        try await topic.append("after", requiring: .device)
        #expect(try await values(of: tail, 1) == ["after"])
        #expect(try await values(of: tail, 1) == ["after"], "each iterator begins anew")
        try store.close()
    }

    @Test func beginsAtAnOffsetInsideABatch() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        try await topic.append(["a", "b", "c"].map { NewRecord(value: $0) }, requiring: .device)
        #expect(try await values(of: topic.tail(from: .offset(LogOffset(1))), 2) == ["b", "c"])
        try store.close()
    }

    @Test func beginsAtATime() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        for second in 0..<5 {
            let time = Timestamp(milliseconds: EventStore.now.milliseconds + Int64(second) * 1000)
            try await topic.append(NewRecord(value: "\(second)", timestamp: time), requiring: .device)
        }
        let time = Timestamp(milliseconds: EventStore.now.milliseconds + 2500)
        #expect(try await values(of: topic.tail(from: .timestamp(time)), 2) == ["3", "4"])
        let late = topic.tail(from: .timestamp(Timestamp(milliseconds: time.milliseconds + 100_000)))
        async let read = values(of: late, 1)
        // Its start is looked up when the reader begins; only what comes after that is sure to be new to it.
        try await wait(for: "the reader to park") { try topic.log(of: 0).parkedReaderCount == 1 }
        try await topic.append("new", requiring: .device)
        #expect(try await read == ["new"])
        try store.close()
    }

    @Test func goesOnWhereAGroupLeftOff() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        try await topic.append(["a", "b", "c"].map { NewRecord(value: $0) }, requiring: .device)
        let tail = topic.tail(from: .group("billing", otherwise: .start))
        #expect(try await values(of: tail, 3) == ["a", "b", "c"])
        try await store.offsets(group: "billing").commit([TopicPartition("events", 0): LogOffset(2)])
        #expect(try await values(of: tail, 1) == ["c"])
        try store.close()
        let again = try EventStore.open(directory)
        let reopened = try again.topic("events")
        #expect(try await values(of: reopened.tail(from: .group("billing", otherwise: .end)), 1) == ["c"])
        try again.close()
    }

    @Test func allPartitionsComeEachInOrder() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events", partitions: 4)
        let reader = Task {
            var next: [TopicPartition: Int] = [:]
            var count = 0
            for try await batch in topic.tail(from: .start) {
                for record in try batch.records() {
                    #expect(record.value?.string == "\(next[batch.partition, default: 0])")
                    next[batch.partition, default: 0] += 1
                    count += 1
                }
                if count == 400 { break }
            }
            return next
        }
        for index in 0..<100 {
            for partition in 0..<Int32(4) {
                try await topic.append(
                    NewRecord(value: ByteSlice("\(index)"), partition: partition), requiring: .pageCache)
            }
        }
        #expect(try await reader.value.values.sorted() == [100, 100, 100, 100])
        try store.close()
    }

    @Test func readsAreBounded() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        for index in 0..<50 { try await topic.append("\(index)", requiring: .pageCache) }
        try await topic.append("50", requiring: .device)
        let read = try await values(of: topic.tail(from: .start, bytesPerRead: 1), 51)
        #expect(read == (0...50).map { "\($0)" })
        try store.close()
    }

    /// Reads that wait for the device are made on threads of the store; what they find is the same.
    @Test func whatIsNotInThePageCacheIsReadAllTheSame() async throws {
        let first = try EventStore.open(directory)
        let values = (0..<200).map { "\($0) " + String(repeating: "x", count: 2000) }
        try await first.topic("events").append(values.map { NewRecord(value: $0) }, requiring: .device)
        try first.close()
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        let log = try topic.log(of: 0).log
        let read = try log.read(from: .zero, upTo: .highWatermark, limit: 1, mustProgress: true)
        let slice = try #require(read.slice)
        #expect(posix_fadvise(slice.file.descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0)
        async let others = withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<10 {
                group.addTask { try await self.values(of: topic.tail(from: .start, bytesPerRead: 10_000), 200) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(try await others == Array(repeating: values, count: 10))
        try store.close()
    }

    @Test func cancellationEndsAReaderThatWaits() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events", partitions: 2)
        let reader = Task {
            for try await _ in topic.tail(from: .start) {}
            return Task.isCancelled
        }
        try await wait(for: "the reader to park") { try topic.log(of: 0).parkedReaderCount == 1 }
        reader.cancel()
        #expect(try await reader.value)
        #expect(try topic.log(of: 0).parkedReaderCount == 0 && topic.log(of: 1).parkedReaderCount == 0)
        try store.close()
    }

    @Test func recordsAreSeenOnceTheyAreDurable() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        try await topic.append("safe", requiring: .device)
        let log = try topic.log(of: 0)
        try log.breakSyncs()
        // Written and never synced: no reader may have it.
        _ = try? await topic.append("lost", requiring: .device)
        let tail = topic.tail(from: .offset(LogOffset(1)))
        let error = await #expect(throws: LogError.self) { _ = try await values(of: tail, 1) }
        #expect(error?.code == .readOnly)
        #expect(try topic.watermarks(of: 0).highWatermark == LogOffset(1))
        try? store.close()
    }

    @Test func topicThatDoesNotFlushShowsRecordsAtOnce() async throws {
        let store = try EventStore.open(directory)
        var configuration = LogConfiguration()
        configuration.flushesEveryAppend = false
        let topic = try store.topic("events", configuration: configuration)
        async let read = values(of: topic.tail(from: .start), 1)
        try await topic.append("a", requiring: .pageCache)
        #expect(try await read == ["a"])
        #expect(store.commitStatistics.syncs == 0)
        try await topic.append("b", requiring: .device)
        #expect(try topic.watermarks(of: 0).recoveryPoint == LogOffset(2))
        try store.close()
    }

    @Test func retentionThatOvertakesAReaderIsToldOrPassedOver() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        for value in ["a", "b", "c"] { try await topic.append(NewRecord(value: value), requiring: .device) }
        try topic.log(of: 0).log.advanceLogStart(to: LogOffset(2))
        let error = await #expect(throws: LogError.self) {
            _ = try await values(of: topic.tail(from: .offset(.zero)), 1)
        }
        #expect(error?.code == .offsetOutOfRange)
        let start = topic.tail(from: .offset(.zero), ifOutOfRange: .reset(.start))
        #expect(try await values(of: start, 1) == ["c"])
        var end = topic.tail(from: .offset(LogOffset(99)), ifOutOfRange: .reset(.end)).makeAsyncIterator()
        async let append: AppendedRecords? = {
            try await wait(for: "the reader to park") { try topic.log(of: 0).parkedReaderCount == 1 }
            return try await topic.append("d", requiring: .device)
        }()
        #expect(try await end.next()?.records().map { $0.value?.string } == ["d"])
        _ = try await append
        try store.close()
    }

    @Test func closingEndsReadersBehindTheLastRecord() async throws {
        let store = try EventStore.open(directory)
        let topic = try store.topic("events")
        try await topic.append("a", requiring: .device)
        let reader = Task {
            var values: [String] = []
            do {
                for try await batch in topic.tail(from: .start) {
                    values += try batch.records().map { $0.value?.string ?? "null" }
                }
            } catch let error as LogError {
                values.append("\(error.code)")
            }
            return values
        }
        try await wait(for: "the reader to park") { try topic.log(of: 0).parkedReaderCount == 1 }
        try store.close()
        #expect(try await reader.value == ["a", "closed"])
    }
}

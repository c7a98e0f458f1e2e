import ConnectAPI
import KafkaClient
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

@Suite(.timeLimit(.minutes(2))) struct ExactlyOnceSourceTaskWorkTests {
    private static func numbers(_ range: Range<Int>) -> [String] { range.map { "\($0)" } }

    // MARK: Crashes

    /// One start of a task that is left to itself or given up in the middle.
    private struct Incarnation: Sendable {
        let work: ExactlyOnceSourceTaskWork
        let task: NumberSource
        let control = TaskControl(.run)
        let thread = TaskThread()
        let polled = Completion()

        init(
            _ fixture: ExactlyOnceFixture, _ connector: [String: String], seed: UInt64, limit: Int, polls: Int
        ) throws {
            let (polled, left) = (polled, ExactlyOnceFixture.Mutexed(polls))
            let generator = ExactlyOnceFixture.Mutexed(SeededGenerator(seed: seed))
            task = NumberSource(partitions: 2, limit: limit, seed: seed) { batch, context in
                if let last = batch.last, last.value == .string("\(limit - 1)") {
                    return context?.commitTransaction(after: last) ?? ()
                }
                left.change { $0 -= 1 }
                if left.current <= 0 { polled.complete() }
                var choice = 0
                generator.change { choice = Int.random(in: 0..<4, using: &$0) }
                switch choice {
                case 0: context?.commitTransaction()
                case 1:
                    if let middle = batch.dropFirst(batch.count / 2).first {
                        context?.commitTransaction(after: middle)
                    }
                default: break
                }
            }
            work = try ExactlyOnceSourceTaskWork(
                task, fixture.environment(connector), control: control, thread: thread)
        }

        /// Runs it to its end, which it comes to by a failure.
        func live() -> Task<Void, any Error> {
            Task(executorPreference: thread) {
                try await work.start()
                try await work.run()
            }
        }
    }

    @Test(arguments: [
        ["transaction.boundary": "poll"],
        ["transaction.boundary": "interval", "transaction.boundary.interval.ms": "3"],
        ["transaction.boundary": "connector"],
    ])
    func eachNumberIsCommittedOnceThroughCrashesAndZombies(connector: [String: String]) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        try await LiveClient.with { client in
            try await KafkaAdmin(client: client).createTopic(NewTopic("t", partitions: 2))
            let fixture = try await ExactlyOnceFixture(client)
            var generator = SeededGenerator(seed: seed)
            let limit = 300
            var zombies: [(Incarnation, Task<Void, any Error>)] = []
            var starts = 0
            var isFinished = false
            while !isFinished, starts < 200 {
                starts += 1
                let incarnation = try Incarnation(
                    fixture, connector, seed: generator.next(), limit: limit,
                    polls: Int.random(in: 1...12, using: &generator))
                let life = incarnation.live()
                // Fewer polls than it may make are left near the limit.
                try await wait(for: "the end of a start") {
                    let last = incarnation.task.committed.last?.value
                    isFinished = incarnation.task.first == limit || last == "\(limit - 1)"
                    return isFinished || incarnation.polled.isDone
                }
                if Bool.random(using: &generator) { await incarnation.work.abandon() }
                zombies.append((incarnation, life))
            }
            #expect(starts < 200, "seed \(seed)")
            for (zombie, life) in zombies {
                zombie.control.demand(.stop)
                await zombie.work.abandon()
                _ = await life.result
            }
            let read = try await client.committedValues(of: "t")
            for partition in 0..<2 {
                #expect(
                    read[partition]
                        == Self.numbers(0..<limit).enumerated().filter { $0.offset % 2 == partition }.map(
                            \.element), "seed \(seed)")
            }
            print("\(starts) starts for \(limit) records, \(connector["transaction.boundary"] ?? "")")
        }
    }

    @Test func aTaskThatWasFencedFailsAndWritesNothing() async throws {
        try await LiveClient.with { client in
            let fixture = try await ExactlyOnceFixture(client)
            let gate = Gate()
            let polls = ExactlyOnceFixture.Mutexed(0)
            let task = NumberSource(limit: 100) { _, _ in
                polls.change { $0 += 1 }
                if polls.current > 2 { await gate.pass() }
            }
            let connector = ["transaction.boundary": "interval", "transaction.boundary.interval.ms": "3600000"]
            try await fixture.running(task, connector) { runner in
                await gate.waitForArrival()
                #expect(task.next > 0)
                try await fixture.transactional.fence([
                    TransactionSettings.transactionalID(of: TaskFixture.id, worker: fixture.base.worker)
                ])
                gate.open()
                try await wait(for: "all numbers, or the failure") {
                    task.next == 100 || fixture.base.history.all.contains("FAILED")
                }
                runner.setPaused(true)
                try await fixture.base.waitForState(.failed)
            }
            let trace = try #require(fixture.base.statusStore.task(TaskFixture.id)?.trace)
            #expect(trace.contains("c-0"))
            #expect(try await client.committedValues(of: "t").joined().isEmpty)
            #expect(try await fixture.committedOffset() == nil)
            #expect(task.committed.isEmpty && task.isStopped)
            #expect(fixture.fencings.current == ["c"])
        }
    }

    // MARK: Boundaries

    @Test func withPollEachBatchIsATransaction() async throws {
        try await LiveClient.with { client in
            let fixture = try await ExactlyOnceFixture(client)
            let seen = ExactlyOnceFixture.Mutexed<[Int]>([])
            let committed = ExactlyOnceFixture.Mutexed<NumberSource?>(nil)
            let task = NumberSource(limit: 40) { batch, context in
                #expect(context == nil)
                // All that was returned before is committed by now.
                let before = Int(batch[0].value.string ?? "") ?? -1
                seen.change { $0.append(before - (committed.current?.committed.count ?? 0)) }
            }
            committed.change { $0 = task }
            try await fixture.running(task) { _ in
                try await wait(for: "the last commit") { task.committed.count == 40 }
            }
            #expect(Set(seen.current) == [0])
            #expect(!task.committed.contains { !$0.isPlaced })
            #expect(try await client.committedValues(of: "t") == [Self.numbers(0..<40)])
            #expect(try await fixture.committedOffset() == 40)
            #expect(fixture.base.history.all == ["RUNNING", "UNASSIGNED"])
        }
    }

    @Test func withAnIntervalAPauseAndAStopCommitWhatIsThere() async throws {
        try await LiveClient.with { client in
            let fixture = try await ExactlyOnceFixture(client)
            let limit = ExactlyOnceFixture.Mutexed(20)
            let gate = Gate()
            let task = NumberSource(limit: 60) { batch, _ in
                if (Int(batch[0].value.string ?? "") ?? 0) >= limit.current { await gate.pass() }
            }
            let connector = ["transaction.boundary": "Interval", "transaction.boundary.interval.ms": "3600000"]
            try await fixture.running(task, connector) { runner in
                await gate.waitForArrival()
                #expect(task.committed.isEmpty)
                runner.setPaused(true)
                gate.open()
                try await fixture.base.waitForState(.paused)
                let paused = task.next
                #expect(paused >= 20 && task.committed.count == paused)
                #expect(try await fixture.committedOffset() == Int64(paused))
                runner.setPaused(false)
                try await wait(for: "all numbers") { task.next == 60 }
            }
            #expect(task.committed.count == 60)
            #expect(try await client.committedValues(of: "t") == [Self.numbers(0..<60)])
        }
    }

    @Test func withAnIntervalTransactionsEndWithItsTime() async throws {
        try await LiveClient.with { client in
            let fixture = try await ExactlyOnceFixture(client)
            let task = NumberSource(limit: 30)
            let connector = ["transaction.boundary": "interval", "transaction.boundary.interval.ms": "1"]
            try await fixture.running(task, connector) { _ in
                // Also when nothing more comes.
                try await wait(for: "the commits") { task.committed.count == 30 }
            }
        }
    }

    @Test func withTheConnectorsBoundariesTransactionsEndWhereItSays() async throws {
        try await LiveClient.with { client in
            let fixture = try await ExactlyOnceFixture(client)
            let metrics = TaskMetrics()
            let task = NumberSource(limit: 1000) { batch, context in
                for record in batch {
                    let number = Int(record.value.string ?? "") ?? 0
                    // 0...9 commit, 10...19 abort, and so on, and what comes after 99 ends with the task.
                    guard number % 10 == 9, number < 100 else { continue }
                    if number / 10 % 2 == 0 {
                        context?.commitTransaction(after: record)
                    } else {
                        context?.abortTransaction(after: record)
                    }
                }
            }
            try await fixture.running(task, ["transaction.boundary": "connector"], metrics: metrics) { _ in
                try await wait(for: "the transactions") { task.next > 110 }
            }
            let expected = (0..<100).filter { $0 / 10 % 2 == 0 }.map { "\($0)" }
            #expect(try await client.committedValues(of: "t") == [expected])
            // Those that were thrown away do not come again.
            #expect(try await fixture.committedOffset() == 100)
            #expect(task.committed.map(\.value) == Self.numbers(0..<100))
            #expect(task.committed.map(\.isPlaced) == (0..<100).map { $0 / 10 % 2 == 0 })
            // Five of ten records each, and five that store offsets only.
            let sizes = metrics.measurements.source.entries(at: .now).filter { $0.name.hasPrefix("transaction-size") }
            #expect(
                sizes == [
                    .init("transaction-size-min", .gauge(0)), .init("transaction-size-max", .gauge(10)),
                    .init("transaction-size-avg", .gauge(5)),
                ])
        }
    }

    @Test func theConnectorMayEndTransactionsWithABatch() async throws {
        try await LiveClient.with { client in
            let fixture = try await ExactlyOnceFixture(client)
            let batches = ExactlyOnceFixture.Mutexed<[[String]]>([])
            let task = NumberSource(limit: 50) { batch, context in
                batches.change { $0.append(batch.compactMap(\.value.string)) }
                if batches.current.count % 2 == 0 { context?.abortTransaction() } else { context?.commitTransaction() }
            }
            try await fixture.running(task, ["transaction.boundary": "connector"]) { _ in
                try await wait(for: "the last batch") { task.committed.count == 50 }
            }
            let kept = batches.current.enumerated().filter { $0.offset % 2 == 0 }.flatMap(\.element)
            #expect(try await client.committedValues(of: "t") == [kept])
            #expect(try await fixture.committedOffset() == 50)
        }
    }

    @Test func commitAndAbortOfOneTransactionFailTheTask() async throws {
        try await LiveClient.with { client in
            let fixture = try await ExactlyOnceFixture(client)
            let task = NumberSource(limit: 50) { _, context in
                context?.commitTransaction()
                context?.abortTransaction()
            }
            try await fixture.running(task, ["transaction.boundary": "connector"]) { _ in
                try await fixture.base.waitForState(.failed)
            }
            let trace = fixture.base.statusStore.task(TaskFixture.id)?.trace ?? ""
            #expect(trace.contains("Connector requested both commit and abort of same transaction"))
            #expect(try await client.committedValues(of: "t") == [[]])
        }
    }

    // MARK: Records and offsets

    @Test func droppedRecordsAreToldOfAndDoNotComeAgain() async throws {
        try await LiveClient.with { client in
            let fixture = try await ExactlyOnceFixture(client)
            let task = NumberSource(limit: 30)
            let filter = [
                "transforms": "f", "transforms.f.type": "org.apache.kafka.connect.transforms.Filter",
                "transforms.f.predicate": "p",
                "predicates": "p", "predicates.p.type": "millrace.connect.predicates.FieldValueMatches$Value",
                "predicates.p.field": "x", "predicates.p.value": "y", "transforms.f.negate": "true",
            ]
            try await fixture.running(task, filter) { _ in
                try await wait(for: "the last batch") { task.committed.count == 30 }
            }
            #expect(!task.committed.contains { $0.isPlaced })
            #expect(try await fixture.committedOffset() == 30)
            // Nothing was written, so nobody made the topic.
            #expect(try await KafkaAdmin(client: client).listTopics().contains { $0.name == "t" } == false)
        }
    }

    @Test func aConnectorsOwnTopicHasItsOffsetsAndTheWorkersFillsIn() async throws {
        try await LiveClient.with { client in
            let fixture = try await ExactlyOnceFixture(client)
            let own = ["offsets.storage.topic": "mine"]
            let first = NumberSource(limit: 10)
            try await fixture.running(first) { _ in
                try await wait(for: "the commits") { first.committed.count == 10 }
            }
            let second = NumberSource(limit: 25)
            try await fixture.running(second, own) { _ in
                try await wait(for: "the commits") { second.next == 25 && second.committed.count == 15 }
            }
            #expect(try await fixture.committedOffset(own) == 25)
            #expect(try await fixture.committedOffset() == 10)
            #expect(try await client.committedValues(of: "t") == [Self.numbers(0..<25)])
        }
    }

    @Test func aTaskMayNotWriteToItsOwnOffsetsTopic() async throws {
        try await LiveClient.with { client in
            let fixture = try await ExactlyOnceFixture(client)
            let task = NumberSource(topic: fixture.base.worker.offsetTopic.name, limit: 5)
            try await fixture.running(task) { _ in try await fixture.base.waitForState(.failed) }
            let trace = fixture.base.statusStore.task(TaskFixture.id)?.trace ?? ""
            #expect(trace.contains("may not produce to their own offsets topics when exactly-once support is enabled"))
            #expect(try await fixture.committedOffset() == nil)
        }
    }

    @Test func aTaskThatFailsLeavesItsTransactionUncommitted() async throws {
        try await LiveClient.with { client in
            let fixture = try await ExactlyOnceFixture(client)
            let task = NumberSource(limit: 50) { batch, _ in
                if (Int(batch[0].value.string ?? "") ?? 0) > 20 { throw ConnectError(.failed, "no more") }
            }
            let connector = ["transaction.boundary": "interval", "transaction.boundary.interval.ms": "3600000"]
            try await fixture.running(task, connector) { _ in try await fixture.base.waitForState(.failed) }
            #expect(try await client.committedValues(of: "t") == [[]])
            #expect(try await fixture.committedOffset() == nil)
        }
    }
}

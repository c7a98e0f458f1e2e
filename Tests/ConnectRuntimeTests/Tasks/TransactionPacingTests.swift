import ConnectAPI
import Testing

@testable import ConnectRuntime

@Suite struct TransactionPacingTests {
    private let start = ContinuousClock.now

    private func record(_ value: String) -> SourceRecord {
        SourceRecord(sourcePartition: [:], sourceOffset: [:], topic: "t", value: .string(value))
    }

    @Test func anIntervalEndsWithTheFirstBatchAfterItsTime() throws {
        var pacing = TransactionPacing(.interval(.seconds(10)), at: start)
        #expect(pacing.requests == nil)
        func verdict(_ seconds: Int, _ records: Int) throws -> TransactionPacing.Verdict {
            try pacing.afterBatch(openRecords: records, at: start.advanced(by: .seconds(seconds)))
        }
        let verdicts = [try verdict(9, 5), try verdict(10, 6), try verdict(19, 2), try verdict(21, 2)]
        #expect(verdicts == [.goOn, .commit, .goOn, .commit])
        // Without records there is nothing to commit; with too many the time does not matter.
        let others = [try verdict(40, 0), try verdict(41, TransactionPacing.recordLimit)]
        #expect(others == [.goOn, .commit])
        #expect(try pacing.atEnd() == .commit)
    }

    @Test func whatTheTaskAsksForCountsOnce() throws {
        var pacing = TransactionPacing(.connector, at: start)
        let requests = try #require(pacing.requests)
        requests.commitTransaction(after: record("a"))
        requests.abortTransaction(after: record("b"))
        #expect(try pacing.after(record("x")) == .goOn)
        #expect(try pacing.after(record("a")) == .commit)
        #expect(try pacing.after(record("a")) == .goOn)
        #expect(try pacing.after(record("b")) == .abort)
        requests.abortTransaction()
        let verdicts = [
            try pacing.afterBatch(openRecords: 1, at: start), try pacing.afterBatch(openRecords: 1, at: start),
        ]
        #expect(verdicts == [.abort, .goOn])
        // What the task has not ended is not committed for it.
        #expect(try pacing.atEnd() == .goOn)
        requests.commitTransaction()
        #expect(try pacing.atEnd() == .commit)
    }

    @Test func contradictionsAreErrors() throws {
        var pacing = TransactionPacing(.connector, at: start)
        let requests = try #require(pacing.requests)
        requests.commitTransaction(after: record("a"))
        requests.abortTransaction(after: record("a"))
        let error = #expect(throws: ConnectError.self) { try pacing.after(record("a")) }
        #expect(
            error?.message == "Connector requested both commit and abort of same record against topic/partition t/null")
        requests.commitTransaction()
        requests.abortTransaction()
        #expect(throws: ConnectError.self) { try pacing.atEnd() }
        let after = try pacing.afterBatch(openRecords: 0, at: start)
        #expect(after == .goOn)
    }

    @Test func settingsComeFromTheConnectorAndThenFromTheWorker() throws {
        let worker = try WorkerConfiguration([
            "group.id": "g", "offset.flush.interval.ms": "7000", "offset.storage.topic": "offsets",
        ])
        let plain = try TransactionSettings([:], worker: worker)
        #expect(plain.boundary == .poll && plain.usesWorkerTopic && plain.offsetsTopic.name == "offsets")
        let interval = try TransactionSettings(["transaction.boundary": "INTERVAL"], worker: worker)
        #expect(interval.boundary == .interval(.seconds(7)))
        #expect(interval.transactionTimeout == .seconds(67))
        let own = try TransactionSettings(
            [
                "transaction.boundary": "interval", "transaction.boundary.interval.ms": "3600000",
                "offsets.storage.topic": "mine",
            ], worker: worker)
        #expect(own.boundary == .interval(.seconds(3600)) && !own.usesWorkerTopic)
        // No longer than brokers allow.
        #expect(own.transactionTimeout == .seconds(900))
        let id = ConnectorTaskID(connector: "c", task: 3)
        #expect(TransactionSettings.transactionalID(of: id, worker: worker) == "g-c-3")
        #expect(TransactionSettings.leaderTransactionalID(worker: worker) == "connect-cluster-g")
    }
}

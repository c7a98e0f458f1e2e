import ConnectAPI
import RecordFormat
import ServerHarness
import Testing

@testable import ConnectRuntime

/// What tasks at work tell about themselves.
@Suite(.timeLimit(.minutes(1))) struct TaskMetricsTests {
    private func entries(_ metrics: TaskMetrics, _ group: MetricSeries.Group) -> [String: MetricSeries.Value] {
        let all = metrics.measurements.series(of: TaskFixture.id, call: .zero, at: .now)
        let entries = all.first { $0.group == group }?.entries ?? []
        return Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.value) })
    }

    @Test func aSinkTaskTellsWhereItIs() async throws {
        let fixture = try await TaskFixture()
        let consumer = FakeSinkConsumer()
        let metrics = TaskMetrics()
        let partition = TopicPartition("t", 0)
        consumer.add(.assign([partition]))
        consumer.add(["a", "b", "c"], to: partition)
        try await fixture.running(FakeSinkTask(), on: consumer, metrics: metrics) { _ in
            try await wait(for: "the commit") { consumer.commits == [[partition: LogOffset(3)]] }
            try await wait(for: "its metrics") {
                entries(metrics, .sinkTask)["offset-commit-completion-total"] == .total(1)
            }
            let sink = entries(metrics, .sinkTask)
            #expect(sink["sink-record-read-total"] == .total(3))
            #expect(sink["sink-record-send-total"] == .total(3))
            #expect(sink["partition-count"] == .gauge(1))
            #expect(sink["sink-record-lag-max"] == .gauge(0))
            #expect(sink["sink-record-active-count"] == .gauge(0))
            #expect(entries(metrics, .task)["batch-size-max"] == .gauge(3))
            #expect(entries(metrics, .task)["offset-commit-success-percentage"] == .gauge(1))
        }
    }

    @Test func lagIsWhatWasNotPut() {
        var sink = SinkProgress(MeasureSettings())
        let partition = TopicPartition("t", 2)
        let now = ContinuousClock.now
        sink.setPartitions([partition])
        sink.addRead(10, from: partition, first: LogOffset(5), next: LogOffset(15), end: LogOffset(115), at: now)
        #expect(sink.lags == [PartitionLag(topic: "t", partition: 2, records: 110)])
        sink.addPut(10, took: .zero, at: now)
        #expect(sink.lags.map(\.records) == [100])
        sink.addCommit([partition: LogOffset(15)], at: now)
        sink.addRead(100, from: partition, first: LogOffset(15), next: LogOffset(115), end: LogOffset(115), at: now)
        sink.addPut(100, took: .zero, at: now)
        let values = Dictionary(uniqueKeysWithValues: sink.entries(at: now).map { ($0.name, $0.value) })
        #expect(sink.lags.map(\.records) == [0])
        #expect(values["sink-record-active-count"] == .gauge(100))
        // Set back, as a sink that keeps its own offsets may be.
        sink.addRead(15, from: partition, first: LogOffset(100), next: LogOffset(110), end: LogOffset(115), at: now)
        #expect(sink.lags.map(\.records) == [15])
        sink.setPartitions([])
        #expect(sink.lags.isEmpty)
    }

    @Test func aSourceTaskTellsWhatItSent() async throws {
        let metrics = TaskMetrics()
        try await LiveClient.with { client in
            let fixture = try await TaskFixture()
            let task = FakeSourceTask()
            task.add(7)
            try await fixture.running(task, producing: client, metrics: metrics) { _ in
                try await wait(for: "the records") { task.acknowledged == 7 && task.commits > 0 }
            }
        }
        let source = entries(metrics, .sourceTask)
        #expect(source["source-record-poll-total"] == .total(7))
        #expect(source["source-record-write-total"] == .total(7))
        #expect(source["source-record-active-count"] == .gauge(0))
        #expect(source["source-record-active-count-max"] == .gauge(7))
    }

    @Test func transactionsAreMeasuredWhereThereAreAny() {
        var source = SourceProgress(MeasureSettings())
        let now = ContinuousClock.now
        func values() -> [String: MetricSeries.Value] {
            Dictionary(uniqueKeysWithValues: source.entries(at: now).map { ($0.name, $0.value) })
        }
        #expect(values().keys.allSatisfy { !$0.hasPrefix("transaction-size") })
        source.becomeTransactional()
        #expect(values()["transaction-size-min"] == .gauge(0) && values()["transaction-size-avg"] == .gauge(0))
        source.addTransaction(10, at: now)
        source.addTransaction(40, at: now)
        #expect(values()["transaction-size-min"] == .gauge(10))
        #expect(values()["transaction-size-max"] == .gauge(40))
        #expect(values()["transaction-size-avg"] == .gauge(25))
    }

    @Test func whatFailedKeepsItsMetricsUntilItIsGone() {
        let worker = WorkerMetrics()
        _ = worker.starting("c", .init(kind: .sink, className: "test.Sink", version: nil))
        worker.setState(of: "c", .running)
        let id = ConnectorTaskID(connector: "c", task: 0)
        _ = worker.starting(id)
        worker.setState(of: id, .failed)
        func values(_ series: [MetricSeries], _ group: MetricSeries.Group) -> [String: MetricSeries.Value] {
            let entries = series.filter { $0.group == group }.flatMap(\.entries)
            return Dictionary(entries.map { ($0.name, $0.value) }) { first, _ in first }
        }
        let all = worker.series()
        #expect(all.first { $0.group == .task }?.state == .failed)
        #expect(values(all, .worker)["task-startup-failure-total"] == .total(1))
        #expect(values(all, .worker)["connector-startup-success-total"] == .total(1))
        #expect(values(all, .worker)["connector-failed-task-count"] == .gauge(1))
        #expect(values(all, .connector)["connector-class"] == .text("test.Sink"))
        #expect(worker.starting(id).measurements.state == .failed)
        worker.remove(id)
        #expect(worker.series().allSatisfy { $0.task == nil })
        worker.remove("c")
        #expect(worker.series(of: "c").flatMap(\.entries).allSatisfy { $0.value == .gauge(0) })
    }
}

import ConnectAPI

/// What an operator asks of the worker.
extension DistributedHerder {
    /// The metrics of this worker, its connectors and its tasks.
    public nonisolated func metrics() -> [MetricSeries] { observation.metrics.series() }

    /// The metrics of a connector and its tasks, as far as this worker runs them, and the worker's about its group.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`.
    public nonisolated func metrics(of name: String) async throws -> [MetricSeries] {
        try await refuseUnknown(name)
        return observation.metrics.rebalances.series() + observation.metrics.series(of: name)
    }

    /// The last lines of a connector's log on this worker.
    ///
    /// - Parameter limit: How many lines at most.
    /// - Throws: ``ConnectError`` with code `.notFound`.
    public nonisolated func logs(of name: String, _ filter: LogFilter, limit: Int) async throws -> [LogEntry] {
        try await refuseUnknown(name)
        return observation.logs.log(of: name).last(limit, filter)
    }

    /// Hands over the last lines of a connector's log and then each that follows, until the connector is deleted, the
    /// worker is shut down, `patience` is over or `write` throws.
    ///
    /// - Parameters:
    ///   - limit: How many of the last lines at most.
    ///   - pulse: How long there may be nothing to hand over; `write` is then called with nothing, so that it can see
    ///     whether anyone still listens.
    /// - Throws: ``ConnectError`` with code `.conflict` when too many follow logs already; what `write` throws.
    public nonisolated(nonsending) func followLogs(
        of name: String, _ filter: LogFilter, limit: Int, patience: Duration, pulse: Duration = .seconds(10),
        _ write: nonisolated(nonsending) (_ entries: [LogEntry]) async throws -> Void
    ) async throws {
        let log = observation.logs.log(of: name)
        let end = ContinuousClock.now + patience
        try await observation.logs.following {
            var number = log.lastNumber
            try await write(log.last(limit, filter))
            var nextPulse = ContinuousClock.now + pulse
            while ContinuousClock.now < end, !Task.isCancelled {
                let wait = ContinuousClock.now.duration(to: min(nextPulse, end))
                guard let next = await log.next(after: number, filter, patience: wait) else { return }
                number = next.number
                // Lines that the filter leaves out are no reason to write.
                guard !next.entries.isEmpty || ContinuousClock.now >= nextPulse else { continue }
                try await write(next.entries)
                nextPulse = .now + pulse
            }
        }
    }

    /// Whether one more request may follow a connector's log.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound` for an unknown connector, `.conflict` when there are too many.
    public nonisolated func checkFollowing(of name: String) async throws {
        try await refuseUnknown(name)
        if !observation.logs.hasRoom { throw ConnectorLogs.tooMany }
    }

    /// Ends what follows logs, so that nobody who does keeps the server from ending.
    public nonisolated func endFollowing() { observation.logs.shutdown() }

    /// Forgets the metrics and the log of a connector that was deleted, also where it has run on this worker before.
    nonisolated func forgetObservations(of name: String) {
        // One of that name that was made since has its own.
        if configs.snapshot.connectors[name] == nil { observation.remove(name) }
    }

    /// A status with what the watchdog knows of a part that runs here.
    nonisolated func watched(_ status: ConnectStatus, _ connector: String, task: Int? = nil) -> ConnectStatus {
        guard status.state == .running, status.trace == nil,
            let notice = observation.hangNotice(connector, task: task)
        else { return status }
        var status = status
        status.trace = notice
        return status
    }

    private nonisolated func refuseUnknown(_ name: String) async throws {
        try await waitUntilReady()
        guard configs.snapshot.connectors[name] != nil else { throw Self.notFound(name) }
    }
}

import KafkaProtocol

extension Broker {
    /// The most bytes that a fetch of this client may have, so that one answer cannot use up more than its quota gives
    /// in all windows.
    func fetchLimit(_ context: RequestContext) -> Int {
        guard let most = quotas.most(.consumerByteRate, of: context.quotaClient) else { return maxFetchBytes }
        return min(maxFetchBytes, Int(min(most, Double(Int32.max))))
    }

    /// Counts the records of an answer; if they are above the client's quota, gives the answer without any that is sent
    /// in its place, so that the client comes again when its pause is over (KIP-219).
    func throttled(
        _ response: FetchResponse, _ plan: FetchPlan, _ session: FetchSessions.Plan, _ context: RequestContext
    ) -> FetchResponse? {
        guard quotas.limits(.consumerByteRate) else { return nil }
        let bytes = response.responses.reduce(0) { sum, topic in
            topic.partitions.reduce(sum) { $0 + ($1.records?.byteCount ?? 0) }
        }
        guard bytes > 0 else { return nil }
        let client = context.quotaClient
        let delay = quotas.record(.consumerByteRate, Double(bytes), by: client)
        guard delay > 0 else { return nil }
        quotas.takeBack(.consumerByteRate, Double(bytes), by: client)
        if session.isIncremental {
            session.session?.watch.open(plan.entries.lazy.map(\.slot))
        } else {
            // A client that began a session takes an answer without partitions for none, and begins again.
            fetchSessions.close(session.sessionID)
        }
        return FetchResponse(throttleTimeMs: delay, sessionID: session.isIncremental ? session.sessionID : 0)
    }
}

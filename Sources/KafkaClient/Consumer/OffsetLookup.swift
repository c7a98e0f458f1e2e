import KafkaProtocol
import RecordFormat

/// Asks the leaders of partitions for offsets: by time, or at the ends.
struct OffsetLookup: Sendable {
    /// The times that stand for the ends of a partition.
    enum Mark {
        static let latest: Int64 = -1
        static let earliest: Int64 = -2
        /// The record with the highest timestamp (KIP-734), from version 7 on.
        static let maximumTimestamp: Int64 = -3
    }

    let client: KafkaClient
    let isolationLevel: ConsumerConfiguration.IsolationLevel

    typealias Answer = Result<OffsetAndTimestamp?, KafkaClientError>

    /// One try, without repetition.
    ///
    /// - Parameter times: Milliseconds or a ``Mark``, by partition.
    /// - Returns: For every partition its offset, `nil` if no record is that young, or what kept the answer away.
    func find(_ times: [TopicPartition: Int64]) async -> [TopicPartition: Answer] {
        var answers: [TopicPartition: Answer] = [:]
        var byLeader: [Int32: [TopicPartition]] = [:]
        for partition in times.keys.sorted() {
            do {
                let topic = try await client.metadata.topic(
                    partition.topic, until: .now.advanced(by: client.configuration.requestTimeout),
                    allowsCreation: false)
                guard let known = topic.partition(partition.partition) else {
                    throw KafkaClientError(
                        .broker, "topic \(partition.topic) has no partition \(partition.partition)",
                        errorCode: .unknownTopicOrPartition)
                }
                guard let leader = known.leader else {
                    throw KafkaClientError(.broker, "\(partition) has no leader", errorCode: .leaderNotAvailable)
                }
                byLeader[leader, default: []].append(partition)
            } catch {
                answers[partition] = .failure(Self.wrapped(error))
            }
        }
        await withTaskGroup(of: [TopicPartition: Answer].self) { group in
            for (leader, partitions) in byLeader { group.addTask { await self.ask(leader, partitions, times) } }
            for await found in group { answers.merge(found) { _, new in new } }
        }
        for (partition, answer) in answers {
            if case .failure(let error) = answer, error.isRetriable { client.metadata.invalidate(partition.topic) }
        }
        return answers
    }

    /// As ``find(_:)``, repeating what a repetition can cure until the client's `apiTimeout` is over.
    func findRetrying(_ times: [TopicPartition: Int64]) async throws -> [TopicPartition: Answer] {
        let deadline = ContinuousClock.now.advanced(by: client.configuration.apiTimeout)
        var answers: [TopicPartition: Answer] = [:]
        var rest = times
        var failures = 0
        while true {
            answers.merge(await find(rest)) { _, new in new }
            try Task.checkCancellation()
            rest = rest.filter { partition, _ in
                if case .failure(let error)? = answers[partition] { return error.isRetriable }
                return false
            }
            failures += 1
            let pause = client.configuration.retryBackoff.delay(afterFailures: failures)
            guard !rest.isEmpty, ContinuousClock.now.advanced(by: pause) < deadline else { return answers }
            try await Task.sleep(for: pause)
        }
    }

    private func ask(
        _ leader: Int32, _ partitions: [TopicPartition], _ times: [TopicPartition: Int64]
    ) async -> [TopicPartition: Answer] {
        let topics = Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }
        let level = isolationLevel.rawValue
        let timeout = client.configuration.requestTimeout
        let needsVersion7 = partitions.contains { times[$0] == Mark.maximumTimestamp }
        let versions = ClientVersions.listOffsets
        let call = BrokerCall<ListOffsetsRequest>(
            versions: needsVersion7 ? 7...versions.upperBound : versions, timeout: timeout
        ) { version in
            ListOffsetsRequest(
                replicaID: -1, isolationLevel: version >= 2 ? level : 0,
                topics: topics.map { topic, partitions in
                    .init(
                        name: topic,
                        partitions: partitions.map {
                            .init(partitionIndex: $0.partition, timestamp: times[$0] ?? Mark.latest)
                        })
                }, timeoutMs: timeout.wholeMilliseconds)
        }
        do {
            let response = try await client.transport.call(call, to: .node(leader))
            var answers: [TopicPartition: Answer] = [:]
            for topic in response.topics {
                for partition in topic.partitions {
                    answers[TopicPartition(topic.name, partition.partitionIndex)] = Self.answer(
                        partition, of: topic.name)
                }
            }
            for partition in partitions where answers[partition] == nil {
                answers[partition] = .failure(
                    KafkaClientError(.disconnected, "the broker's answer leaves out \(partition)"))
            }
            return answers
        } catch {
            return Dictionary(uniqueKeysWithValues: partitions.map { ($0, .failure(Self.wrapped(error))) })
        }
    }

    private static func answer(
        _ partition: ListOffsetsResponse.ListOffsetsPartitionResponse, of topic: String
    ) -> Answer {
        let name = TopicPartition(topic, partition.partitionIndex)
        if let error = KafkaClientError(rawCode: partition.errorCode, while: "looking up an offset of \(name)") {
            return .failure(error)
        }
        guard partition.offset >= 0 else { return .success(nil) }
        return .success(
            OffsetAndTimestamp(
                offset: LogOffset(partition.offset), timestamp: Timestamp(milliseconds: partition.timestamp),
                leaderEpoch: LeaderEpoch(partition.leaderEpoch)))
    }

    private static func wrapped(_ error: any Error) -> KafkaClientError {
        error as? KafkaClientError ?? KafkaClientError(.closed, "the look-up was cancelled", cause: error)
    }
}

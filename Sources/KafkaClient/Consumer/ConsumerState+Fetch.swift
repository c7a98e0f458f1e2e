import KafkaProtocol
import RecordFormat

extension ConsumerState {
    /// A fetch that can be sent now.
    struct Fetch: Sendable {
        var node: Int32
        /// All that is wanted of the broker, in ascending order, whether the request names it or the session knows it.
        var partitions: [WantedPartition]
        /// What the request says of that.
        var request: FetchSession.Request

        /// Where a partition was to be read from; `nil` if it was not asked for.
        ///
        /// - Complexity: O(log *n*) in the partitions, of which few have news: no table of them is made for an answer.
        func offset(of partition: TopicPartition) -> LogOffset? {
            var low = 0
            var high = partitions.count
            while low < high {
                let middle = (low + high) / 2
                if partitions[middle].partition < partition { low = middle + 1 } else { high = middle }
            }
            guard low < partitions.count, partitions[low].partition == partition else { return nil }
            return partitions[low].offset
        }

        /// The request for a broker that speaks `version`.
        func message(version: Int16, _ configuration: ConsumerConfiguration) -> FetchRequest {
            // Which versions the broker speaks shows when it is dialled. One that was set back since the session began
            // knows of none, and is asked for everything.
            let request =
                version >= ClientVersions.firstFetchWithSessions
                ? self.request
                : FetchSession.Request(
                    sessionID: 0, sessionEpoch: FetchSession.finalEpoch,
                    named: self.request.isIncremental ? partitions : self.request.named)
            return FetchRequest(
                maxWaitMs: configuration.fetchMaximumWait.wholeMilliseconds, minBytes: configuration.fetchMinimumBytes,
                maxBytes: configuration.fetchMaximumBytes, isolationLevel: configuration.isolationLevel.rawValue,
                sessionID: request.sessionID, sessionEpoch: request.sessionEpoch,
                topics: Self.topics(request.named, maximumBytes: configuration.maximumPartitionFetchBytes),
                forgottenTopicsData: Self.forgottenTopics(request.forgotten),
                // Before version 11 there is no place for it, and nobody closer to fetch from.
                rackID: version < 11 ? "" : configuration.rackID)
        }

        /// In the order of the partitions, in which the broker fills the answer. A topic at which the order begins in the
        /// middle comes twice, at the beginning and at the end.
        private static func topics(_ named: [WantedPartition], maximumBytes: Int32) -> [FetchRequest.FetchTopic] {
            var topics: [FetchRequest.FetchTopic] = []
            for place in named {
                if topics.last?.topic != place.partition.topic {
                    topics.append(FetchRequest.FetchTopic(topic: place.partition.topic))
                }
                topics[topics.count - 1].partitions.append(
                    FetchRequest.FetchPartition(
                        partition: place.partition.partition, currentLeaderEpoch: place.leaderEpoch.rawValue,
                        fetchOffset: place.offset.rawValue, partitionMaxBytes: maximumBytes))
            }
            return topics
        }

        private static func forgottenTopics(_ forgotten: [TopicPartition]) -> [FetchRequest.ForgottenTopic] {
            var topics: [FetchRequest.ForgottenTopic] = []
            for partition in forgotten {
                if topics.last?.topic != partition.topic {
                    topics.append(FetchRequest.ForgottenTopic(topic: partition.topic))
                }
                topics[topics.count - 1].partitions.append(partition.partition)
            }
            return topics
        }
    }
}

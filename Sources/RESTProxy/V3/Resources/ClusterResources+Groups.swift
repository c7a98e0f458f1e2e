import JSON
import KafkaClient
import RecordFormat

extension ClusterResources {
    /// A group of consumers.
    func group(_ group: ConsumerGroupDescription) -> JSONValue {
        Resource.object(
            "KafkaConsumerGroup", at: url("consumer-groups", group.groupID),
            named: names.name(["kafka": clusterID, "consumer-group": group.groupID]),
            [
                "cluster_id": id, "consumer_group_id": .string(group.groupID), "is_simple": .bool(group.isSimple),
                "partition_assignor": .string(group.assignor), "state": .string(Self.stateName(group.state)),
                "type": .string(group.type.rawValue.uppercased()), "is_mixed_consumer_group": .bool(group.isMixed),
                "coordinator": related("brokers", String(group.coordinator)),
                "consumers": related("consumer-groups", group.groupID, "consumers"),
                "lag_summary": related("consumer-groups", group.groupID, "lag-summary"),
            ])
    }

    /// `PREPARING_REBALANCE` for `PreparingRebalance`.
    static func stateName(_ state: String) -> String {
        var name = ""
        for character in state {
            if character.isUppercase, !name.isEmpty { name += "_" }
            name += character.uppercased()
        }
        return name.isEmpty ? "UNKNOWN" : name
    }

    /// A member of a group.
    func consumer(_ member: ConsumerGroupDescription.Member, of groupID: String) -> JSONValue {
        Resource.object(
            "KafkaConsumer", at: url("consumer-groups", groupID, "consumers", member.memberID),
            named: names.name(["kafka": clusterID, "consumer-group": groupID, "consumer": member.memberID]),
            [
                "cluster_id": id, "consumer_group_id": .string(groupID), "consumer_id": .string(member.memberID),
                "instance_id": .text(member.groupInstanceID), "client_id": .string(member.clientID),
                "assignments": related("consumer-groups", groupID, "consumers", member.memberID, "assignments"),
            ])
    }

    /// A partition that a member reads.
    func assignment(_ partition: TopicPartition, of memberID: String, in groupID: String) -> JSONValue {
        let number = String(partition.partition)
        return Resource.object(
            "KafkaConsumerAssignment",
            at: url(
                "consumer-groups", groupID, "consumers", memberID, "assignments", partition.topic, "partitions", number),
            named: names.name([
                "kafka": clusterID, "consumer-group": groupID, "consumer": memberID, "assignment": partition.topic,
                "partition": number,
            ]),
            [
                "cluster_id": id, "consumer_group_id": .string(groupID), "consumer_id": .string(memberID),
                "topic_name": .string(partition.topic), "partition_id": .integer(partition.partition),
                "partition": related("topics", partition.topic, "partitions", number),
                "lag": related("consumer-groups", groupID, "lags", partition.topic, "partitions", number),
            ])
    }

    /// How far a group is behind in a partition.
    func lag(_ lag: ConsumerLag, of groupID: String) -> JSONValue {
        let number = String(lag.partition.partition)
        return Resource.object(
            "KafkaConsumerLag", at: url("consumer-groups", groupID, "lags", lag.partition.topic, "partitions", number),
            named: names.name([
                "kafka": clusterID, "consumer-group": groupID, "lag": lag.partition.topic, "partition": number,
            ]),
            [
                "cluster_id": id, "consumer_group_id": .string(groupID), "topic_name": .string(lag.partition.topic),
                "partition_id": .integer(lag.partition.partition), "consumer_id": .string(lag.member?.memberID ?? ""),
                "instance_id": .text(lag.member?.groupInstanceID), "client_id": .string(lag.member?.clientID ?? ""),
                "current_offset": .integer(lag.currentOffset.rawValue),
                "log_end_offset": .integer(lag.endOffset.rawValue), "lag": .integer(lag.lag),
            ])
    }

    /// How far a group is behind at most and in all.
    func lagSummary(_ lags: [ConsumerLag], of groupID: String) -> JSONValue? {
        // The first of those that are behind furthest, as their order has it.
        guard let furthest = lags.max(by: { $0.lag < $1.lag || ($0.lag == $1.lag && $0.partition > $1.partition) })
        else { return nil }
        let memberID = furthest.member?.memberID ?? ""
        let number = String(furthest.partition.partition)
        return Resource.object(
            "KafkaConsumerGroupLagSummary", at: url("consumer-groups", groupID, "lag-summary"),
            named: names.name(["kafka": clusterID, "consumer-group": groupID, "lag-summary": nil]),
            [
                "cluster_id": id, "consumer_group_id": .string(groupID), "max_lag": .integer(furthest.lag),
                "total_lag": .integer(lags.reduce(0) { $0 + $1.lag }), "max_lag_consumer_id": .string(memberID),
                "max_lag_consumer": memberID.isEmpty
                    ? related("consumer-groups", groupID, "consumers")
                    : related("consumer-groups", groupID, "consumers", memberID),
                "max_lag_client_id": .string(furthest.member?.clientID ?? ""),
                "max_lag_instance_id": .text(furthest.member?.groupInstanceID),
                "max_lag_topic_name": .string(furthest.partition.topic),
                "max_lag_partition_id": .integer(furthest.partition.partition),
                "max_lag_partition": related("topics", furthest.partition.topic, "partitions", number),
            ])
    }
}

/// How far a group is behind in one partition.
struct ConsumerLag: Sendable, Hashable {
    /// The partition.
    var partition: TopicPartition
    /// The next record that the group will read.
    var currentOffset: LogOffset
    /// The next record that will be written.
    var endOffset: LogOffset
    /// Who reads it, if anybody does.
    var member: ConsumerGroupDescription.Member?

    /// The records in between; none if the partition was made shorter since.
    var lag: Int64 { max(0, endOffset.rawValue - currentOffset.rawValue) }

    /// What groups commit and partitions end with, side by side, for those that have both.
    static func all(
        of group: ConsumerGroupDescription, committed: [TopicPartition: LogOffset], ends: [TopicPartition: LogOffset]
    ) -> [ConsumerLag] {
        var readers: [TopicPartition: ConsumerGroupDescription.Member] = [:]
        for member in group.members { for partition in member.partitions { readers[partition] = member } }
        return committed.sorted { $0.key < $1.key }.compactMap { partition, offset in
            ends[partition].map {
                ConsumerLag(
                    partition: partition, currentOffset: offset, endOffset: $0, member: readers[partition])
            }
        }
    }
}

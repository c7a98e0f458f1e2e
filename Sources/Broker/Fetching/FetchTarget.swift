import KafkaProtocol
import RecordFormat

/// One partition that a fetch asks for.
struct FetchTarget: Sendable {
    /// What the request names: by name up to version 12, by identity from 13 on.
    var topic: String
    var topicID: TopicID
    /// In a session that names topics by identity: the topic's name when it was first there.
    var resolvedName: String?
    var request: FetchRequest.FetchPartition

    /// What a request knows a partition by.
    struct Key: Hashable {
        var topic: String
        var topicID: TopicID
        var partition: Int32
    }

    var key: Key { Key(topic: topic, topicID: topicID, partition: request.partition) }

    /// What a request names, as often as it does.
    static func named(in request: FetchRequest) -> [FetchTarget] {
        request.topics.flatMap { topic in
            topic.partitions.map { FetchTarget(topic: topic.topic, topicID: topic.topicID, request: $0) }
        }
    }

    /// What a request names: a partition counts once, as it was named last.
    static func distinct(in request: FetchRequest) -> [FetchTarget] {
        let named = named(in: request)
        var places = Dictionary<Key, Int>(minimumCapacity: named.count)
        var targets: [FetchTarget] = []
        for target in named {
            if let place = places[target.key] {
                targets[place] = target
            } else {
                places[target.key] = targets.count
                targets.append(target)
            }
        }
        return targets
    }
}

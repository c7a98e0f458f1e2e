/// Settings of how nodes copy partitions from each other.
extension BrokerKeys {
    static let replication: [ConfigurationKey] = [
        ConfigurationKey(
            "inter.broker.listener.name", .string, nil,
            "The listener by which nodes reach each other; the first of listeners if not set."),
        ConfigurationKey(
            "num.replica.fetchers", .int, "1", minimum: 1,
            "Connections to each leader by which a node copies partitions; each has partitions of its own."),
        ConfigurationKey(
            "replica.fetch.max.bytes", .int, "1048576", minimum: 0,
            "Bytes of one partition that a follower's fetch asks for; a larger batch comes by itself."),
        ConfigurationKey(
            "replica.fetch.response.max.bytes", .int, "10485760", minimum: 0,
            "Bytes of all partitions that a follower's fetch asks for; a larger batch comes by itself."),
        ConfigurationKey(
            "replica.fetch.min.bytes", .int, "1", "Bytes that a follower's fetch waits for."),
        ConfigurationKey(
            "replica.fetch.wait.max.ms", .int, "500",
            "How long a follower's fetch waits for them, at most replica.lag.time.max.ms and replica.socket.timeout.ms."
        ),
        ConfigurationKey(
            "replica.fetch.backoff.ms", .int, "1000", minimum: 0,
            "How long a follower waits after a fetch that failed, and a leader after a change of the in-sync replicas that did."
        ),
        ConfigurationKey(
            "replica.socket.timeout.ms", .int, "30000", "How long a follower waits for the answer to a fetch."),
        ConfigurationKey(
            "replica.lag.time.max.ms", .long, "30000",
            "A follower that for this long has not had all of its leader's log leaves the in-sync replicas."),
        ConfigurationKey(
            "replica.selector.class", .class, nil,
            allowed: ["org.apache.kafka.common.replica.RackAwareReplicaSelector"],
            "How consumers that name their rack find a replica in it (KIP-392); from the leader alone if not set."),
        ConfigurationKey(
            "unclean.leader.election.enable", .boolean, "false",
            "Default of the topic's unclean.leader.election.enable."
        ),
        ConfigurationKey(
            "leader.replication.throttled.rate", .long, "9223372036854775807", minimum: 0,
            "Bytes a second that a leader gives to followers of throttled partitions that are not in sync (KIP-73)."),
        ConfigurationKey(
            "follower.replication.throttled.rate", .long, "9223372036854775807", minimum: 0,
            "Bytes a second that a follower asks for of throttled partitions in which it is not in sync (KIP-73)."),
        ConfigurationKey(
            "replication.quota.window.num", .int, "11", minimum: 1,
            "Windows over which the rates of throttled partitions are measured."),
        ConfigurationKey(
            "replication.quota.window.size.seconds", .int, "1", minimum: 1, "The length of one such window."),
    ]
}

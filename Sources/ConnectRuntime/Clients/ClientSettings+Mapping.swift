import KafkaClient
import RecordFormat

/// Puts settings into the configurations of this project's client.
extension ClientSettings {
    /// Sets what concerns the connections of a client.
    func apply(to configuration: inout KafkaClientConfiguration) {
        set(&configuration.clientID, text("client.id"))
        set(&configuration.requestTimeout, duration("request.timeout.ms"))
        if role != .producer { set(&configuration.apiTimeout, duration("default.api.timeout.ms")) }
        set(&configuration.metadataMaximumAge, duration("metadata.max.age.ms"))
        set(&configuration.connectTimeout, duration("socket.connection.setup.timeout.ms"))
        set(&configuration.reconnectBackoff.initial, duration("reconnect.backoff.ms"))
        set(&configuration.reconnectBackoff.maximum, duration("reconnect.backoff.max.ms"))
        set(&configuration.retryBackoff.initial, duration("retry.backoff.ms"))
        set(&configuration.retryBackoff.maximum, duration("retry.backoff.max.ms"))
    }

    /// Sets what concerns a producer.
    func apply(to configuration: inout ProducerConfiguration) {
        switch text("acks") {
        case "all", "-1": configuration.acknowledgement = .all
        case "1": configuration.acknowledgement = .leader
        case "0": configuration.acknowledgement = .none
        default: break
        }
        set(&configuration.isIdempotent, flag("enable.idempotence"))
        set(&configuration.compression, text("compression.type").flatMap { CompressionCodec(name: $0) })
        // With 0 Kafka sends each record by itself.
        set(&configuration.batchSize, number("batch.size").map { max($0, 1) })
        set(&configuration.linger, duration("linger.ms"))
        set(&configuration.maximumRequestSize, number("max.request.size"))
        set(&configuration.bufferMemory, number("buffer.memory"))
        configuration.batchSize = min(configuration.batchSize, configuration.bufferMemory)
        set(&configuration.maximumBlockTime, duration("max.block.ms"))
        set(&configuration.deliveryTimeout, duration("delivery.timeout.ms"))
        set(&configuration.maximumInFlight, number("max.in.flight.requests.per.connection"))
        set(&configuration.requestTimeout, duration("request.timeout.ms"))
        // Without a deadline of its own a record may wait for as long as its settings make it.
        if number("delivery.timeout.ms") == nil {
            configuration.deliveryTimeout = max(
                configuration.deliveryTimeout, configuration.linger + configuration.requestTimeout)
        }
    }

    /// Sets what concerns a consumer; its group is its maker's business.
    func apply(to configuration: inout ConsumerConfiguration) {
        if let instance = text("group.instance.id") { configuration.groupInstanceID = instance }
        switch text("auto.offset.reset")?.lowercased() {
        case "latest": configuration.autoOffsetReset = .latest
        case "earliest": configuration.autoOffsetReset = .earliest
        case "none": configuration.autoOffsetReset = .none
        default: break
        }
        switch text("isolation.level")?.lowercased() {
        case "read_committed": configuration.isolationLevel = .readCommitted
        case "read_uncommitted": configuration.isolationLevel = .readUncommitted
        default: break
        }
        set(&configuration.sessionTimeout, duration("session.timeout.ms"))
        set(&configuration.heartbeatInterval, duration("heartbeat.interval.ms"))
        set(&configuration.maximumPollInterval, duration("max.poll.interval.ms"))
        set(&configuration.maximumPollRecords, number("max.poll.records"))
        set(&configuration.fetchMinimumBytes, number("fetch.min.bytes").map { Int32($0) })
        set(&configuration.fetchMaximumBytes, number("fetch.max.bytes").map { Int32($0) })
        set(&configuration.fetchMaximumWait, duration("fetch.max.wait.ms"))
        set(&configuration.maximumPartitionFetchBytes, number("max.partition.fetch.bytes").map { Int32($0) })
        set(&configuration.rackID, text("client.rack"))
        set(
            &configuration.assignors,
            text("partition.assignment.strategy").flatMap { PartitionAssignors($0)?.list })
    }

    private func set<Value>(_ place: inout Value, _ value: Value?) { if let value { place = value } }
}

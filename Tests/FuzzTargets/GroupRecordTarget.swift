import Coordination
import KafkaProtocol
import RecordFormat

/// A coordinator of groups that replays whatever `__consumer_offsets` holds, and works on with it.
enum GroupRecordTarget {
    static func run(_ input: ByteSlice) {
        var run = GroupRun()
        for (key, value) in RecordInput.records(in: input) {
            // A record that cannot be read is reported and passed over: the others count all the same.
            _ = try? run.coordinator.replay(GroupRecord(key: key, value: value))
        }
        run.settle { coordinator, now in coordinator.replayCompleted(at: now) }
        run.describe()
        for group in run.coordinator.listGroups().prefix(4).map(\.groupID) {
            run.settle { $0.consumerHeartbeat(GroupRun.heartbeat(group), token: RequestToken(1), at: $1) }
            run.settle { $0.join(GroupRun.join(group, metadata: .empty), token: RequestToken(2), at: $1) }
        }
        run.letTimePass()
        run.describe()
    }

    /// What a coordinator writes for groups of both protocols and for offsets, as one log, and each record alone.
    static var seeds: [ByteSlice] {
        var run = GroupRun()
        run.settle {
            $0.join(GroupRun.join("classic", metadata: ByteSlice("subscription")), token: RequestToken(1), at: $1)
        }
        run.letTimePass(for: .seconds(5))
        if case .join(let joined)? = run.responses.last {
            let sync = GroupSync(
                groupID: "classic", memberID: joined.memberID, generation: joined.generation,
                assignments: [joined.memberID: ByteSlice("assignment")])
            run.settle { $0.sync(sync, token: RequestToken(2), at: $1) }
        }
        run.settle { $0.consumerHeartbeat(GroupRun.heartbeat("consumer"), token: RequestToken(3), at: $1) }
        let entry = OffsetCommit.Entry(partition: TopicPartition("topic", 1), offset: LogOffset(7), metadata: "here")
        run.settle {
            $0.commitOffsets(OffsetCommit(groupID: "plain", entries: [entry]), token: RequestToken(4), at: $1)
        }
        let records = run.written.map { (key: $0.key, value: $0.value) }
        return [RecordInput.input(records)] + records.map { RecordInput.input([$0]) }
    }
}

/// The metadata and assignments of members of the consumer protocol type, which are bytes to a classic group and
/// mean something to one that members of both protocols share.
enum ConsumerProtocolTarget {
    /// The first byte chooses between the two, the rest is the message behind its version.
    static func run(_ input: ByteSlice) {
        guard let choice = input.array.first else { return }
        let body = input[1..<input.count]
        if choice & 1 == 0 {
            MessageTarget.runBlob(ConsumerProtocolSubscription.self, body)
        } else {
            MessageTarget.runBlob(ConsumerProtocolAssignment.self, body)
        }
        var run = GroupRun()
        run.settle { $0.consumerHeartbeat(GroupRun.heartbeat("group"), token: RequestToken(1), at: $1) }
        run.settle { $0.join(GroupRun.join("group", metadata: body), token: RequestToken(2), at: $1) }
        run.settle { $0.join(GroupRun.join("other", metadata: body), token: RequestToken(3), at: $1) }
        run.letTimePass(for: .seconds(5))
        if case .join(let joined)? = run.responses.last {
            let sync = GroupSync(
                groupID: "other", memberID: joined.memberID, generation: joined.generation,
                assignments: [joined.memberID: body])
            run.settle { $0.sync(sync, token: RequestToken(4), at: $1) }
        }
        // With members of the classic protocol alone it becomes a group of that one, and the other goes over as well.
        run.settle { $0.consumerHeartbeat(GroupRun.heartbeat("group", epoch: -1), token: RequestToken(5), at: $1) }
        run.settle { $0.consumerHeartbeat(GroupRun.heartbeat("other"), token: RequestToken(6), at: $1) }
        run.describe()
        run.letTimePass()
    }

    static var seeds: [ByteSlice] {
        MessageTarget.blobSeeds(ConsumerProtocolSubscription.self).map { ByteSlice([0] + $0.array) }
            + MessageTarget.blobSeeds(ConsumerProtocolAssignment.self).map { ByteSlice([1] + $0.array) }
    }
}

/// The metadata and assignments of the workers of a Connect cluster.
enum ConnectProtocolTarget {
    /// The first byte chooses between the two, the rest is the message behind its version.
    static func run(_ input: ByteSlice) {
        guard let choice = input.array.first else { return }
        let body = input[1..<input.count]
        if choice & 1 == 0 {
            MessageTarget.runBlob(ConnectProtocolMetadata.self, body)
        } else {
            MessageTarget.runBlob(ConnectProtocolAssignment.self, body)
        }
    }

    static var seeds: [ByteSlice] {
        MessageTarget.blobSeeds(ConnectProtocolMetadata.self).map { ByteSlice([0] + $0.array) }
            + MessageTarget.blobSeeds(ConnectProtocolAssignment.self).map { ByteSlice([1] + $0.array) }
    }
}

internal import RecordFormat

extension Group {
    /// A client wants to keep how far it has come if its transaction is committed.
    mutating func commit(
        _ request: OffsetCommit, in producer: ProducerIdentity, token: RequestToken, _ effects: inout GroupEffects
    ) {
        if let error = transactionalRefusal(of: request) {
            let partitions = request.entries.lazy.map(\.partition)
            return effects.respond(token, .offsetCommit(.failed(error, partitions)))
        }
        let (writes, results) = writes(of: request, effects)
        if !writes.isEmpty {
            offsets.begin(writes.lazy.map(\.partition))
            let records = writes.map { GroupRecord.offsetCommit(id, $0.partition, $0.value) }
            effects.append(records, for: .transactionalCommit(writes, producer), of: producer)
        }
        effects.respondWhenDurable(token, .offsetCommit(OffsetUpdateResult(entries: results)))
    }

    /// Unlike other commits, one of a transaction need not say who the member is (before KIP-447 it could not), and is
    /// no sign of life; a rebalance that is being completed is no obstacle.
    private func transactionalRefusal(of request: OffsetCommit) -> GroupError? {
        if isConverting || isDeleting { return .coordinatorNotAvailable }
        let saysWho =
            request.generation >= GenerationID(0) || !request.memberID.isUnknown || request.instanceID != nil
        if let consumer {
            guard saysWho else { return nil }
            let error = consumer.transactionalRefusal(of: request)
            // The error that clients of this request know for an epoch that is over.
            return error == .staleMemberEpoch ? .illegalGeneration : error
        }
        guard let classic else { return .groupIDNotFound }
        return classic.transactionalRefusal(of: request, saysWho: saysWho)
    }

    /// Offsets of a transaction are durable and wait for its end.
    mutating func transactionalCommitCompleted(_ writes: [OffsetWrite], _ producer: ProducerID) {
        offsets.end(writes.lazy.map(\.partition))
        for write in writes { offsets.hold(write.value, of: write.partition, for: producer) }
        isPersisted = true
    }

    mutating func replayCommit(_ value: OffsetCommitValue, of partition: TopicPartition, in producer: ProducerID) {
        offsets.hold(value, of: partition, for: producer)
        isPersisted = true
    }
}

extension ClassicGroup {
    fileprivate func transactionalRefusal(of request: OffsetCommit, saysWho: Bool) -> GroupError? {
        if phase == .dead { return .coordinatorNotAvailable }
        if request.generation < GenerationID(0) && phase == .empty { return nil }
        guard saysWho else { return nil }
        if let error = refusal(of: request.memberID, request.instanceID) { return error }
        return request.generation == generation ? nil : .illegalGeneration
    }
}

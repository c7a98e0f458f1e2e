internal import RecordFormat

extension GroupCoordinator {
    /// A client wants to keep how far it has come if its transaction is committed (KIP-98, KIP-447).
    ///
    /// The answer is a ``GroupResponse/offsetCommit(_:)``, which leaves when the offsets are durable; they are seen
    /// only after the marker that commits the transaction. Whether the transaction is open is the host's to check.
    public mutating func commitOffsets(
        _ request: OffsetCommit, in producer: ProducerIdentity, token: RequestToken, at now: CoordinationTime
    ) -> [GroupAction] {
        func refused(_ error: GroupError) -> [GroupAction] {
            [.respond(token, .offsetCommit(.failed(error, request.entries.lazy.map(\.partition))))]
        }
        if request.groupID.rawValue.isEmpty || !request.groupID.rawValue.fitsRecord { return refused(.invalidGroupID) }
        if groups[request.groupID] == nil {
            // The error that clients of this request know for a generation that is over.
            guard request.generation < GenerationID(0) else { return refused(.illegalGeneration) }
            groups[request.groupID] = Group(id: request.groupID, at: now.timestamp)
        }
        return withGroup(request.groupID, at: now) { $0.commit(request, in: producer, token: token, &$1) }
    }

    /// A transaction that may have offsets of groups has ended.
    ///
    /// The answer is a ``GroupResponse/marker(_:)``, which leaves when the marker is durable.
    public mutating func endTransaction(_ marker: GroupMarker, token: RequestToken) -> [GroupAction] {
        let append = makeAppendToken()
        pendingMarkers[append] = (marker, token)
        return [.appendMarker(marker, append)]
    }

    mutating func markerCompleted(
        _ marker: GroupMarker, _ request: RequestToken, _ result: Result<Void, GroupAppendFailure>
    ) -> [GroupAction] {
        switch result {
        case .failure(let failure): return [.respond(request, .marker(failure.groupError))]
        case .success:
            settle(marker)
            return [.respond(request, .marker(nil))]
        }
    }

    /// Makes the offsets of a transaction count, or forgets them.
    private mutating func settle(_ marker: GroupMarker) {
        guard let groupIDs = openTransactions[marker.producer.id] else { return }
        for groupID in groupIDs {
            let partition = Self.groupPartition(for: groupID, partitionCount: marker.partitionCount)
            guard partition == marker.partition else { continue }
            openTransactions[marker.producer.id]!.remove(groupID)
            groups[groupID]?.offsets.settle(marker.producer.id, marker.outcome)
        }
        if openTransactions[marker.producer.id]!.isEmpty { openTransactions[marker.producer.id] = nil }
    }

    /// Takes over the end of a transaction, in the order of the log.
    public mutating func replay(_ marker: GroupMarker) { settle(marker) }

    mutating func replay(
        _ value: OffsetCommitValue, of partition: TopicPartition, _ groupID: GroupID, in producer: ProducerID
    ) {
        groups[groupID, default: Group(id: groupID, at: value.commitTimestamp)]
            .replayCommit(value, of: partition, in: producer)
        openTransactions[producer, default: []].insert(groupID)
    }
}

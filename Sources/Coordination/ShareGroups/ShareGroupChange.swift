internal import RecordFormat

/// What one event makes of a share group: the records that say so, and the group after them.
///
/// Nothing of it counts before ``ShareGroup`` has taken it: an event that is refused halfway leaves no trace.
struct ShareGroupChange {
    private(set) var state: ShareGroupState
    private(set) var records: [ShareGroupRecord] = []
    /// The version of the catalog that the group was last held against; -1 for none.
    private(set) var seenCatalog: Int64

    /// Starts from a group as it is.
    init(of state: ShareGroupState, seenCatalog: Int64) {
        self.state = state
        self.seenCatalog = seenCatalog
    }

    private mutating func write(_ record: ShareGroupRecord) {
        state.apply(record)
        records.append(record)
    }

    /// Takes over what a member says of itself.
    ///
    /// - Returns: Whether the member is new or wants other topics than before.
    mutating func update(_ id: MemberID, to metadata: ShareMemberMetadata) -> Bool {
        let former = state.members[id]?.metadata
        if former == metadata { return false }
        write(.member(id, metadata))
        return former?.topicNames != metadata.topicNames
    }

    /// Takes a member out.
    mutating func remove(_ id: MemberID) {
        write(.current(id, nil))
        write(.target(id, nil))
        write(.member(id, nil))
    }

    /// Starts a new epoch of the group if its members or its topics are not what they were, and assigns for it.
    ///
    /// - Parameters:
    ///   - hasChanged: Whether the members or what they want have changed.
    ///   - assignsNow: Whether the target is made at once, and not with the next heartbeat.
    ///   - catalog: The topics that there are.
    mutating func refresh(hasChanged: Bool, assignsNow: Bool = true, _ catalog: TopicCatalog) {
        // Most heartbeats change nothing, and must not cost a look at every member.
        if hasChanged || seenCatalog != catalog.version {
            let hash = topicsHash(catalog)
            if hasChanged || hash != state.topicsHash {
                write(.group(.init(epoch: state.groupEpoch + 1, topicsHash: hash)))
            }
            seenCatalog = catalog.version
        }
        if assignsNow && state.groupEpoch > state.targetEpoch { assign(catalog) }
    }

    /// What the topics that the members want are like, in 64 bits (FNV-1a): names, identities and partitions.
    private func topicsHash(_ catalog: TopicCatalog) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        func mix(_ value: UInt64) { for shift in 0..<8 { mix(UInt8(truncatingIfNeeded: value >> UInt64(shift * 8))) } }
        for name in state.subscribedTopics.sorted() {
            guard let topic = catalog.topics[name] else { continue }
            for byte in name.utf8 { mix(byte) }
            mix(topic.id.high)
            mix(topic.id.low)
            mix(UInt64(topic.partitionCount))
        }
        return Int64(bitPattern: hash)
    }

    /// Makes the target assignment of the group's epoch.
    private mutating func assign(_ catalog: TopicCatalog) {
        var counts: [TopicID: Int32] = [:]
        for name in state.subscribedTopics {
            if let topic = catalog.topics[name] { counts[topic.id] = topic.partitionCount }
        }
        let members = state.sortedMembers.map { member in
            AssignmentProblem.Member(
                id: member.id, instanceID: nil,
                topics: Set(member.metadata.topicNames.compactMap { catalog.topics[$0]?.id }),
                assigned: state.targets[member.id] ?? PartitionAssignment())
        }
        let targets = SharedAssignment.solve(AssignmentProblem(members: members, partitionCounts: counts))
        for member in members {
            let target = targets[member.id] ?? PartitionAssignment()
            if target != state.targets[member.id] { write(.target(member.id, target)) }
        }
        write(.targetEpoch(state.groupEpoch))
    }

    /// Gives a member what it is to have. Nobody has to give anything up for it: partitions are shared.
    mutating func reconcile(_ id: MemberID) {
        guard let member = state.members[id], member.current.epoch != state.targetEpoch else { return }
        write(
            .current(
                id,
                ShareMemberAssignment(
                    epoch: state.targetEpoch, previousEpoch: member.current.epoch,
                    assigned: state.targets[id] ?? PartitionAssignment())))
    }
}

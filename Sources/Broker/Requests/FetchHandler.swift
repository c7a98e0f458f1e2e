import KafkaProtocol
import LogCore
import NIOPosix
import RecordFormat
import Replication

extension FetchRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<FetchResponse>) {
        broker.fetch(self, context, reply)
    }
}

extension Broker {
    /// Gives a consumer the batches from its offsets on; with too little there the request waits for more.
    func fetch(_ request: FetchRequest, _ context: RequestContext, _ reply: @escaping Reply<FetchResponse>) {
        var plan = FetchPlan(
            entries: [], maxBytes: min(Int(max(0, request.maxBytes)), fetchLimit(context)),
            isolation: FetchIsolation(level: request.isolationLevel), follower: follower(request, context))
        if plan.follower == nil, context.version >= Self.firstFetchVersionWithRacks {
            plan.mayReadFollowers = true
            plan.nearerNodes = nodes(nearerTo: request.rackID, context)
        }
        let session = fetchSessions.plan(request, reader(plan, context))
        guard session.error == .none else {
            reply(FetchResponse(errorCode: session.error.rawValue))
            return
        }
        plan.entries = session.entries
        let finish = finish(session, context, reply)
        // More than the answer may carry would never be there.
        let minBytes = min(Int(request.minBytes), plan.maxBytes)
        let found = plan.look()
        let canWait = session.session?.watch.hasPartitions ?? plan.canWait
        if found.bytes >= minBytes || found.isUrgent || request.maxWaitMs <= 0 || !canWait {
            finish(plan, found.outcomes)
        } else {
            let parked = ParkedFetch(
                plan: plan, found.outcomes, watch: session.session?.watch, minBytes: minBytes, loop: context.loop,
                finish: finish)
            context.hold(parked)
            parked.park(deadlines: deadlines, timeout: .milliseconds(Int64(request.maxWaitMs)))
        }
    }

    /// Who asks, and what a partition is to them.
    private func reader(_ plan: FetchPlan, _ context: RequestContext) -> FetchReader {
        let namesByID = context.version >= Self.firstFetchVersionWithTopicIDs
        let isFollower = plan.follower != nil
        let mayFollow = isFollower && authorizer.allows(context.principal, .clusterAction, .cluster)
        // What the others are told may change without anything happening in a partition.
        let isSimple =
            !isFollower && plan.nearerNodes.isEmpty && context.version >= Self.firstFetchVersionWithZstd
            && authorizer.isOpen
        return FetchReader(
            namesByID: namesByID, isFollower: isFollower,
            basis: isSimple ? .init(principal: context.principal, partitions: partitions.version) : nil
        ) { [self] target in
            guard !isFollower || mayFollow else {
                return FetchPlan.Entry(target: target, partition: .failure(.topicAuthorizationFailed))
            }
            var target = target
            if namesByID { target.resolvedName = target.resolvedName ?? partitions.topic(target.topicID)?.name }
            return FetchPlan.Entry(
                target: target, partition: partition(target, namesByID, isAllowed: mayFollow, context))
        }
    }

    /// What is done with what a plan's partitions turned out to have.
    private func finish(
        _ session: FetchSessions.Plan, _ context: RequestContext, _ reply: @escaping Reply<FetchResponse>
    ) -> ParkedFetch.Finish {
        let answer: ParkedFetch.Finish = { [self] plan, outcomes in
            var response = response(plan, outcomes, sessionID: session.sessionID, context)
            // What replicas copy is no client's.
            if let follower = plan.follower {
                follower.throttle.record(plan.throttledBytes(in: outcomes))
            } else if let throttled = throttled(response, plan, session, context) {
                return reply(throttled)
            }
            session.session?.trim(&response, plan, isIncremental: session.isIncremental)
            reply(response)
        }
        return { [self] plan, outcomes in
            // A consumer far behind must not keep the loop from those at the tail.
            guard outcomes.contains(where: { $0.slice.map(Self.takesLong) ?? false }) else {
                return answer(plan, outcomes)
            }
            pool.submit { _ in
                for case let slice? in outcomes.map(\.slice) where slice.mayWaitForDevice { slice.load() }
                answer(plan, outcomes)
            }
        }
    }

    /// The nodes in a client's rack, if this one is in another and may name them (KIP-392); those that the client
    /// reaches by its listener.
    private func nodes(nearerTo rack: String, _ context: RequestContext) -> Set<BrokerID> {
        guard !rack.isEmpty, rack != self.rack, configuration.namesNearerReplicas else { return [] }
        let endpoints = ClusterView(of: self, for: context.listener).endpoints
        return Set(endpoints.lazy.filter { $0.rack == rack }.map { BrokerID($0.nodeID) })
    }

    /// The broker that asks, if it is not a client.
    private func follower(_ request: FetchRequest, _ context: RequestContext) -> FetchPlan.Follower? {
        let isNew = context.version >= Self.firstFetchVersionWithReplicaState
        let id = isNew ? request.replicaState.replicaID : request.replicaID
        guard id >= 0 else { return nil }
        return FetchPlan.Follower(
            id: BrokerID(id), epoch: BrokerEpoch(isNew ? request.replicaState.replicaEpoch : -1),
            throttle: throttles.leader)
    }

    /// Whether reading `slice` waits for the device, or checks more bytes than a loop should: a megabyte takes 0.1 ms.
    private static func takesLong(_ slice: LogSlice) -> Bool {
        slice.byteCount >= ConnectionHandler.sendfileThreshold && !slice.isVerified || slice.mayWaitForDevice
    }

    /// The first version that says in which rack the client is, and whose clients go to followers (KIP-392).
    private static let firstFetchVersionWithRacks: Int16 = 11
    /// The first version that names topics by their identity (KIP-516).
    private static let firstFetchVersionWithTopicIDs: Int16 = 13
    /// The first version that says in a field of its own who follows (KIP-903).
    private static let firstFetchVersionWithReplicaState: Int16 = 15
    /// The first version whose consumers can be counted on to know zstd (KIP-110).
    private static let firstFetchVersionWithZstd: Int16 = 10

    /// The partition that `target` names.
    ///
    /// - Parameter isAllowed: Whether who asks may read every topic.
    private func partition(
        _ target: FetchTarget, _ namesByID: Bool, isAllowed: Bool, _ context: RequestContext
    ) -> Result<Partition, ErrorCode> {
        guard let name = namesByID ? target.resolvedName : target.topic else { return .failure(.unknownTopicID) }
        // Before anything is said of a topic: who may not read it is not told whether it exists.
        guard isAllowed || authorizer.allows(context.principal, .read, .topic(name)) else {
            return .failure(.topicAuthorizationFailed)
        }
        guard let topic = partitions.topic(name), topic.has(target.request.partition) else {
            return .failure(.unknownTopicOrPartition)
        }
        // The session's topic was deleted, and one of its name made.
        if namesByID, topic.id != target.topicID { return .failure(.inconsistentTopicID) }
        // Whether another leads is found out with each look: it may change while the fetch waits.
        guard let partition = topic.copy(target.request.partition) else { return .failure(.notLeaderOrFollower) }
        if context.version < Self.firstFetchVersionWithZstd, partition.log.configuration.compression.codec == .zstd {
            return .failure(.unsupportedCompressionType)
        }
        return .success(partition)
    }
}

extension FetchIsolation {
    /// How far a consumer sees that asks for this isolation level (KIP-98): 1 is that of committed records.
    init(level: Int8) { self = level == 1 ? .transactionCommitted : .highWatermark }
}

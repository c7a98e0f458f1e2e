import Coordination
import KafkaProtocol
import LogCore
import Logging
import NIOCore
import NIOPosix
import RecordFormat

extension ShareFetchRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ShareFetchResponse>) {
        if let refusal = broker.refusal(ofShareRequest: groupID, memberID, context) ?? refusal {
            return reply(ShareFetchResponse(errorCode: refusal.code.rawValue, errorMessage: refusal.message))
        }
        if shareSessionEpoch == ShareSessions.initialEpoch { context.noteSession() }
        broker.withShareStateTopic { error in
            if let error { return reply(ShareFetchResponse(errorCode: error.rawValue)) }
            broker.shareFetch(self, context, reply)
        }
    }

    /// What is wrong with the request, whoever sends it.
    private var refusal: RequestRefusal? {
        let acknowledges = topics.contains { $0.partitions.contains { !$0.acknowledgementBatches.isEmpty } }
        if shareSessionEpoch == ShareSessions.initialEpoch && acknowledges {
            return RequestRefusal(.invalidRequest, "The first request of a session has nothing to acknowledge.")
        }
        let fetches = maxWaitMs != 0 || minBytes != 0 || maxBytes != 0 || maxRecords != 0
        if isRenewAck && fetches {
            return RequestRefusal(.invalidRequest, "A request that renews locks cannot fetch.")
        }
        return nil
    }
}

extension ShareAcknowledgeRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ShareAcknowledgeResponse>) {
        if let refusal = broker.refusal(ofShareRequest: groupID, memberID, context) {
            return reply(ShareAcknowledgeResponse(errorCode: refusal.code.rawValue, errorMessage: refusal.message))
        }
        broker.shareAcknowledge(self, context, reply)
    }
}

extension Broker {
    typealias ShareTarget = ShareSessions.Target

    /// What is wrong with a request of a share group's member, whatever it asks for.
    fileprivate func refusal(
        ofShareRequest groupID: String?, _ memberID: String?, _ context: RequestContext
    ) -> RequestRefusal? {
        guard level(of: .shares) > 0 else { return RequestRefusal(.unsupportedVersion) }
        guard let groupID, !groupID.isEmpty, let memberID, !memberID.isEmpty, memberID.fitsRecord, groupID.fitsRecord
        else { return RequestRefusal(.invalidRequest, "The group and the member have to be named.") }
        return refusal(.read, groupID, context).map { RequestRefusal($0) }
    }

    /// Goes on when the topic that keeps the state of share groups is there; made by the first who needs it.
    func withShareStateTopic(_ body: @escaping @Sendable (ErrorCode?) -> Void) {
        if shares.topic.topic != nil { return body(nil) }
        Task {
            do {
                try await makeInternalTopic(InternalTopics.shareGroupState)
                body(nil)
            } catch {
                logger.error("creating \(InternalTopics.shareGroupState) failed: \(error)")
                body(.coordinatorNotAvailable)
            }
        }
    }

    // MARK: - Fetch

    /// Takes acknowledgements, and gives a member of a share group records; with too few there the request waits.
    fileprivate func shareFetch(
        _ request: ShareFetchRequest, _ context: RequestContext, _ reply: @escaping Reply<ShareFetchResponse>
    ) {
        let group = GroupID(request.groupID ?? "")
        let member = MemberID(request.memberID ?? "")
        let session = shares.sessions.plan(
            fetch: group, member, epoch: request.shareSessionEpoch, adding: request.targets,
            forgetting: request.forgotten, by: context.connection)
        guard session.error == .none else {
            return reply(ShareFetchResponse(errorCode: session.error.rawValue))
        }
        let policy = shares.policy(of: group)
        request.acknowledgements.take(by: member, resolve: { acknowledged($0, group, context) }) { [self] refusals in
            let answer = ShareFetchAnswer(request, session, refusals, lock: policy.settings.lockDuration)
            if session.isFinal {
                for target in session.targets {
                    if case .success(let shared) = acknowledged(target, group, context) { shared.release(member) }
                }
                shares.sessionEnded(of: group)
                return reply(answer.response)
            }
            guard request.maxRecords > 0, !request.isRenewAck, !session.targets.isEmpty else {
                return reply(answer.response)
            }
            let plan = ShareFetchPlan(
                entries: session.targets.map { .init(target: $0, shared: shared($0, group, context)) },
                wish: ShareAcquisition(
                    member: member, maxRecords: Int(request.maxRecords), batchSize: Int(request.batchSize),
                    isStrict: request.shareAcquireMode == 1),
                maxBytes: min(Int(max(0, request.maxBytes)), fetchLimit(context)),
                minBytes: max(1, Int(request.minBytes)), isolation: policy.isolation)
            shareFetch(plan, wait: request.maxWaitMs, context) { outcomes in
                var answer = answer
                answer.add(plan, outcomes)
                reply(answer.response)
            }
        }
    }

    private func shareFetch(
        _ plan: ShareFetchPlan, wait: Int32, _ context: RequestContext,
        finish: @escaping ParkedShareFetch.Finish
    ) {
        var plan = plan
        // More than the answer may carry would never be there.
        plan.minBytes = min(plan.minBytes, max(1, plan.maxBytes))
        let found = plan.look()
        let park: @Sendable () -> Void = { [self, plan] in
            // The connection knows who waits on its behalf on its own loop only.
            guard context.loop.inEventLoop else {
                return context.loop.execute { self.park(plan, wait: wait, context, finish: finish) }
            }
            self.park(plan, wait: wait, context, finish: finish)
        }
        guard found.bytes >= plan.minBytes || found.hasError || wait <= 0 else { return park() }
        plan.acquire(found.looks, on: pool) { outcomes, isEmpty in
            // Another member was faster, or there was nothing for members to see.
            if isEmpty && wait > 0 { park() } else { finish(outcomes) }
        }
    }

    /// Gives back what members had on a connection that has ended: nobody is there to acknowledge it.
    func endShareSessions(of connection: ConnectionInfo.ID) {
        for (group, member, targets) in shares.sessions.end(of: connection) {
            for target in targets {
                guard let partition = partitions.topic(target.topicID)?.copy(target.partition) else { continue }
                let key = SharePartitionKey(groupID: group, topicID: target.topicID, partition: target.partition)
                if case .success(let shared?) = shares.find(key, on: partition) { shared.release(member) }
            }
            shares.sessionEnded(of: group)
        }
    }

    private func park(
        _ plan: ShareFetchPlan, wait: Int32, _ context: RequestContext, finish: @escaping ParkedShareFetch.Finish
    ) {
        let parked = ParkedShareFetch(plan: plan, loop: context.loop, pool: pool, finish: finish)
        context.hold(parked)
        parked.park(deadlines: deadlines, timeout: .milliseconds(Int64(wait)))
    }

    /// The partition that a member may read, or why it may not.
    private func readable(_ target: ShareTarget, _ context: RequestContext) -> Result<Partition, ErrorCode> {
        guard let topic = partitions.topic(target.topicID) else { return .failure(.unknownTopicID) }
        guard authorizer.allows(context.principal, .read, .topic(topic.name)) else {
            return .failure(.topicAuthorizationFailed)
        }
        return topic.led(target.partition)
    }

    /// The queue that a member fetches from, which is set up if need be.
    private func shared(
        _ target: ShareTarget, _ group: GroupID, _ context: RequestContext
    ) -> Result<SharedPartition, ErrorCode> {
        readable(target, context).flatMap { partition in
            let key = SharePartitionKey(groupID: group, topicID: target.topicID, partition: target.partition)
            return shares.shared(key, on: partition) {
                switch groups.query(group, { $0.hasShareGroup(group) }) {
                case .success(let isKnown): isKnown
                // Its coordinator on another node is not asked: a member that fetches has joined there.
                case .failure(let fault): fault == .notCoordinator
                }
            }
        }
    }

    /// The queue that a member acknowledges records of; without one it has never been given any.
    private func acknowledged(
        _ target: ShareTarget, _ group: GroupID, _ context: RequestContext
    ) -> Result<SharedPartition, ErrorCode> {
        readable(target, context).flatMap { partition in
            let key = SharePartitionKey(groupID: group, topicID: target.topicID, partition: target.partition)
            return shares.find(key, on: partition).flatMap { $0.map { .success($0) } ?? .failure(.invalidRecordState) }
        }
    }

    // MARK: - Acknowledge

    /// Takes acknowledgements of a member of a share group.
    fileprivate func shareAcknowledge(
        _ request: ShareAcknowledgeRequest, _ context: RequestContext,
        _ reply: @escaping Reply<ShareAcknowledgeResponse>
    ) {
        let group = GroupID(request.groupID ?? "")
        let member = MemberID(request.memberID ?? "")
        let session = shares.sessions.plan(acknowledge: group, member, epoch: request.shareSessionEpoch)
        guard session.error == .none else {
            return reply(ShareAcknowledgeResponse(errorCode: session.error.rawValue))
        }
        let lock = shares.policy(of: group).settings.lockDuration
        request.acknowledgements.take(by: member, resolve: { acknowledged($0, group, context) }) { [self] refusals in
            if session.isFinal {
                for target in session.targets {
                    if case .success(let shared) = acknowledged(target, group, context) { shared.release(member) }
                }
                shares.sessionEnded(of: group)
            }
            reply(
                ShareAcknowledgeResponse(
                    acquisitionLockTimeoutMs: lock.wireMilliseconds,
                    responses: request.topics.map { topic in
                        .init(
                            topicID: topic.topicID,
                            partitions: topic.partitions.map { partition in
                                let target = ShareTarget(topicID: topic.topicID, partition: partition.partitionIndex)
                                let refusal = refusals[target]
                                return .init(
                                    partitionIndex: partition.partitionIndex,
                                    errorCode: (refusal?.code ?? .none).rawValue, errorMessage: refusal?.message)
                            })
                    }))
        }
    }
}

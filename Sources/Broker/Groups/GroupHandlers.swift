import Coordination
import KafkaProtocol
import Logging
import NIOPosix
import OrderedCollections
import RecordFormat

extension JoinGroupRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<JoinGroupResponse>) {
        if let refusal = broker.refusal(.read, groupID, context) {
            return reply(JoinGroupResponse(refusal, to: self, version: context.version))
        }
        let join = GroupJoin(self, version: context.version, clientID: context.clientID, clientHost: context.clientHost)
        broker.groups.perform(join.groupID, { $0.join(join, token: $1, at: $2) }) { outcome in
            switch outcome {
            case .success(.join(let result)): reply(JoinGroupResponse(result, version: context.version))
            default: reply(JoinGroupResponse(outcome.fault, to: self, version: context.version))
            }
        }
    }
}

extension SyncGroupRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<SyncGroupResponse>) {
        if let refusal = broker.refusal(.read, groupID, context) { return reply(SyncGroupResponse(refusal)) }
        do throws(GroupError) {
            let sync = try GroupSync(self, version: context.version)
            broker.groups.perform(sync.groupID, { $0.sync(sync, token: $1, at: $2) }) { outcome in
                switch outcome {
                case .success(.sync(let result)): reply(SyncGroupResponse(result))
                // The rebalance that it was part of went with the former coordinator: the client is to join again, as
                // Kafka's group coordinator had it. Clients that do not know the error itself would give up.
                case .failure(.coordinatorLoadInProgress): reply(SyncGroupResponse(.rebalanceInProgress))
                default: reply(SyncGroupResponse(outcome.fault))
                }
            }
        } catch {
            reply(SyncGroupResponse(ErrorCode(error)))
        }
    }
}

extension HeartbeatRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<HeartbeatResponse>) {
        if let refusal = broker.refusal(.read, groupID, context) { return reply(HeartbeatResponse(refusal)) }
        let heartbeat = GroupHeartbeat(self)
        broker.groups.perform(heartbeat.groupID, { $0.heartbeat(heartbeat, token: $1, at: $2) }) { outcome in
            switch outcome {
            case .success(.heartbeat(let error)): reply(HeartbeatResponse(error))
            // As in Kafka: the member keeps its place, and clients do not know the error here.
            case .failure(.coordinatorLoadInProgress): reply(HeartbeatResponse(nil))
            default: reply(HeartbeatResponse(outcome.fault))
            }
        }
    }
}

extension LeaveGroupRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<LeaveGroupResponse>) {
        if let refusal = broker.refusal(.read, groupID, context) { return reply(LeaveGroupResponse(refusal)) }
        let leave = GroupLeave(self, version: context.version)
        broker.groups.perform(leave.groupID, { $0.leave(leave, token: $1, at: $2) }) { outcome in
            switch outcome {
            case .success(.leave(let result)): reply(LeaveGroupResponse(result, version: context.version))
            default: reply(LeaveGroupResponse(outcome.fault))
            }
        }
    }
}

extension OffsetCommitRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<OffsetCommitResponse>) {
        let exchange = OffsetCommitExchange(
            self, version: context.version, resolve: broker.topicResolver(.read, context),
            hasPartition: { broker.partitions.has($0) })
        if let refusal = broker.refusal(.read, groupID, context) { return reply(exchange.response(failing: refusal)) }
        guard !exchange.commit.entries.isEmpty else { return reply(exchange.response(to: nil)) }
        let commit = exchange.commit
        broker.groups.perform(commit.groupID, { $0.commitOffsets(commit, token: $1, at: $2) }) { outcome in
            switch outcome {
            case .success(.offsetCommit(let result)): reply(exchange.response(to: result))
            default: reply(exchange.response(failing: outcome.fault))
            }
        }
    }
}

extension OffsetFetchRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<OffsetFetchResponse>) {
        let exchange = OffsetFetchExchange(
            self, version: context.version, resolve: broker.topicResolver(.describe, context),
            topicID: { broker.partitions.topic($0)?.id })
        let answer: @Sendable () -> Void = {
            let results = exchange.fetches.map { fetch -> Result<OffsetFetchResult, ErrorCode> in
                if let refusal = broker.refusal(.describe, fetch.groupID.rawValue, context) { return .failure(refusal) }
                return broker.groups.query(fetch.groupID) { $0.fetchOffsets(fetch) }
            }
            reply(exchange.response(to: results))
        }
        // What a group has of all topics is not put together where other connections wait.
        if exchange.fetches.contains(where: { $0.partitions == nil }) {
            broker.pool.submit { _ in answer() }
        } else {
            answer()
        }
    }
}

extension DescribeGroupsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeGroupsResponse>) {
        // What large groups have to say is not put together where other connections wait.
        broker.pool.submit { _ in reply(describe(by: broker, context)) }
    }

    private func describe(by broker: Broker, _ context: RequestContext) -> DescribeGroupsResponse {
        // Named twice, a large group would be described twice: a short request must not have an answer without end.
        let described = OrderedSet(groups).map { groupID -> DescribeGroupsResponse.DescribedGroup in
            if let refusal = broker.refusal(.describe, groupID, context) { return .init(refusal, groupID: groupID) }
            switch broker.groups.query(GroupID(groupID), { $0.describe(GroupID(groupID)) }) {
            case .failure(let fault): return .init(fault, groupID: groupID)
            case .success(let description):
                return .init(
                    description, version: context.version,
                    authorizedOperations: includeAuthorizedOperations
                        ? broker.authorizedOperations(on: .group(groupID), context) : nil)
            }
        }
        return DescribeGroupsResponse(groups: described)
    }
}

extension ListGroupsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ListGroupsResponse>) {
        broker.pool.submit { _ in
            switch broker.groups.list(states: statesFilter, types: typesFilter) {
            case .failure(let fault): reply(ListGroupsResponse(errorCode: fault.rawValue))
            case .success(let listed):
                reply(
                    ListGroupsResponse(
                        listed.filter {
                            broker.authorizer.allows(context.principal, .describe, .group($0.groupID.rawValue))
                        }))
            }
        }
    }
}

extension DeleteGroupsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DeleteGroupsResponse>) {
        Task {
            var response = DeleteGroupsResponse()
            for groupID in OrderedSet(groupsNames) { response.results.append(await delete(groupID, broker, context)) }
            reply(response)
        }
    }

    private func delete(
        _ groupID: String, _ broker: Broker, _ context: RequestContext
    ) async -> DeleteGroupsResponse.DeletableGroupResult {
        if let refusal = broker.refusal(.delete, groupID, context) { return .init(refusal, groupID: groupID) }
        let id = GroupID(groupID)
        var isShared = false
        if case .success(true) = broker.groups.query(id, { $0.hasShareGroup(id) }) {
            isShared = true
            // The states of its queues that cannot be reached would outlive it, and count for the next one of its name.
            if case .failure = await broker.shares.summaries(of: id) {
                return .init(.coordinatorNotAvailable, groupID: groupID)
            }
        }
        let result: DeleteGroupsResponse.DeletableGroupResult = await withCheckedContinuation { continuation in
            broker.groups.perform(id, { $0.deleteGroup(id, token: $1, at: $2) }) { outcome in
                switch outcome {
                case .success(.deleteGroup(let error)): continuation.resume(returning: .init(error, groupID: groupID))
                default: continuation.resume(returning: .init(outcome.fault, groupID: groupID))
                }
            }
        }
        // Behind the group, which may turn out to have members: what they have not read must not be lost. Should the node
        // go down in between, its next start deletes queues whose group is gone; should it fail, this can be tried again.
        let isGone = result.errorCode == 0 ? isShared : result.errorCode == ErrorCode.groupIDNotFound.rawValue
        if isGone, let failure = await broker.shares.deleteGroup(id) { return .init(failure, groupID: groupID) }
        return result
    }
}

extension Result where Success == GroupResponse, Failure == ErrorCode {
    /// Why there is no answer of the kind that was asked for.
    var fault: ErrorCode {
        if case .failure(let error) = self { error } else { .unknownServerError }
    }
}

extension Broker {
    /// The error that a request about a group gets before anyone looks at it, if there is one.
    func refusal(_ operation: Operation, _ groupID: String, _ context: RequestContext) -> ErrorCode? {
        authorizer.allows(context.principal, operation, .group(groupID)) ? nil : .groupAuthorizationFailed
    }

    /// Finds the name that a commit or fetch of offsets means, if the client may know it.
    func topicResolver(_ operation: Operation, _ context: RequestContext) -> TopicResolver {
        { [self] reference in
            switch reference {
            case .name(let name):
                guard authorizer.allows(context.principal, operation, .topic(name)) else {
                    return .failure(.topicAuthorizationFailed)
                }
                return partitions.topic(name) == nil && operation == .read
                    ? .failure(.unknownTopicOrPartition) : .success(name)
            case .id(let id):
                guard let topic = partitions.topic(id) else { return .failure(.unknownTopicID) }
                guard authorizer.allows(context.principal, operation, .topic(topic.name)) else {
                    return .failure(.topicAuthorizationFailed)
                }
                return .success(topic.name)
            }
        }
    }

    /// Creates a topic of the cluster's own unless it is there.
    func makeInternalTopic(_ name: String) async throws {
        guard partitions.topic(name) == nil else { return }
        do {
            _ = try await topics.create(TopicManager.Request(name: name))
        } catch let refusal as TopicManager.Refusal where refusal.code == .topicAlreadyExists {
            return
        }
    }
}

import KafkaProtocol
import RecordFormat
import Replication
import Synchronization

extension AlterPartitionReassignmentsRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<AlterPartitionReassignmentsResponse>
    ) {
        Task { reply(await broker.alterPartitionReassignments(self, context)) }
    }
}

extension ListPartitionReassignmentsRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ListPartitionReassignmentsResponse>
    ) {
        reply(broker.listPartitionReassignments(self, context))
    }
}

extension Broker {
    /// Sends partitions to other brokers, or calls off that they are sent (KIP-455).
    ///
    /// Answered once the metadata has it; copying goes on behind that.
    func alterPartitionReassignments(
        _ request: AlterPartitionReassignmentsRequest, _ context: RequestContext
    ) async -> AlterPartitionReassignmentsResponse {
        var response = AlterPartitionReassignmentsResponse(
            allowReplicationFactorChange: request.allowReplicationFactorChange, errorMessage: nil)
        do {
            guard authorizer.allows(context.principal, .alter, .cluster) else {
                throw RequestRefusal(.clusterAuthorizationFailed)
            }
            let host = try await controllerHost()
            var begun: [(TopicPartition, former: PartitionState)] = []
            for topic in request.topics {
                var answers: [AlterPartitionReassignmentsResponse.ReassignablePartitionResponse] = []
                for asked in topic.partitions {
                    let id = TopicPartition(topic.name, asked.partitionIndex)
                    let former = metadata.image.partition(id)
                    let refusal = try await begin(asked, of: id, request, host)
                    let target = asked.replicas?.map { BrokerID($0) }
                    if refusal == nil, let former, target != former.target { begun.append((id, former)) }
                    answers.append(
                        .init(
                            partitionIndex: asked.partitionIndex, errorCode: (refusal?.code ?? .none).rawValue,
                            errorMessage: refusal?.message))
                }
                response.responses.append(.init(name: topic.name, partitions: answers))
            }
            await waitUntilChanged(begun, within: request.timeoutMs)
        } catch {
            let refusal = error as? RequestRefusal ?? RequestRefusal(.unknownServerError, "\(error)")
            (response.errorCode, response.errorMessage) = (refusal.code.rawValue, refusal.message)
            response.responses = []
        }
        return response
    }

    /// Begins one reassignment, or says why not.
    ///
    /// - Throws: ``RequestRefusal`` with NOT_CONTROLLER.
    private func begin(
        _ asked: AlterPartitionReassignmentsRequest.ReassignablePartition, of id: TopicPartition,
        _ request: AlterPartitionReassignmentsRequest, _ host: ControllerHost?
    ) async throws -> RequestRefusal? {
        guard let topic = metadata.image.topic(id.topic), let present = metadata.image.partition(id) else {
            return RequestRefusal(.unknownTopicOrPartition, "Unable to find a partition \(id).")
        }
        if let replicas = asked.replicas, let refusal = fault(in: replicas, present, request) { return refusal }
        guard let host else {
            // The only node has all partitions, and has nowhere to send them.
            return asked.replicas == nil ? RequestRefusal(.noReassignmentInProgress, nil) : nil
        }
        let partition = PartitionID(topic: topic.id, index: id.partition)
        switch try await host.reassign(partition, to: asked.replicas?.map { BrokerID($0) }) {
        case nil: return nil
        case .unknownPartition: return RequestRefusal(.unknownTopicOrPartition, "Unable to find a partition \(id).")
        case .noReassignment:
            return RequestRefusal(.noReassignmentInProgress, "No partition reassignment is in progress.")
        default:
            return RequestRefusal(
                .invalidReplicaAssignment,
                "\(id) would be left without a replica that has everything: wait until one of the new ones is in sync")
        }
    }

    private func fault(
        in replicas: [Int32], _ present: PartitionState, _ request: AlterPartitionReassignmentsRequest
    ) -> RequestRefusal? {
        guard !replicas.isEmpty else {
            return RequestRefusal(
                .invalidReplicaAssignment, "The manual partition assignment includes an empty replica list.")
        }
        guard Set(replicas).count == replicas.count else {
            return RequestRefusal(
                .invalidReplicaAssignment, "The manual partition assignment includes a broker more than once.")
        }
        let brokers = metadata.image.brokers
        if let stranger = replicas.first(where: { $0 != nodeID && !brokers.isMember(BrokerID($0)) }) {
            return RequestRefusal(
                .invalidReplicaAssignment,
                "The manual partition assignment includes broker \(stranger), but no such broker is registered.")
        }
        // What a reassignment under way brings in is not counted yet.
        let count = present.replicas.count - present.addingReplicas.count
        guard request.allowReplicationFactorChange || replicas.count == count else {
            return RequestRefusal(
                .invalidReplicationFactor, "The replication factor is changed from \(count) to \(replicas.count)")
        }
        return nil
    }

    /// Lists the partitions that are on their way to other brokers.
    func listPartitionReassignments(
        _ request: ListPartitionReassignmentsRequest, _ context: RequestContext
    ) -> ListPartitionReassignmentsResponse {
        guard authorizer.allows(context.principal, .describe, .cluster) else {
            return ListPartitionReassignmentsResponse(
                errorCode: ErrorCode.clusterAuthorizationFailed.rawValue, errorMessage: "Authorization failed.")
        }
        let image = metadata.image
        let asked = request.topics.map { Dictionary($0.map { ($0.name, $0.partitionIndexes) }) { $0 + $1 } }
        var response = ListPartitionReassignmentsResponse(errorMessage: nil)
        for topic in image.topics.values.sorted(by: { $0.name < $1.name }) {
            let indexes = asked.map { Set($0[topic.name] ?? []) }
            let ongoing = topic.partitions.enumerated().filter { index, state in
                state.isReassigning && indexes?.contains(Int32(index)) != false
            }
            guard !ongoing.isEmpty else { continue }
            response.topics.append(
                .init(
                    name: topic.name,
                    partitions: ongoing.map { index, state in
                        .init(
                            partitionIndex: Int32(index), replicas: state.replicas.map(\.rawValue),
                            addingReplicas: state.addingReplicas.map(\.rawValue),
                            removingReplicas: state.removingReplicas.map(\.rawValue))
                    }))
        }
        return response
    }

    /// The controller of this cluster, which has to be on this node; `nil` on a server without a cluster.
    ///
    /// - Throws: ``RequestRefusal`` with NOT_CONTROLLER.
    func controllerHost() async throws(RequestRefusal) -> ControllerHost? {
        guard metadata.replication != nil else { return nil }
        guard let host = cluster.withLock({ $0 })?.controller, await host.isController else {
            throw RequestRefusal(.notController, "this node is not the controller: ask the one that Metadata names")
        }
        return host
    }

    /// Waits until other states than these are known of partitions, or time is up; what was asked goes on either way.
    func waitUntilChanged(_ former: [(TopicPartition, former: PartitionState)], within milliseconds: Int32) async {
        guard !former.isEmpty, let link = cluster.withLock({ $0 })?.link else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await link.wait { image in former.allSatisfy { image.partition($0.0) != $0.former } }
            }
            group.addTask { try? await Task.sleep(for: .milliseconds(max(0, min(milliseconds, 60_000)))) }
            await group.next()
            group.cancelAll()
        }
    }
}

extension PartitionState {
    /// The replicas that are to be in the end: those there are, unless a reassignment is under way.
    fileprivate var target: [BrokerID] { replicas.filter { !removingReplicas.contains($0) } }
}

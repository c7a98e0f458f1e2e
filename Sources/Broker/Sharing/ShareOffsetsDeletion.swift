import Coordination
import KafkaProtocol
import OrderedCollections
import RecordFormat

extension DeleteShareGroupOffsetsRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DeleteShareGroupOffsetsResponse>
    ) {
        if let refusal = refusal(broker, context) {
            return reply(.init(errorCode: refusal.code.rawValue, errorMessage: refusal.message))
        }
        Task {
            var response = DeleteShareGroupOffsetsResponse()
            // Named twice, a topic would have nothing to delete the second time.
            for name in OrderedSet(topics.map(\.topicName)) {
                response.responses.append(await delete(name, broker, context))
            }
            reply(response)
        }
    }

    /// Why nothing can be deleted, if it cannot.
    private func refusal(_ broker: Broker, _ context: RequestContext) -> RequestRefusal? {
        guard broker.level(of: .shares) > 0 else { return RequestRefusal(.unsupportedVersion) }
        if let refusal = broker.refusal(.delete, groupID, context) { return RequestRefusal(refusal) }
        guard !groupID.isEmpty else { return RequestRefusal(.invalidGroupID) }
        switch broker.groups.query(GroupID(groupID), { $0.shareMemberCount(of: GroupID(groupID)) }) {
        case .failure(let fault): return RequestRefusal(fault)
        case .success(nil): return RequestRefusal(.groupIDNotFound, "Group \(groupID) is not a share group.")
        case .success(0): return nil
        case .success: return RequestRefusal(.nonEmptyGroup)
        }
    }

    /// Deletes what the group has on one topic.
    private func delete(
        _ name: String, _ broker: Broker, _ context: RequestContext
    ) async -> DeleteShareGroupOffsetsResponse.Topic {
        var refusal: RequestRefusal?
        var id = TopicID.zero
        if !broker.authorizer.allows(context.principal, .read, .topic(name)) {
            refusal = RequestRefusal(.topicAuthorizationFailed)
        } else if let topic = broker.partitions.topic(name) {
            id = topic.id
            refusal = await broker.shares.clear(topic, of: GroupID(groupID))
        } else {
            refusal = RequestRefusal(.unknownTopicOrPartition)
        }
        return .init(
            topicName: name, topicID: id, errorCode: (refusal?.code ?? .none).rawValue,
            errorMessage: refusal?.message)
    }
}

import HTTPService
import HTTPTypes
import JSON
import KafkaClient
import KafkaProtocol
import RecordFormat

extension V3Routes {
    func addGroups(to routes: inout ProxyRoutes) {
        let admin = clients.admin
        add(.get, "/consumer-groups", named: "api.v3.consumer-groups.list", V3Descriptions.listGroups, to: &routes) {
            request in
            let names = try await admin.listConsumerGroups().map(\.groupID)
            let described = try await admin.describeConsumerGroups(names)
            let groups = try names.compactMap { name -> JSONValue? in
                do {
                    return try described[name].map { request.resources.group(try $0.get()) }
                } catch let error as KafkaClientError
                    where error.errorCode == .groupIDNotFound || error.errorCode == .groupAuthorizationFailed
                {
                    // Gone since the groups were listed, or not for this client to see.
                    return nil
                }
            }
            return ServiceResponse(
                json: Resource.list(
                    "KafkaConsumerGroupList", at: request.resources.url("consumer-groups"), groups))
        }
        let group = "/consumer-groups/{consumer_group_id}"
        add(.get, group, named: "api.v3.consumer-groups.get", V3Descriptions.getGroup, to: &routes) { request in
            ServiceResponse(json: request.resources.group(try await Self.group(request, admin)))
        }
        addConsumers(group, to: &routes)
        addLags(group, to: &routes)
    }

    private static func group(
        _ request: ClusterRequest, _ admin: KafkaAdmin
    ) async throws -> ConsumerGroupDescription {
        try await admin.describeConsumerGroup(request.parameter("consumer_group_id"))
    }

    // MARK: Members

    private func addConsumers(_ group: String, to routes: inout ProxyRoutes) {
        let admin = clients.admin
        add(.get, group + "/consumers", named: "api.v3.consumers.list", V3Descriptions.listConsumers, to: &routes) {
            request in
            let group = try await Self.group(request, admin)
            return ServiceResponse(
                json: Resource.list(
                    "KafkaConsumerList", at: request.resources.url("consumer-groups", group.groupID, "consumers"),
                    group.members.map { request.resources.consumer($0, of: group.groupID) }))
        }
        let consumer = group + "/consumers/{consumer_id}"
        add(.get, consumer, named: "api.v3.consumers.get", V3Descriptions.getConsumer, to: &routes) { request in
            let (group, member) = try await Self.member(request, admin)
            return ServiceResponse(json: request.resources.consumer(member, of: group))
        }
        add(
            .get, consumer + "/assignments", named: "api.v3.consumer-assignments.list",
            V3Descriptions.listAssignments, to: &routes
        ) { request in
            let (group, member) = try await Self.member(request, admin)
            let url = request.resources.url("consumer-groups", group, "consumers", member.memberID, "assignments")
            return ServiceResponse(
                json: Resource.list(
                    "KafkaConsumerAssignmentList", at: url,
                    member.partitions.map { request.resources.assignment($0, of: member.memberID, in: group) }))
        }
        add(
            .get, consumer + "/assignments/{topic_name}/partitions/{partition_id}",
            named: "api.v3.consumer-assignments.get", V3Descriptions.getAssignment, to: &routes
        ) { request in
            let (group, member) = try await Self.member(request, admin)
            let partition = TopicPartition(request.parameter("topic_name"), try request.number("partition_id"))
            guard member.partitions.contains(partition) else { throw RESTError.notFound }
            return ServiceResponse(json: request.resources.assignment(partition, of: member.memberID, in: group))
        }
    }

    private static func member(
        _ request: ClusterRequest, _ admin: KafkaAdmin
    ) async throws -> (group: String, member: ConsumerGroupDescription.Member) {
        let group = try await group(request, admin)
        let id = request.parameter("consumer_id")
        guard let member = group.members.first(where: { $0.memberID == id }) else { throw RESTError.notFound }
        return (group.groupID, member)
    }

    // MARK: Lag

    private func addLags(_ group: String, to routes: inout ProxyRoutes) {
        let admin = clients.admin
        add(
            .get, group + "/lag-summary", named: "api.v3.consumer-group-lag-summary.get",
            V3Descriptions.getLagSummary, to: &routes
        ) { request in
            let groupID = request.parameter("consumer_group_id")
            let lags = try await Self.lags(groupID, admin)
            guard let summary = request.resources.lagSummary(lags, of: groupID) else { throw RESTError.notFound }
            return ServiceResponse(json: summary)
        }
        add(.get, group + "/lags", named: "api.v3.consumer-lags.list", V3Descriptions.listLags, to: &routes) {
            request in
            let groupID = request.parameter("consumer_group_id")
            let lags = try await Self.lags(groupID, admin)
            guard !lags.isEmpty else { throw RESTError.missing("Consumer lags not found.") }
            // Furthest behind first.
            let sorted = lags.sorted { $0.lag == $1.lag ? $0.partition < $1.partition : $0.lag > $1.lag }
            return ServiceResponse(
                json: Resource.list(
                    "KafkaConsumerLagList", at: request.resources.url("consumer-groups", groupID, "lags"),
                    sorted.map { request.resources.lag($0, of: groupID) }))
        }
        add(
            .get, group + "/lags/{topic_name}/partitions/{partition_id}", named: "api.v3.consumer-lags.get",
            V3Descriptions.getLag, to: &routes
        ) { request in
            let groupID = request.parameter("consumer_group_id")
            let partition = TopicPartition(request.parameter("topic_name"), try request.number("partition_id"))
            let lags = try await Self.lags(groupID, admin)
            guard let lag = lags.first(where: { $0.partition == partition }) else { throw RESTError.notFound }
            return ServiceResponse(json: request.resources.lag(lag, of: groupID))
        }
    }

    /// How far a group is behind in each partition that it has committed an offset of.
    private static func lags(_ groupID: String, _ admin: KafkaAdmin) async throws -> [ConsumerLag] {
        let group: ConsumerGroupDescription
        do {
            group = try await admin.describeConsumerGroup(groupID)
        } catch let error as KafkaClientError where error.errorCode == .groupIDNotFound {
            throw RESTError.missing("Consumer Group \(groupID) could not be found.")
        }
        let committed = try await admin.listGroupOffsets(groupID).mapValues(\.offset)
        guard !committed.isEmpty else { throw RESTError.missing("Consumer group offsets could not be found.") }
        let ends = try await admin.listOffsets(committed.mapValues { _ in .latest })
        return ConsumerLag.all(
            of: group, committed: committed, ends: ends.compactMapValues { try? $0.get().offset })
    }
}
